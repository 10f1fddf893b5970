using System.Diagnostics;
using System.Text;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Cli.Tests.Support;

/// <summary>A run of the executable on a terminal of its own (<c>script</c> of util-linux makes it), typed at and read as a person would.</summary>
internal sealed class PtyRun : IAsyncDisposable
{
    private const string Script = "/usr/bin/script";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder shown = new();
    private readonly Task reading;
    private int seen;

    private PtyRun(Process process)
    {
        this.process = process;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Everything that was shown.</summary>
    public string Shown
    {
        get
        {
            lock (shown)
            {
                return shown.ToString();
            }
        }
    }

    /// <summary>Starts it; the run ends with 99 where it leaves the terminal's settings changed.</summary>
    public static PtyRun Start(string[] arguments, string home)
    {
        Assert.SkipUnless(File.Exists(Script) && File.Exists("/bin/stty"), "no script or stty");
        string command = string.Join(' ', EngineCommand.Default.Arguments.Prepend(EngineCommand.Default.FileName).Concat(arguments).Select(a => $"'{a}'"));
        string line = $"trap : INT; stty cols 80 rows 24; stty -g > '{home}/before'; {command}; code=$?; stty -g > '{home}/after'; cmp -s '{home}/before' '{home}/after' || exit 99; exit $code";
        ProcessStartInfo start = RealRun.Prepare(Script, ["-qfec", line, "/dev/null"], home);
        start.Environment["SHELL"] = "/bin/sh";
        return new PtyRun(Process.Start(start)!);
    }

    /// <summary>Types.</summary>
    public async Task TypeAsync(string text)
    {
        await process.StandardInput.WriteAsync(text);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until a text is shown, behind what was waited for before.</summary>
    public async Task SeeAsync(string text)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Longest)
        {
            string all = Shown;
            int at = all.IndexOf(text, seen, StringComparison.Ordinal);
            if (at >= 0)
            {
                seen = at + text.Length;
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail($"'{text}' was not shown, but: {Shown}");
    }

    /// <summary>Ends the process that runs the model by a signal, as a crash would.</summary>
    public static async Task CrashAsync(string home)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
        {
            string environment;
            try
            {
                environment = await File.ReadAllTextAsync(Path.Combine(folder, "environ"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // ended meanwhile, or another person's
            }

            if (environment.Contains($"DEEPFIT_HOME={home}\0", StringComparison.Ordinal) && environment.Contains("DEEPFIT_CRASH_NOTE=", StringComparison.Ordinal))
            {
                // .NET passes the first one on to the faulting instruction, which there is none of here; the second ends the process
                using Process kill = Process.Start("/bin/sh", ["-c", $"kill -SEGV {Path.GetFileName(folder)}; sleep 0.2; kill -SEGV {Path.GetFileName(folder)}"]);
                await kill.WaitForExitAsync();
            }
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        using var late = new CancellationTokenSource(Longest);
        await process.WaitForExitAsync(late.Token);
        await reading;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int count;
        while ((count = await process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            lock (shown)
            {
                shown.Append(buffer, 0, count);
            }
        }
    }
}

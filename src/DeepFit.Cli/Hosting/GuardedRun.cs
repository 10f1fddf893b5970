using DeepFit.Cli.LineEditing;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Hosting;

/// <summary>Runs a command that loads the engine in a process of its own, which this one watches: a crash is told, and the terminal is given back as it was.</summary>
internal static class GuardedRun
{
    // colour and paste mode off, the cursor shown
    private const string Reset = "\x1b[0m\x1b[?2004l\x1b[?25h";

    /// <summary>Starts the program once more with the same arguments and waits; where this is the watched process already, null.</summary>
    public static Func<IReadOnlyList<string>, Action<EngineFailedException>, Task<int>>? Process() => EngineGuard.IsWatched ? null : RunAsync;

    private static async Task<int> RunAsync(IReadOnlyList<string> arguments, Action<EngineFailedException> report)
    {
        byte[]? settings = OperatingSystem.IsWindows() ? null : UnixTerminal.Save();
        return await EngineGuard.RunAsync(arguments, crash =>
        {
            if (settings is not null && !OperatingSystem.IsWindows())
            {
                UnixTerminal.Restore(settings);
            }

            if (!Console.IsOutputRedirected)
            {
                Console.Out.Write(Reset);
                Console.Out.WriteLine();
            }

            report(crash);
        }).ConfigureAwait(false);
    }
}

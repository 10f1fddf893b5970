using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Cli.Tests.Support;

/// <summary>A run of the executable itself, with pipes for its streams.</summary>
internal sealed record RealRun(int ExitCode, string Out, string Error)
{
    /// <summary>Tests that start the engine take turns: its threads spin while they wait, and two engines on two cores wait for each other.</summary>
    public const string Collection = "engine";

    /// <summary>The engine sees no GPU, whatever the machine has; <c>0</c> shows it the first, a software one (llvmpipe) included.</summary>
    public const string NoGpus = "99";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The one JSON document on standard output.</summary>
    public JsonElement Document() => JsonDocument.Parse(Out).RootElement;

    public static async Task<RealRun> Of(string[] arguments, string home, string? input = null, string language = "en", string gpus = NoGpus)
    {
        using Process process = Process.Start(Prepare(EngineCommand.Default.FileName, [.. EngineCommand.Default.Arguments, .. arguments, "--lang", language], home, gpus))!;
        using var late = new CancellationTokenSource(Longest);
        Task<string> output = process.StandardOutput.ReadToEndAsync(late.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(late.Token);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(late.Token);
        return new RealRun(process.ExitCode, await output, await error);
    }

    public static ProcessStartInfo Prepare(string file, IEnumerable<string> arguments, string home, string gpus = NoGpus)
    {
        var start = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = home,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string? value) in (ReadOnlySpan<(string, string?)>)[("DEEPFIT_HOME", home), ("GGML_VK_VISIBLE_DEVICES", gpus), ("NO_COLOR", "1"), ("TERM", "xterm"), ("DEEPFIT_API_KEY", null)])
        {
            start.Environment[name] = value;
        }

        return start;
    }
}

using System.Diagnostics;
using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.InferenceCheck;

/// <summary>The embedded engine in a process of its own, so that its memory can be told; one line asks, one line answers.</summary>
internal sealed class DeepFitSide : ISide
{
    internal const string Verb = "__deepfit";

    private readonly Process process;

    private DeepFitSide(Process process) => this.process = process;

    public string Name => "DeepFit";

    public long PeakMemory => Comparison.PeakOf(process.Id);

    public static async Task<ISide> StartAsync(string model)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add(Verb);
        start.ArgumentList.Add(model);
        start.Environment["GGML_VK_VISIBLE_DEVICES"] = "99";
        var side = new DeepFitSide(Process.Start(start)!);
        await side.ReadAsync();
        return side;
    }

    /// <summary>The process's side.</summary>
    public static async Task<int> ServeAsync(string model)
    {
        var settings = new InferenceSettings
        {
            ModelPath = model,
            Options = new RuntimeOptions { Context = Comparison.Context, Parallel = Comparison.Slots },
            Map = false,
        };
        await using InferenceEngine engine = await InferenceEngine.LoadAsync(settings);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { Length: > 0 } line)
        {
            int[] asked = [.. line.Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
            long start = Stopwatch.GetTimestamp();
            GenerationResult[] results = await Task.WhenAll(Enumerable.Range(0, asked[0]).Select(client => engine.Start(new GenerationRequest
            {
                PromptTokens = Comparison.Tokens(asked[1], (asked[3] * 100) + client),
                Sampling = SamplingOptions.Greedy,
                MaxTokens = asked[2],
                IgnoreEnd = true,
                ReusePrefix = false,
            }).CollectAsync()));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double first = Comparison.Median(results.Select(r => r.Timings.FirstToken!.Value.TotalSeconds));
            double rate = asked[0] == 1 ? results[0].Timings.TokensPerSecond!.Value : results.Sum(r => r.Usage.GeneratedTokens) / seconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first:R} {rate:R}"));
        }

        return 0;
    }

    public async Task<Shot> ShootAsync(int clients, int promptTokens, int generate, int seed)
    {
        await process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{clients} {promptTokens} {generate} {seed}"));
        await process.StandardInput.FlushAsync();
        double[] told = [.. (await ReadAsync()).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        return new Shot(told[0], told[1]);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<string> ReadAsync() => await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the engine's process ended");
}

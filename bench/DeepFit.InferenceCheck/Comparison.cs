using System.Globalization;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.InferenceCheck;

/// <summary>What one side did in one go.</summary>
/// <param name="FirstToken">Seconds from the request to its first token; the median of several clients.</param>
/// <param name="TokensPerSecond">One client: tokens a second after the first. Several: all their tokens over the time of all.</param>
internal readonly record struct Shot(double FirstToken, double TokensPerSecond);

/// <summary>One side of the comparison.</summary>
internal interface ISide : IAsyncDisposable
{
    string Name { get; }

    Task<Shot> ShootAsync(int clients, int promptTokens, int generate, int seed);

    /// <summary>Most resident memory so far, in bytes.</summary>
    long PeakMemory { get; }
}

/// <summary>Runs both sides in turn and compares their medians.</summary>
internal static class Comparison
{
    internal const int Slots = 4;
    internal const int Context = 2048 * Slots;
    private const int Prompt = 64;
    private const int Generate = 32;

    /// <summary>Compares.</summary>
    /// <param name="program">The published <c>deepfit</c>, to compare <c>deepfit serve</c> over HTTP; null to compare the engine itself.</param>
    /// <param name="server">llama-server.</param>
    /// <param name="vocabulary">A GGUF file with a vocabulary.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="quantization">The quantization.</param>
    /// <returns>Whether all that is demanded holds.</returns>
    public static async Task<bool> RunAsync(string? program, string server, string vocabulary, int rounds, string variant, string quantization)
    {
        string folder = Directory.CreateTempSubdirectory("deepfit-inference-check-").FullName;
        try
        {
            string model = Path.Combine(folder, "model.gguf");
            Write(model, vocabulary, ModelCatalog.Default.Find(variant).Layout(Quantizations.Find(quantization)));
            await using ISide theirs = program is null ? await LlamaServerSide.StartAsync(server, model, folder) : await HttpSide.LlamaServerAsync(server, model, folder);
            await using ISide ours = program is null ? await DeepFitSide.StartAsync(model) : await HttpSide.DeepFitAsync(program, model);
            ISide[] sides = [theirs, ours];
            var one = new List<Shot[]>();
            var four = new List<Shot[]>();
            foreach (ISide side in sides)
            {
                await side.ShootAsync(1, Prompt, 4, 0); // what is slow only once
            }

            Console.WriteLine($"{variant} {quantization}, prompt {Prompt}, generation {Generate}, {Slots} slots, {Environment.ProcessorCount} processors, {(program is null ? "the engine itself" : "both over HTTP")}; each round both sides in turn");
            Console.WriteLine("round      first token, s          1 client, tokens/s      4 clients, tokens/s");
            for (int round = 0; round < rounds; round++)
            {
                Shot[] single = new Shot[2], several = new Shot[2];
                foreach (int side in (int[])[round % 2, 1 - (round % 2)])
                {
                    single[side] = await sides[side].ShootAsync(1, Prompt, Generate, (2 * round) + 1);
                    several[side] = await sides[side].ShootAsync(Slots, Prompt, Generate, (2 * round) + 2);
                }

                one.Add(single);
                four.Add(several);
                Console.WriteLine(
                    $"{round + 1,5}   {single[0].FirstToken,8:0.000} {single[1].FirstToken,8:0.000}      {single[0].TokensPerSecond,8:0.00} {single[1].TokensPerSecond,8:0.00}      "
                    + $"{several[0].TokensPerSecond,8:0.00} {several[1].TokensPerSecond,8:0.00}      (llama-server, DeepFit)");
            }

            // the ratio of a round is of one mood of the machine; the median of ratios is what counts
            double first = Median(one.Select(s => s[1].FirstToken / s[0].FirstToken));
            double generation = Median(one.Select(s => s[1].TokensPerSecond / s[0].TokensPerSecond));
            double total = Median(four.Select(s => s[1].TokensPerSecond / s[0].TokensPerSecond));
            double added = (ours.PeakMemory - theirs.PeakMemory) / 1048576.0;
            return Say("first token, 1 client", first, first <= 1, "at most 1")
                & Say("generation, 1 client", generation, generation >= 0.97, "at least 0.97")
                & Say("generation, 4 clients in total", total, total >= 1, "at least 1")
                & Say($"peak memory over llama-server's {theirs.PeakMemory / 1048576.0:0} MiB, MiB", added, added <= 60, "at most 60");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A prompt of tokens that no other prompt begins with.</summary>
    internal static int[] Tokens(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1000, 100_000))];
    }

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Peak resident memory of a process on Linux, elsewhere what it takes now.</summary>
    internal static long PeakOf(int process)
    {
        string status = $"/proc/{process}/status";
        if (File.Exists(status) && File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line)
        {
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }

        using var found = System.Diagnostics.Process.GetProcessById(process);
        return found.PeakWorkingSet64;
    }

    /// <summary>Resident pages of a process that other processes map, too; 0 where the system does not tell.</summary>
    internal static long SharedOf(int process)
    {
        string smaps = $"/proc/{process}/smaps_rollup";
        return !File.Exists(smaps) ? 0 : 1024 * File.ReadLines(smaps)
            .Where(line => line.StartsWith("Shared_", StringComparison.Ordinal) && !line.Contains("Huge", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture));
    }

    private static bool Say(string what, double value, bool holds, string wanted)
    {
        Console.WriteLine($"{(holds ? "ok    " : "MISSED")} {what}: {value:0.000} ({wanted})");
        return holds;
    }

    /// <summary>The true shapes over a hole, with a real vocabulary: zeros run as fast as weights on a CPU.</summary>
    private static void Write(string path, string vocabulary, ModelLayout layout)
    {
        using FileStream source = File.OpenRead(vocabulary);
        GgufMetadata metadata = GgufReader.Read(source, GgufReaderOptions.Everything).Metadata;
        using FileStream output = File.Create(path);
        SyntheticGgufFile file = SyntheticGguf.Write(
            output, layout, new SyntheticGgufOptions { ExtraMetadata = [.. metadata.Where(e => e.Key.StartsWith("tokenizer.", StringComparison.Ordinal))] });
        output.SetLength(file.Length);
    }
}

namespace DeepFit.Core.Estimation;

/// <summary>
/// The published benchmark scores by variant, and what they are on the scales of the first R1: later versions of a benchmark are moved by what R1 itself
/// gained or lost between the two, which was published side by side. Every comparable score carries its variance.
/// </summary>
internal sealed class BenchmarkTable
{
    private static readonly Lazy<BenchmarkTable> Lazily = new(() => new BenchmarkTable(
        EmbeddedTable.Load("benchmarks.csv"), new BenchmarkSpread(EmbeddedTable.Load("benchmark_sizes.csv"), EmbeddedTable.Load("benchmark_repeats.csv"))));

    /// <summary>A later version of a benchmark, and the one that it stands for.</summary>
    private static readonly (string Later, string For)[] Bridges =
        [("LiveCodeBench 2408-2505", "LiveCodeBench"), ("Codeforces-Div1", "Codeforces"), ("MMLU-Redux", "MMLU")];

    private static readonly string[] Wanted = ["AIME 2024", "MATH-500", "GPQA Diamond", "LiveCodeBench", "Codeforces", "MMLU"];

    private readonly Dictionary<string, List<BenchmarkScore>> scores = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Dictionary<string, double>> published = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Dictionary<string, Comparable>> comparable = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> bridged = new(StringComparer.OrdinalIgnoreCase);

    private BenchmarkTable(EmbeddedTable table, BenchmarkSpread spread)
    {
        Dictionary<(string, string), (double, int)> first = [];
        for (int i = 0; i < table.Count; i++)
        {
            if (table.Text(i, "metric") is not ("cons@64" or "percentile"))
            {
                first.Add((table.Text(i, "variant"), table.Text(i, "benchmark")), (table.Number(i, "value"), (int)table.Number(i, "samples")));
            }
        }

        Differences = [.. spread.Differences((variant, benchmark) => first.TryGetValue((variant, benchmark), out (double, int) found) ? found : null)];
        ProtocolSpread = BenchmarkSpread.Between(Differences);
        for (int i = 0; i < table.Count; i++)
        {
            Add(table, i, spread);
        }

        Bridge();
        InferredSpread = LeaveOneOut();
        Infer();
    }

    /// <summary>The shipped table.</summary>
    public static BenchmarkTable Default => Lazily.Value;

    /// <summary>Standard deviation in points between evaluations of the same model by different people, chance taken off.</summary>
    public double ProtocolSpread { get; }

    /// <summary>Standard deviation in points of a score that is read off its neighbours: the published ones, each left out and read off in turn, miss by so much.</summary>
    public double InferredSpread { get; }

    /// <summary>What <see cref="ProtocolSpread"/> was computed from.</summary>
    public IReadOnlyList<(double Difference, double Variance)> Differences { get; }

    /// <summary>The published scores of a variant, as published; empty for an unknown one.</summary>
    public IReadOnlyDictionary<string, double> Published(string variant) =>
        published.TryGetValue(variant, out Dictionary<string, double>? of) ? of : new Dictionary<string, double>();

    /// <summary>The published scores with uncertainty, source and what others measured; empty for an unknown variant.</summary>
    public IReadOnlyList<BenchmarkScore> Scores(string variant) => scores.TryGetValue(variant, out List<BenchmarkScore>? of) ? of : [];

    /// <summary>Whether scores of later versions of a benchmark were moved to the first version's scale.</summary>
    public bool IsBridged(string variant) => bridged.Contains(variant);

    /// <summary>The benchmark that a published score counts as: itself, or the earlier version whose place it takes.</summary>
    public string StandsFor(string variant, string benchmark)
    {
        string original = Array.Find(Bridges, b => b.Later == benchmark).For ?? benchmark;
        return Published(variant).ContainsKey(original) ? benchmark : original;
    }

    /// <summary>Score of 0 to 100 on a common scale; null for an unknown variant or benchmark.</summary>
    public Comparable? Score(string variant, string benchmark) =>
        comparable.TryGetValue(variant, out Dictionary<string, Comparable>? of) && of.TryGetValue(benchmark, out Comparable value) ? value : null;

    private void Add(EmbeddedTable table, int row, BenchmarkSpread spread)
    {
        string variant = table.Text(row, "variant"), benchmark = table.Text(row, "benchmark"), metric = table.Text(row, "metric");
        bool apart = metric is "cons@64" or "percentile", rating = metric == "rating";
        double value = table.Number(row, "value");
        int samples = (int)table.Number(row, "samples");
        double? variance = rating || metric == "percentile" ? null : spread.BinomialVariance(benchmark, value, samples);
        double half = BenchmarkSpread.Z80 * Math.Sqrt((variance ?? 0) + (ProtocolSpread * ProtocolSpread));
        if (!scores.TryGetValue(variant, out List<BenchmarkScore>? of))
        {
            scores.Add(variant, of = []);
            published.Add(variant, new(StringComparer.Ordinal));
        }

        string name = apart ? $"{benchmark} ({metric})" : benchmark;
        of.Add(new BenchmarkScore
        {
            Name = name,
            Metric = metric,
            Value = value,
            Questions = spread.Questions(benchmark),
            Samples = samples,
            StandardError = variance is { } known ? Math.Sqrt(known) : null,
            Low = variance is null ? null : Math.Max(0, value - half),
            High = variance is null ? null : Math.Min(100, value + half),
            Note = table.Said(row, "note"),
            Source = table.Text(row, "source"),
            Others = apart ? [] : [.. spread.RepeatsOf(variant, benchmark).Select(r => new BenchmarkRepeat(r.Value, r.Note, r.Source))],
        });
        published[variant][name] = value;
    }

    private void Bridge()
    {
        Dictionary<string, Comparable> Own(string variant) => scores[variant].ToDictionary(
            s => s.Name, s => new Comparable(s.Value, Math.Pow(s.StandardError ?? 0, 2) + (ProtocolSpread * ProtocolSpread), false), StringComparer.Ordinal);
        Dictionary<string, Comparable> first = Own("671b");
        foreach (string variant in scores.Keys)
        {
            Dictionary<string, Comparable> of = Own(variant);
            foreach ((string later, string original) in Bridges)
            {
                if (!of.ContainsKey(original) && of.TryGetValue(later, out Comparable own))
                {
                    of[original] = new Comparable(
                        own.Score + first[original].Score - first[later].Score, own.Variance + first[original].Variance + first[later].Variance, false);
                    bridged.Add(variant);
                }
            }

            if (of.TryGetValue("Codeforces", out Comparable rating))
            {
                of["Codeforces"] = rating with { Score = WinRate(rating.Score) };
            }

            comparable.Add(variant, of);
        }
    }

    /// <summary>A rating as the expected score in percent against a rating of 1500 (the Elo formula).</summary>
    private static double WinRate(double rating) => 100 / (1 + Math.Pow(10, (1500 - rating) / 400));

    private double LeaveOneOut()
    {
        double squares = 0;
        int count = 0;
        foreach ((string variant, Dictionary<string, Comparable> own) in comparable)
        {
            foreach (string benchmark in Wanted.Where(own.ContainsKey))
            {
                if (ReadOff(variant, benchmark) is { } read)
                {
                    squares += Math.Pow(read - own[benchmark].Score, 2);
                    count++;
                }
            }
        }

        return Math.Sqrt(squares / count);
    }

    private void Infer()
    {
        // all are read off before one is written, so that none rests on another
        var found = new List<(string Variant, string Benchmark, double Score)>();
        foreach ((string variant, Dictionary<string, Comparable> own) in comparable)
        {
            foreach (string missing in Wanted.Where(w => !own.ContainsKey(w)))
            {
                if (ReadOff(variant, missing) is { } read)
                {
                    found.Add((variant, missing, read));
                }
            }
        }

        foreach ((string variant, string benchmark, double score) in found)
        {
            comparable[variant][benchmark] = new Comparable(score, InferredSpread * InferredSpread, true);
        }
    }

    /// <summary>
    /// A benchmark as the other variants give it: they are ordered by the mean of the benchmarks that both have, and the score is interpolated in between.
    /// </summary>
    private double? ReadOff(string variant, string benchmark)
    {
        Dictionary<string, Comparable> own = comparable[variant];
        string[] shared = [.. Wanted.Where(w => w != benchmark && own.ContainsKey(w))];
        double at = shared.Average(s => own[s].Score);
        var others = comparable
            .Where(o => o.Key != variant && o.Value.ContainsKey(benchmark) && Array.TrueForAll(shared, o.Value.ContainsKey))
            .Select(o => (At: shared.Average(s => o.Value[s].Score), o.Value[benchmark].Score))
            .OrderBy(o => o.At)
            .ToArray();
        if (others.Length == 0)
        {
            return null;
        }

        int next = Array.FindIndex(others, o => o.At >= at);
        return next < 0 ? others[^1].Score
            : next == 0 ? others[0].Score
            : others[next - 1].Score + ((others[next].Score - others[next - 1].Score) * (at - others[next - 1].At) / (others[next].At - others[next - 1].At));
    }

    /// <summary>A score on the common scale.</summary>
    /// <param name="Score">0 to 100.</param>
    /// <param name="Variance">Its variance in points².</param>
    /// <param name="Inferred">Whether it was not published but read off the other variants.</param>
    internal readonly record struct Comparable(double Score, double Variance, bool Inferred);
}

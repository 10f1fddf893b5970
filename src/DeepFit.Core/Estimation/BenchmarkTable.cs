namespace DeepFit.Core.Estimation;

/// <summary>
/// The published benchmark scores by variant, and what they are on the scales of the first R1: later versions of a benchmark are moved by what R1 itself
/// gained or lost between the two, which was published side by side.
/// </summary>
internal sealed class BenchmarkTable
{
    private static readonly Lazy<BenchmarkTable> Lazily = new(() => new BenchmarkTable(EmbeddedTable.Load("benchmarks.csv")));

    /// <summary>A later version of a benchmark, and the one that it stands for.</summary>
    private static readonly (string Later, string For)[] Bridges =
        [("LiveCodeBench 2408-2505", "LiveCodeBench"), ("Codeforces-Div1", "Codeforces"), ("MMLU-Redux", "MMLU")];

    private readonly Dictionary<string, Dictionary<string, double>> published = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Dictionary<string, double>> comparable = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string Variant, string Benchmark)> inferred = [];
    private readonly HashSet<string> bridged = new(StringComparer.OrdinalIgnoreCase);

    private BenchmarkTable(EmbeddedTable table)
    {
        for (int i = 0; i < table.Count; i++)
        {
            string benchmark = table.Text(i, "benchmark");
            string metric = table.Text(i, "metric");
            if (metric is "cons@64" or "percentile")
            {
                benchmark += $" ({metric})";
            }

            string variant = table.Text(i, "variant");
            if (!published.TryGetValue(variant, out Dictionary<string, double>? of))
            {
                published.Add(variant, of = new(StringComparer.Ordinal));
            }

            of[benchmark] = table.Number(i, "value");
        }

        Bridge();
        Infer();
    }

    /// <summary>The shipped table.</summary>
    public static BenchmarkTable Default => Lazily.Value;

    /// <summary>The published scores of a variant, as published; empty for an unknown one.</summary>
    public IReadOnlyDictionary<string, double> Published(string variant) =>
        published.TryGetValue(variant, out Dictionary<string, double>? of) ? of : new Dictionary<string, double>();

    /// <summary>Whether scores of later versions of a benchmark were moved to the first version's scale.</summary>
    public bool IsBridged(string variant) => bridged.Contains(variant);

    /// <summary>Score of 0 to 100 on a common scale; null for an unknown variant or benchmark.</summary>
    public double? Score(string variant, string benchmark, out bool isInferred)
    {
        isInferred = inferred.Contains((variant.ToLowerInvariant(), benchmark));
        return comparable.TryGetValue(variant, out Dictionary<string, double>? of) && of.TryGetValue(benchmark, out double value) ? value : null;
    }

    private void Bridge()
    {
        Dictionary<string, double> first = published["671b"];
        foreach ((string variant, Dictionary<string, double> scores) in published)
        {
            var of = new Dictionary<string, double>(scores, StringComparer.Ordinal);
            foreach ((string later, string original) in Bridges)
            {
                if (!of.ContainsKey(original) && scores.TryGetValue(later, out double value))
                {
                    of[original] = value + first[original] - first[later];
                    bridged.Add(variant);
                }
            }

            if (of.TryGetValue("Codeforces", out double rating))
            {
                of["Codeforces"] = WinRate(rating);
            }

            comparable.Add(variant, of);
        }
    }

    /// <summary>A rating as the expected score in percent against a rating of 1500 (the Elo formula).</summary>
    private static double WinRate(double rating) => 100 / (1 + Math.Pow(10, (1500 - rating) / 400));

    /// <summary>
    /// A benchmark that was not published for a variant is read off the others: they are ordered by the mean of the benchmarks that both have, and the missing score is
    /// interpolated in between.
    /// </summary>
    private void Infer()
    {
        string[] wanted = ["AIME 2024", "MATH-500", "GPQA Diamond", "LiveCodeBench", "Codeforces", "MMLU"];
        foreach ((string variant, Dictionary<string, double> own) in comparable)
        {
            string[] shared = [.. wanted.Where(w => own.ContainsKey(w) && !inferred.Contains((variant, w)))];
            foreach (string missing in wanted.Where(w => !own.ContainsKey(w)).ToArray())
            {
                double at = shared.Average(s => own[s]);
                var others = comparable
                    .Where(o => o.Value.ContainsKey(missing) && !inferred.Contains((o.Key, missing)) && Array.TrueForAll(shared, o.Value.ContainsKey))
                    .Select(o => (At: shared.Average(s => o.Value[s]), Score: o.Value[missing]))
                    .OrderBy(o => o.At)
                    .ToArray();
                if (others.Length == 0)
                {
                    continue;
                }

                int next = Array.FindIndex(others, o => o.At >= at);
                own[missing] = next < 0 ? others[^1].Score
                    : next == 0 ? others[0].Score
                    : others[next - 1].Score + ((others[next].Score - others[next - 1].Score) * (at - others[next - 1].At) / (others[next].At - others[next - 1].At));
                inferred.Add((variant, missing));
            }
        }
    }
}

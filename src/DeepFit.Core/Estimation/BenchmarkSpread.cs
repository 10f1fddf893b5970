using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>
/// How far two measurements of the same benchmark and model lie apart, beyond what chance explains. Every re-measurement in <c>Data/benchmark_repeats.csv</c> gives a
/// difference d from the published value and the variance v that chance allows it (both binomial errors). With weights 1/v, the method of moments gives the variance
/// of one evaluation's own way of asking and marking: <c>(Σ d²/v − n) / (2 Σ 1/v)</c> (as DerSimonian and Laird estimate the variance between studies).
/// </summary>
internal sealed class BenchmarkSpread
{
    /// <summary>Normal quantile of an 80% interval.</summary>
    public const double Z80 = 1.2816;

    private readonly Dictionary<string, int> questions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Variant, string Benchmark), List<Repeat>> repeats = [];

    public BenchmarkSpread(EmbeddedTable sizes, EmbeddedTable remeasured)
    {
        for (int i = 0; i < sizes.Count; i++)
        {
            questions.Add(sizes.Text(i, "benchmark"), (int)sizes.Number(i, "questions"));
        }

        for (int i = 0; i < remeasured.Count; i++)
        {
            (string, string) key = (remeasured.Text(i, "variant"), remeasured.Text(i, "benchmark"));
            if (!repeats.TryGetValue(key, out List<Repeat>? of))
            {
                repeats.Add(key, of = []);
            }

            of.Add(new Repeat(
                remeasured.Number(i, "value"), (int?)remeasured.NumberOrNull(i, "samples"), remeasured.NumberOrNull(i, "deviation"), remeasured.Said(i, "note"), remeasured.Text(i, "source")));
        }
    }

    /// <summary>Questions of a benchmark, or null where no source states them.</summary>
    public int? Questions(string benchmark) => questions.TryGetValue(benchmark, out int count) ? count : null;

    /// <summary>What others measured.</summary>
    public IReadOnlyList<Repeat> RepeatsOf(string variant, string benchmark) => repeats.TryGetValue((variant, benchmark), out List<Repeat>? of) ? of : [];

    /// <summary>Binomial variance of a percentage, in points²; null without a number of questions.</summary>
    public double? BinomialVariance(string benchmark, double percent, int samples) =>
        Questions(benchmark) is { } count ? percent * (100 - percent) / ((double)count * samples) : null;

    /// <summary>Every difference from the published value (points) with the variance that chance allows it.</summary>
    /// <param name="published">The published value and the answers drawn for each question.</param>
    public IEnumerable<(double Difference, double Variance)> Differences(Func<string, string, (double Value, int Samples)?> published)
    {
        foreach (((string variant, string benchmark), List<Repeat> of) in repeats)
        {
            if (published(variant, benchmark) is not { } first || BinomialVariance(benchmark, first.Value, first.Samples) is not { } own)
            {
                continue;
            }

            foreach (Repeat repeat in of)
            {
                // a deviation between runs is used as it is where nobody says how many runs there were; no number of answers counts as one
                double other = repeat.Deviation is { } deviation ? deviation * deviation : BinomialVariance(benchmark, repeat.Value, repeat.Samples ?? 1)!.Value;
                yield return (repeat.Value - first.Value, own + other);
            }
        }
    }

    /// <summary>Standard deviation in points of one evaluation around what chance alone gives.</summary>
    public static double Between(IReadOnlyCollection<(double Difference, double Variance)> differences)
    {
        double squares = differences.Sum(d => d.Difference * d.Difference / d.Variance);
        return Math.Sqrt(Math.Max(0, (squares - differences.Count) / (2 * differences.Sum(d => 1 / d.Variance))));
    }

    /// <summary>A re-measurement.</summary>
    internal sealed record Repeat(double Value, int? Samples, double? Deviation, BilingualText Note, string Source);
}

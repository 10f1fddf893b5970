using DeepFit.Core.Estimation;
using DeepFit.Core.Models;

namespace DeepFit.Core.Planning.Guide;

/// <summary>What the published scores say of the way from one variant to another: those that both have, counted alike.</summary>
/// <param name="Benchmarks">Their names.</param>
/// <param name="Before">Mean score of the one, of 100.</param>
/// <param name="After">Mean score of the other.</param>
/// <param name="Percent">Mean relative change, in percent.</param>
/// <param name="Low">Low end of its 80% interval.</param>
/// <param name="High">High end.</param>
public sealed record ScoreChange(IReadOnlyList<string> Benchmarks, double Before, double After, double Percent, double Low, double High)
{
    private const double Z80 = 1.2816;

    /// <summary>Null where nothing is published for both.</summary>
    public static ScoreChange? Between(ModelVariant from, ModelVariant to)
    {
        (BenchmarkScore Before, BenchmarkScore After)[] both =
        [
            .. Percentages(from).Join(Percentages(to), Key, Key, (before, after) => (before, after)).Where(pair => pair.before.Value > 0),
        ];
        if (both.Length == 0)
        {
            return null;
        }

        double percent = 100 * (both.Average(b => b.After.Value / b.Before.Value) - 1);
        double deviation = 100 / (double)both.Length * Math.Sqrt(both.Sum(b =>
            (Variance(b.After) + (Math.Pow(b.After.Value / b.Before.Value, 2) * Variance(b.Before))) / Math.Pow(b.Before.Value, 2)));
        return new ScoreChange(
            [.. both.Select(b => b.Before.Name)], both.Average(b => b.Before.Value), both.Average(b => b.After.Value), percent, percent - (Z80 * deviation), percent + (Z80 * deviation));
    }

    // ratings and majority votes stand on other scales than single answers
    private static IEnumerable<BenchmarkScore> Percentages(ModelVariant variant) =>
        variant.BenchmarkScores(UseProfile.Chat).Where(s => s.StandardError is not null && s.Metric != "cons@64");

    private static (string Name, string Metric) Key(BenchmarkScore score) => (score.Name, score.Metric.Replace("-COT", "", StringComparison.Ordinal));

    private static double Variance(BenchmarkScore score) => Math.Pow(score.StandardError!.Value, 2) + Math.Pow(VariantQuality.EvaluationSpread.Points, 2);
}

using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>What the published scores say of the way from one variant to another: those that both have, counted alike.</summary>
/// <param name="Benchmarks">Their names.</param>
/// <param name="Before">Mean score of the one, of 100.</param>
/// <param name="After">Mean score of the other.</param>
/// <param name="Percent">Mean relative change, in percent.</param>
/// <param name="Low">Low end of its 80% interval.</param>
/// <param name="High">High end.</param>
internal sealed record ScoreChange(IReadOnlyList<string> Benchmarks, double Before, double After, double Percent, double Low, double High)
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

/// <summary>A claim of the guide about one step up, beside what is known of it.</summary>
/// <param name="From">The smaller version.</param>
/// <param name="To">The larger one.</param>
/// <param name="Claim">What the guide says.</param>
/// <param name="Scores">What the published scores say, or null.</param>
internal sealed record GuideClaim(ModelVariant From, ModelVariant To, PublishedClaim Claim, ScoreChange? Scores)
{
    /// <summary>Change of the parameters that one token uses, in percent: what the arithmetic really grows by.</summary>
    public double ComputePercent => GuideClaims.ActiveParameters(From, To);

    public StepDocument ToDocument() => new(
        From.Id,
        To.Id,
        Claim.ComputePercent,
        Claim.QualityPercent,
        ContractNumbers.Significant(ComputePercent, 3),
        Scores is { } known ? ContractNumbers.Significant(known.Percent, 3) : null,
        Scores?.Benchmarks ?? [],
        Claim.Source);
}

/// <summary>Two variants that are compared, from the smaller to the larger in the guide's order, with the guide's claims compounded over the steps between them.</summary>
/// <param name="From">The one that the guide puts lower, or the first that was named.</param>
/// <param name="To">The other one.</param>
/// <param name="Steps">The guide's claims about the steps between; empty where it makes none.</param>
/// <param name="Scores">What the published scores say, or null.</param>
/// <param name="SecondsPerTokenPercent">Change of the time for one generated token on the machine, or null where one of them does not run.</param>
internal sealed record GuidePair(ModelVariant From, ModelVariant To, IReadOnlyList<GuideClaim> Steps, ScoreChange? Scores, double? SecondsPerTokenPercent)
{
    public double ComputePercent => GuideClaims.ActiveParameters(From, To);

    public double? ClaimedComputePercent => Compound(step => step.Claim.ComputePercent);

    public double? ClaimedQualityPercent => Compound(step => step.Claim.QualityPercent);

    /// <summary>Why the claims and what is known differ.</summary>
    public BilingualText Reason => GuideTexts.Reason(this);

    public GuidePairDocument ToDocument(Language language) => new(
        From.Id,
        To.Id,
        Rounded(ClaimedComputePercent),
        Rounded(ClaimedQualityPercent),
        ContractNumbers.Significant(ComputePercent, 3),
        Rounded(Scores?.Percent),
        Rounded(Scores?.Low),
        Rounded(Scores?.High),
        Scores?.Benchmarks ?? [],
        Rounded(SecondsPerTokenPercent),
        Steps.Count > 0 ? Steps[0].Claim.Source : null,
        Reason.In(language));

    private static double? Rounded(double? value) => value is { } known ? ContractNumbers.Significant(known, 3) : null;

    private double? Compound(Func<GuideClaim, int> percent) =>
        Steps.Count == 0 ? null : 100 * (Steps.Aggregate(1.0, (product, step) => product * (1 + (percent(step) / 100.0))) - 1);
}

/// <summary>Finds the guide's claims that lie between two variants, one step after the other.</summary>
internal static class GuideClaims
{
    /// <summary>Sets two configurations' variants against the guide; null where one of them is a file or both are the same.</summary>
    public static GuidePair? Pair(ModelVariant? a, Configuration first, ModelVariant? b, Configuration second)
    {
        if (a is null || b is null || a.Id == b.Id)
        {
            return null;
        }

        List<GuideClaim> up = Chain(a, b);
        bool turned = up.Count == 0 && Chain(b, a).Count > 0;
        (ModelVariant from, ModelVariant to, Configuration before, Configuration after) = turned ? (b, a, second, first) : (a, b, first, second);
        double? time = before.Speed is { } slow && after.Speed is { } fast ? 100 * ((slow.GenerationTps / fast.GenerationTps) - 1) : null;
        return new GuidePair(from, to, turned ? Chain(b, a) : up, ScoreChange.Between(from, to), time);
    }

    public static double ActiveParameters(ModelVariant from, ModelVariant to) =>
        100.0 * (to.ActiveParameterCount - from.ActiveParameterCount) / from.ActiveParameterCount;

    private static List<GuideClaim> Chain(ModelVariant from, ModelVariant to)
    {
        var steps = new List<GuideClaim>();
        ModelVariant current = to;
        while (current.Claim is { } claim && ModelCatalog.Default.TryFind(claim.PreviousVariant, out ModelVariant? previous))
        {
            steps.Insert(0, new GuideClaim(previous, current, claim, ScoreChange.Between(previous, current)));
            if (previous.Id == from.Id)
            {
                return steps;
            }

            current = previous;
        }

        return [];
    }
}

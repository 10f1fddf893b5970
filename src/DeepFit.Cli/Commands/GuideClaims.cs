using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;

namespace DeepFit.Cli.Commands;

/// <summary>A claim of the guide about one step up, beside what is known of it.</summary>
/// <param name="From">The smaller version.</param>
/// <param name="To">The larger one.</param>
/// <param name="Claim">What the guide says.</param>
/// <param name="Benchmarks">Benchmarks that are published for both.</param>
/// <param name="QualityPercent">Mean relative change of their scores in percent, or null.</param>
internal sealed record GuideClaim(ModelVariant From, ModelVariant To, PublishedClaim Claim, IReadOnlyList<string> Benchmarks, double? QualityPercent)
{
    /// <summary>Change of the parameters that one token uses, in percent: what the arithmetic really grows by.</summary>
    public double ComputePercent => 100.0 * (To.ActiveParameterCount - From.ActiveParameterCount) / From.ActiveParameterCount;

    public StepDocument ToDocument() => new(
        From.Id,
        To.Id,
        Claim.ComputePercent,
        Claim.QualityPercent,
        ContractNumbers.Significant(ComputePercent, 3),
        QualityPercent is { } quality ? ContractNumbers.Significant(quality, 3) : null,
        Benchmarks,
        Claim.Source);
}

/// <summary>Finds the guide's claims that lie between two variants, one step after the other.</summary>
internal static class GuideClaims
{
    public static IReadOnlyList<GuideClaim> Between(ModelVariant? a, ModelVariant? b)
    {
        if (a is null || b is null || a.Id == b.Id)
        {
            return [];
        }

        return Chain(a, b) is { Count: > 0 } up ? up : Chain(b, a);
    }

    private static List<GuideClaim> Chain(ModelVariant from, ModelVariant to)
    {
        var steps = new List<GuideClaim>();
        ModelVariant current = to;
        while (current.Claim is { } claim && ModelCatalog.Default.TryFind(claim.PreviousVariant, out ModelVariant? previous))
        {
            steps.Insert(0, Step(previous, current, claim));
            if (previous.Id == from.Id)
            {
                return steps;
            }

            current = previous;
        }

        return [];
    }

    private static GuideClaim Step(ModelVariant from, ModelVariant to, PublishedClaim claim)
    {
        IReadOnlyDictionary<string, double> before = Published(from);
        IReadOnlyDictionary<string, double> after = Published(to);
        string[] both = [.. before.Keys.Where(name => after.ContainsKey(name) && before[name] > 0)];
        double? change = both.Length == 0 ? null : 100 * (both.Average(name => after[name] / before[name]) - 1);
        return new GuideClaim(from, to, claim, both, change);
    }

    private static IReadOnlyDictionary<string, double> Published(ModelVariant variant) =>
        QualityEstimator.Estimate(variant, variant.Layout(Quantizations.Find(CommandLine.VariantArgument.DefaultQuantization))).Benchmarks;
}

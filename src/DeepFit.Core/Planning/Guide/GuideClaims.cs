using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Guide;

/// <summary>A claim of the guide about one step up, beside what is known of it.</summary>
/// <param name="From">The smaller version.</param>
/// <param name="To">The larger one.</param>
/// <param name="Claim">What the guide says.</param>
/// <param name="Scores">What the published scores say, or null.</param>
public sealed record GuideClaim(ModelVariant From, ModelVariant To, PublishedClaim Claim, ScoreChange? Scores)
{
    /// <summary>Change of the parameters that one token uses, in percent: what the arithmetic really grows by.</summary>
    public double ComputePercent => GuideClaims.ActiveParameters(From, To);
}

/// <summary>Two variants that are compared, from the smaller to the larger in the guide's order, with the guide's claims compounded over the steps between them.</summary>
/// <param name="From">The one that the guide puts lower, or the first that was named.</param>
/// <param name="To">The other one.</param>
/// <param name="Steps">The guide's claims about the steps between; empty where it makes none.</param>
/// <param name="Scores">What the published scores say, or null.</param>
/// <param name="SecondsPerTokenPercent">Change of the time for one generated token on the machine, or null where one of them does not run.</param>
public sealed record GuidePair(ModelVariant From, ModelVariant To, IReadOnlyList<GuideClaim> Steps, ScoreChange? Scores, double? SecondsPerTokenPercent)
{
    /// <summary>Change of the parameters that one token uses, in percent.</summary>
    public double ComputePercent => GuideClaims.ActiveParameters(From, To);

    /// <summary>The claimed extra compute, compounded over the steps, in percent; null where the guide makes no claim.</summary>
    public double? ClaimedComputePercent => Compound(step => step.Claim.ComputePercent);

    /// <summary>The claimed gain in quality, likewise.</summary>
    public double? ClaimedQualityPercent => Compound(step => step.Claim.QualityPercent);

    /// <summary>Why the claims and what is known differ.</summary>
    public BilingualText Reason => GuideWords.Reason(this);

    private double? Compound(Func<GuideClaim, int> percent) =>
        Steps.Count == 0 ? null : 100 * (Steps.Aggregate(1.0, (product, step) => product * (1 + (percent(step) / 100.0))) - 1);
}

/// <summary>Finds the guide's claims that lie between two variants, one step after the other.</summary>
public static class GuideClaims
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
        return new GuidePair(from, to, turned ? Chain(b, a) : up, ScoreChange.Between(from, to), TimePercent(before, after));
    }

    /// <summary>Change of the parameters that one token uses, in percent.</summary>
    public static double ActiveParameters(ModelVariant from, ModelVariant to) =>
        100.0 * (to.ActiveParameterCount - from.ActiveParameterCount) / from.ActiveParameterCount;

    /// <summary>Every step that the guide makes a claim about, in the catalogue's order, with the versions' times for a token where they are known.</summary>
    /// <param name="configurations">How each version runs on the machine, by its id; a version may be missing.</param>
    public static IReadOnlyList<GuidePair> Steps(IReadOnlyDictionary<string, Configuration> configurations)
    {
        ArgumentNullException.ThrowIfNull(configurations);
        var pairs = new List<GuidePair>();
        foreach (ModelVariant to in ModelCatalog.Default.Variants)
        {
            if (to.Claim is { } claim && ModelCatalog.Default.TryFind(claim.PreviousVariant, out ModelVariant? from))
            {
                double? time = TimePercent(configurations.GetValueOrDefault(from.Id), configurations.GetValueOrDefault(to.Id));
                pairs.Add(new GuidePair(from, to, Chain(from, to), ScoreChange.Between(from, to), time));
            }
        }

        return pairs;
    }

    private static double? TimePercent(Configuration? before, Configuration? after) =>
        before?.Speed is { } slow && after?.Speed is { } fast ? 100 * ((slow.GenerationTps / fast.GenerationTps) - 1) : null;

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

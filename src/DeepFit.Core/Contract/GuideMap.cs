using DeepFit.Core.Planning.Guide;
using DeepFit.Core.Text;

namespace DeepFit.Core.Contract;

/// <summary>From a popular guide's claims to the contract's documents.</summary>
public static class GuideMap
{
    /// <summary>One step that the guide makes a claim about.</summary>
    public static StepDocument ToDocument(this GuideClaim step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new StepDocument(
            step.From.Id,
            step.To.Id,
            step.Claim.ComputePercent,
            step.Claim.QualityPercent,
            ContractNumbers.Significant(step.ComputePercent, 3),
            Rounded(step.Scores?.Percent),
            step.Scores?.Benchmarks ?? [],
            step.Claim.Source);
    }

    /// <summary>Two variants against the guide, the reason in one language.</summary>
    public static GuidePairDocument ToDocument(this GuidePair pair, Language language)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return new GuidePairDocument(
            pair.From.Id,
            pair.To.Id,
            Rounded(pair.ClaimedComputePercent),
            Rounded(pair.ClaimedQualityPercent),
            ContractNumbers.Significant(pair.ComputePercent, 3),
            Rounded(pair.Scores?.Percent),
            Rounded(pair.Scores?.Low),
            Rounded(pair.Scores?.High),
            pair.Scores?.Benchmarks ?? [],
            Rounded(pair.SecondsPerTokenPercent),
            pair.Steps.Count > 0 ? pair.Steps[0].Claim.Source : null,
            pair.Reason.In(language));
    }

    private static double? Rounded(double? value) => value is { } known ? ContractNumbers.Significant(known, 3) : null;
}

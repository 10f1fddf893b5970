using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;

namespace DeepFit.Core.Contract;

/// <summary>From advice to the contract's documents.</summary>
public static class AdviceMap
{
    /// <summary>Hardware for a goal, its words in one language.</summary>
    public static AdviceDocument ToDocument(this HardwareAdvice advice, Language language)
    {
        HardwareGoal goal = advice.Goal;
        return new AdviceDocument(
            new AdviceGoalDocument(
                [.. goal.Variants.Select(v => v.Id)], goal.Quantization?.Name, ContractNumbers.Significant(goal.LeastTps), goal.ContextOf(goal.Variants[0]), goal.Use.Id, goal.Users,
                goal.MaxPriceUsd, goal.Vendor, goal.Form),
            [
                .. advice.Options.Select(o => new HardwareOptionDocument(
                    o.Candidate.ToDocument(language), o.Surely ? "surely" : "probably", o.Bottleneck, o.BottleneckText.In(language),
                    [.. o.Configurations.Select(c => c.ToDocument(language))])),
            ],
            [
                .. advice.Closest.Select(g => new HardwareGapDocument(
                    g.Candidate.ToDocument(language), g.Text.In(language), g.SpeedShare is { } share ? ContractNumbers.Significant(share) : null, g.MissingBytes?.Bytes,
                    g.Configuration?.ToDocument(language))),
            ],
            advice.Considered,
            advice.Reached,
            advice.Explanation.In(language));
    }

    /// <summary>What lifts a machine, its words in one language.</summary>
    public static UpgradeDocument ToDocument(this UpgradeAdvice advice, Language language) => new(
        advice.Machine.ToDocument(language),
        advice.Before.Use.Id,
        advice.Before.Pick?.ToDocument(language),
        [
            .. advice.Changes.Select(c => new UpgradeChangeDocument(
                c.Kind, c.Name.In(language), c.PriceUsd, c.PriceSource, c.MovesUp, ContractNumbers.Decimals(c.Gain, 1), c.Reason.In(language), c.After.ToDocument(language))),
        ],
        [.. advice.Notes.Select(n => n.In(language))],
        advice.Considered,
        advice.Explanation.In(language));

    private static HardwareDocument ToDocument(this HardwareCandidate c, Language language) => new(
        c.Name, c.Group, c.Form, c.Vendor, c.Count, c.Memory.Bytes, ContractNumbers.WholeBytes(c.Bandwidth.BytesPerSecond), c.PriceUsd, c.PriceSource,
        [.. c.Machine.Assumptions.Select(a => a.In(language))]);
}

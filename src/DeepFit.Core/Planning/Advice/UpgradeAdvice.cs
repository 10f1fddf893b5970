using DeepFit.Core.Hardware;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Advice;

/// <summary>What a single change of a machine buys.</summary>
public sealed record UpgradeOption
{
    /// <summary><c>ram</c>, <c>gpu</c> (one card, in place of what is there), <c>second_gpu</c> (one more of the same) or <c>machine</c> (another one).</summary>
    public required string Kind { get; init; }

    /// <summary>The change.</summary>
    public required BilingualText Name { get; init; }

    /// <summary>Launch price in US dollars of what is bought, or null when no source has it.</summary>
    public double? PriceUsd { get; init; }

    /// <summary>Where the price is from, or null.</summary>
    public string? PriceSource { get; init; }

    /// <summary>The machine after the change.</summary>
    public required MachineProfile Machine { get; init; }

    /// <summary>What is then recommended.</summary>
    public required Configuration After { get; init; }

    /// <summary>Whether a larger version becomes the pick.</summary>
    public required bool MovesUp { get; init; }

    /// <summary>Points of the recommender's figure that it brings: score, and the wait for an answer.</summary>
    public required double Gain { get; init; }

    /// <summary>What it buys, in a sentence.</summary>
    public required BilingualText Reason { get; init; }
}

/// <summary>What would lift a machine.</summary>
public sealed record UpgradeAdvice
{
    /// <summary>The machine as it is.</summary>
    public required MachineProfile Machine { get; init; }

    /// <summary>What it is recommended now.</summary>
    public required Recommendation Before { get; init; }

    /// <summary>Changes that bring something, the best first.</summary>
    public required IReadOnlyList<UpgradeOption> Changes { get; init; }

    /// <summary>What to know: what limits the machine, and what cannot be changed.</summary>
    public required IReadOnlyList<BilingualText> Notes { get; init; }

    /// <summary>The best change and its reason, or why none helps.</summary>
    public required BilingualText Explanation { get; init; }

    /// <summary>How many changes were tried.</summary>
    public required int Considered { get; init; }
}

using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>One way to run one variant, with everything known about it. The <c>Configuration</c> of the JSON contract.</summary>
public sealed record Configuration
{
    /// <summary>Catalogue id, or the file's path.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization, such as <c>Q4_K_M</c>.</summary>
    public required string Quantization { get; init; }

    /// <summary>How it is run.</summary>
    public required RuntimeOptions Options { get; init; }

    /// <summary>Size of the download.</summary>
    public required ByteSize FileBytes { get; init; }

    /// <summary>Whether it runs on the machine at all.</summary>
    public required bool Fits { get; init; }

    /// <summary>What limits it: <c>ram</c>, <c>vram</c>, <c>disk</c>, <c>speed</c>, <c>context</c>, or null.</summary>
    public string? LimitedBy { get; init; }

    /// <summary>Why it was picked, or what limits it and what would lift the limit.</summary>
    public required BilingualText Reason { get; init; }

    /// <summary>Memory on every device.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>Speed, or null where it cannot run.</summary>
    public SpeedEstimate? Speed { get; init; }

    /// <summary>Speed of a long question: long prompt, long reasoning, long answer; null where it cannot run or was not asked for.</summary>
    public SpeedEstimate? LongSpeed { get; init; }

    /// <summary>What one sequence needs of the context for the use, or null when no use was asked about.</summary>
    public ContextNeed? Need { get; init; }

    /// <summary>Where the length of the reasoning is from, or null when unknown.</summary>
    public BilingualText? ReasoningSource { get; init; }

    /// <summary>Quality.</summary>
    public required QualityEstimate Quality { get; init; }
}

/// <summary>An alternative to the pick.</summary>
/// <param name="Label"><c>faster</c>, <c>smarter</c> or another single word.</param>
/// <param name="Configuration">The configuration.</param>
public sealed record Alternative(string Label, Configuration Configuration);

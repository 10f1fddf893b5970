using DeepFit.Core.Text;

namespace DeepFit.Core.Models;

/// <summary>
/// The hardware that a popular guide asks for, for inference. Shown beside DeepFit's own figures; nothing is computed from it. Its GB are the
/// guide's own and say no more than that.
/// </summary>
public sealed record PublishedGuidance
{
    /// <summary>Size of the usual 4-bit download, in GB (10⁹ bytes).</summary>
    public required double DownloadGb { get; init; }

    /// <summary>The processor.</summary>
    public required BilingualText Cpu { get; init; }

    /// <summary>Fewest and most cores, or fewest alone, where the guide names a number; otherwise empty.</summary>
    public IReadOnlyList<int> CpuCores { get; init; } = [];

    /// <summary>The graphics card or cards.</summary>
    public required BilingualText Gpu { get; init; }

    /// <summary>Main memory in GB.</summary>
    public required int RamGb { get; init; }

    /// <summary>Whether the guide says "at least" of the memory.</summary>
    public bool RamIsMinimum { get; init; }

    /// <summary>Free disk space in GB.</summary>
    public required int DiskGb { get; init; }

    /// <summary>Whether the guide says "at least" of the disk.</summary>
    public bool DiskIsMinimum { get; init; }

    /// <summary>Where this stands.</summary>
    public required string Source { get; init; }
}

/// <summary>
/// What the same guide claims of a version against the one before. The compute figure is the ratio of the parameter counts minus one; the quality
/// figure has no stated source.
/// </summary>
public sealed record PublishedClaim
{
    /// <summary>Id of the version that it is compared with.</summary>
    public required string PreviousVariant { get; init; }

    /// <summary>Claimed extra compute, in percent.</summary>
    public required int ComputePercent { get; init; }

    /// <summary>Claimed gain in quality, in percent.</summary>
    public required int QualityPercent { get; init; }

    /// <summary>Where this stands.</summary>
    public required string Source { get; init; }
}

/// <summary>Where a fact about a variant comes from.</summary>
/// <param name="Fact">What is sourced.</param>
/// <param name="Source">The place.</param>
public sealed record FactSource(string Fact, string Source);

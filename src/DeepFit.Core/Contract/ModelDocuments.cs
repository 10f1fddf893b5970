namespace DeepFit.Core.Contract;

/// <summary>One variant as <c>deepfit models --json</c> lists it.</summary>
public sealed record ModelDocument
{
    /// <summary>Catalogue id, such as <c>7b</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Other names that are understood.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>The published name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>GGUF's <c>general.architecture</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Whether it is another model that R1 taught, not R1 itself.</summary>
    public required bool IsDistilled { get; init; }

    /// <summary>The model it was made from.</summary>
    public required string BaseModel { get; init; }

    /// <summary>The licence of the weights.</summary>
    public required string License { get; init; }

    /// <summary>The licence of the base model, or null.</summary>
    public required string? BaseLicense { get; init; }

    /// <summary>Where it is published.</summary>
    public required string HuggingFaceRepository { get; init; }

    /// <summary>Longest context, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Transformer layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Parameters, all experts counted.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Parameters that one token uses.</summary>
    public required long ActiveParameterCount { get; init; }

    /// <summary>What it is for, in the language asked for.</summary>
    public required string Purpose { get; init; }

    /// <summary>What is distilled and what is R1, in the language asked for.</summary>
    public required string Nature { get; init; }

    /// <summary>Where names mislead, a word on it in the language asked for; or null.</summary>
    public required string? NamingNote { get; init; }

    /// <summary>The published hardware guidance, or null.</summary>
    public required GuidanceDocument? Guidance { get; init; }

    /// <summary>The same guide's claim against the version before, or null.</summary>
    public required ClaimDocument? Claim { get; init; }

    /// <summary>The rule of thumb, parameters times bytes.</summary>
    public required IReadOnlyList<RuleOfThumbDocument> RuleOfThumb { get; init; }

    /// <summary>The quantizations, small to large.</summary>
    public required IReadOnlyList<QuantizationDocument> Quantizations { get; init; }

    /// <summary>Published scores with uncertainty, source and what others measured; weights are those of chat.</summary>
    public required IReadOnlyList<BenchmarkDocument> Benchmarks { get; init; }

    /// <summary>What was measured of the loss by quantization on this very model; sources that disagree are all kept.</summary>
    public required IReadOnlyList<MeasuredLossDocument> MeasuredLosses { get; init; }

    /// <summary>Where the facts come from.</summary>
    public required IReadOnlyList<SourceDocument> Sources { get; init; }
}

/// <summary>Published hardware guidance, for inference; its GB are taken as 10⁹ bytes.</summary>
/// <param name="DownloadBytes">Size of the usual 4-bit download.</param>
/// <param name="Cpu">CPU, in the language asked for.</param>
/// <param name="Gpu">GPU, in the language asked for.</param>
/// <param name="RamBytes">System memory.</param>
/// <param name="RamIsMinimum">Whether the guide says "at least" of it.</param>
/// <param name="DiskBytes">Free disk space.</param>
/// <param name="DiskIsMinimum">Whether the guide says "at least" of it.</param>
/// <param name="Source">Who says so.</param>
public sealed record GuidanceDocument(
    long DownloadBytes, string Cpu, string Gpu, long RamBytes, bool RamIsMinimum, long DiskBytes, bool DiskIsMinimum, string Source);

/// <summary>A guide's claim against the version before.</summary>
/// <param name="PreviousVariant">Id of that version.</param>
/// <param name="ComputePercent">Claimed extra compute, in percent.</param>
/// <param name="QualityPercent">Claimed gain in quality, in percent.</param>
/// <param name="Source">Who says so.</param>
public sealed record ClaimDocument(string PreviousVariant, int ComputePercent, int QualityPercent, string Source);

/// <summary>Where a fact comes from.</summary>
/// <param name="Fact">What is sourced.</param>
/// <param name="Source">The place.</param>
public sealed record SourceDocument(string Fact, string Source);

/// <summary>The rule of thumb at one size of parameter.</summary>
/// <param name="BytesPerParameter">4, 2, 1 or 0.5.</param>
/// <param name="Bytes">Parameters times that, in bytes.</param>
public sealed record RuleOfThumbDocument(double BytesPerParameter, long Bytes);

/// <summary>One quantization of a variant.</summary>
/// <param name="Name">Such as <c>Q4_K_M</c>.</param>
/// <param name="FileBytes">Size of the file, in bytes.</param>
/// <param name="BitsPerWeight">Bits of one weight, on average.</param>
/// <param name="LossShare">Share of every score that it costs, by the fit.</param>
/// <param name="LossShareLow">Low end of an 80% interval.</param>
/// <param name="LossShareHigh">High end.</param>
public sealed record QuantizationDocument(string Name, long FileBytes, double? BitsPerWeight, double? LossShare, double? LossShareLow, double? LossShareHigh);

/// <summary>A measured loss.</summary>
/// <param name="Quantization">What was measured; not all are llama.cpp's.</param>
/// <param name="LossShare">Share of the scores that was lost.</param>
/// <param name="Note">How it was measured.</param>
/// <param name="Source">Who published it.</param>
public sealed record MeasuredLossDocument(string Quantization, double? LossShare, string Note, string Source);

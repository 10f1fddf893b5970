using DeepFit.Core.Contract;

namespace DeepFit.Server.Api.Documents;

/// <summary>Every variant in every quantization on a machine.</summary>
/// <param name="Use">What they are judged for.</param>
/// <param name="Variants">The variants, in the catalogue's order.</param>
/// <param name="Quantizations">The quantizations, from the fewest bits to the most.</param>
/// <param name="Cells">One cell for each pair, variant by variant.</param>
public sealed record MatrixDocument(string Use, IReadOnlyList<string> Variants, IReadOnlyList<string> Quantizations, IReadOnlyList<MatrixCellDocument> Cells);

/// <summary>One variant in one quantization. Its figures are those of <c>deepfit estimate</c> for the same configuration.</summary>
public sealed record MatrixCellDocument
{
    /// <summary>Catalogue id.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>Context in tokens, over all sequences: as asked for, else what the use needs, or the longest half of it that fits.</summary>
    public required int Context { get; init; }

    /// <summary>Sequences: the people at a time.</summary>
    public required int Parallel { get; init; }

    /// <summary>Cache type of the keys: as asked for, else the first of f16 and q8_0 that fits.</summary>
    public required string KvTypeK { get; init; }

    /// <summary>Cache type of the values.</summary>
    public required string KvTypeV { get; init; }

    /// <summary>Layers on GPUs, the output layer counted as one more.</summary>
    public required int GpuLayers { get; init; }

    /// <summary>First layers whose routed experts stay on the CPU.</summary>
    public required int CpuMoeLayers { get; init; }

    /// <summary>Size of the download, in bytes.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Whether it runs on the machine at all.</summary>
    public required bool Fits { get; init; }

    /// <summary><c>ram</c>, <c>vram</c>, <c>disk</c>, <c>context</c>, <c>speed</c> (slower than the use wants), or null.</summary>
    public required string? LimitedBy { get; init; }

    /// <summary>Memory on all devices together, in bytes; null where the context is longer than the model's.</summary>
    public required long? TotalBytes { get; init; }

    /// <summary>Generation in tokens per second; null where it cannot run.</summary>
    public required double? GenerationTps { get; init; }

    /// <summary>Low end of an 80% interval.</summary>
    public required double? GenerationTpsLow { get; init; }

    /// <summary>High end.</summary>
    public required double? GenerationTpsHigh { get; init; }

    /// <summary>Seconds from the question to the end of the answer, reasoning counted.</summary>
    public required double? SecondsToAnswer { get; init; }

    /// <summary>Quality for the use, 0 to 100, the quantization's loss taken off; null when nothing that matters is published.</summary>
    public required double? Score { get; init; }

    /// <summary>The rung that the speed stands on; null where it cannot run.</summary>
    public required string? Basis { get; init; }

    /// <summary>Whether it runs and nothing that runs beats it in both speed and score.</summary>
    public required bool Frontier { get; init; }
}

/// <summary>One cell of the matrix in full.</summary>
/// <param name="Cell">The cell as in the matrix, but that whether it is on the frontier only the matrix knows.</param>
/// <param name="Configuration">What <c>deepfit estimate --json</c> prints for its settings.</param>
public sealed record CellDocument(MatrixCellDocument Cell, ConfigurationDocument Configuration);

/// <summary>A popular guide's claims, beside what is known.</summary>
/// <param name="Machine">The machine that the times are of.</param>
/// <param name="Quantization">The quantization that they are of.</param>
/// <param name="Steps">Every step from a version to the next.</param>
public sealed record ClaimsDocument(string Machine, string Quantization, IReadOnlyList<GuidePairDocument> Steps);

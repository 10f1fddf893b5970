using System.Text.Json.Serialization;

namespace DeepFit.Core.Contract;

/// <summary>The contract's <c>Configuration</c>: what <c>deepfit estimate --json</c> prints, and one row of a recommendation.</summary>
public sealed record ConfigurationDocument
{
    /// <summary>Catalogue id, or the file's path.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization, such as <c>Q4_K_M</c>.</summary>
    public required string Quantization { get; init; }

    /// <summary>Context in tokens, over all sequences.</summary>
    public required int Context { get; init; }

    /// <summary>Cache type of the keys, in llama.cpp's spelling (<c>f16</c>, <c>q8_0</c>).</summary>
    public required string KvTypeK { get; init; }

    /// <summary>Cache type of the values.</summary>
    public required string KvTypeV { get; init; }

    /// <summary>Tokens computed at once.</summary>
    [JsonPropertyName("ubatch")]
    public required int UBatch { get; init; }

    /// <summary>Tokens submitted at once.</summary>
    public required int Batch { get; init; }

    /// <summary>Sequences.</summary>
    public required int Parallel { get; init; }

    /// <summary>Whether flash attention is on.</summary>
    public required bool FlashAttention { get; init; }

    /// <summary>Layers on GPUs, the output layer counted as one more.</summary>
    public required int GpuLayers { get; init; }

    /// <summary>First layers whose routed experts stay on the CPU.</summary>
    public required int CpuMoeLayers { get; init; }

    /// <summary>Each GPU's share, or null for a share by free memory.</summary>
    public required IReadOnlyList<double>? TensorSplit { get; init; }

    /// <summary>Size of the download, in bytes.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Whether it runs on the machine at all.</summary>
    public required bool Fits { get; init; }

    /// <summary><c>ram</c>, <c>vram</c>, <c>disk</c>, <c>speed</c>, <c>context</c>, or null.</summary>
    public required string? LimitedBy { get; init; }

    /// <summary>Why, in the language asked for.</summary>
    public required string Reason { get; init; }

    /// <summary>What one sequence needs of the context for the use, or null when no use was asked about.</summary>
    public required ContextNeedDocument? ContextNeeded { get; init; }

    /// <summary>Memory on every device.</summary>
    public required MemoryDocument Memory { get; init; }

    /// <summary>Speed, or null where it cannot run.</summary>
    public required SpeedDocument? Speed { get; init; }

    /// <summary>Quality.</summary>
    public required QualityDocument Quality { get; init; }
}

/// <summary>Memory of a configuration.</summary>
public sealed record MemoryDocument
{
    /// <summary><c>estimated</c>, <c>simulated</c>, <c>measured</c> or <c>verified</c>.</summary>
    public required string Basis { get; init; }

    /// <summary>Sum over the devices, in bytes.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>One row a device; the CPU is the first.</summary>
    public required IReadOnlyList<DeviceMemoryDocument> Devices { get; init; }
}

/// <summary>What one device holds; all sizes in bytes.</summary>
/// <param name="Device"><c>CPU</c>, or a GPU's name as the engine numbers it.</param>
/// <param name="WeightsBytes">Weights.</param>
/// <param name="KvCacheBytes">Key/value cache.</param>
/// <param name="ComputeBytes">Compute buffers.</param>
/// <param name="OverheadBytes">What the process or driver takes besides.</param>
/// <param name="TotalBytes">Everything on this device.</param>
/// <param name="AvailableBytes">What the device has to give, or null when unknown.</param>
public sealed record DeviceMemoryDocument(
    string Device,
    long WeightsBytes,
    long KvCacheBytes,
    long ComputeBytes,
    long OverheadBytes,
    long TotalBytes,
    long? AvailableBytes);

/// <summary>The context that keeps R1 from being cut off in the middle of a thought; tokens of one sequence.</summary>
/// <param name="Least">Holds a typical exchange; a size that people set.</param>
/// <param name="Comfortable">Holds a long thought too.</param>
/// <param name="TypicalTokens">Prompt, reasoning and answer of a typical exchange.</param>
/// <param name="LongTokens">Those of a long one.</param>
/// <param name="Source">Where the length of the reasoning is from, or null when unknown.</param>
public sealed record ContextNeedDocument(int Least, int Comfortable, int TypicalTokens, int LongTokens, string? Source);

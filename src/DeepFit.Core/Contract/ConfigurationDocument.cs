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

/// <summary>Speed of a configuration: rates in tokens per second, four significant digits; low and high bound an 80% interval.</summary>
public sealed record SpeedDocument
{
    /// <summary>The rung the figures stand on.</summary>
    public required string Basis { get; init; }

    /// <summary>Prompt processing.</summary>
    public required double? PromptTps { get; init; }

    /// <summary>Low end of <see cref="PromptTps"/>.</summary>
    public required double? PromptTpsLow { get; init; }

    /// <summary>High end of <see cref="PromptTps"/>.</summary>
    public required double? PromptTpsHigh { get; init; }

    /// <summary>Generation.</summary>
    public required double? GenerationTps { get; init; }

    /// <summary>Low end of <see cref="GenerationTps"/>.</summary>
    public required double? GenerationTpsLow { get; init; }

    /// <summary>High end of <see cref="GenerationTps"/>.</summary>
    public required double? GenerationTpsHigh { get; init; }

    /// <summary>Seconds from the question to the first token.</summary>
    public required double? SecondsToFirstToken { get; init; }

    /// <summary>Seconds from the question to the end of the answer, reasoning counted.</summary>
    public required double? SecondsToAnswer { get; init; }

    /// <summary>Prompt length assumed, in tokens.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Reasoning length assumed, in tokens.</summary>
    public required int ReasoningTokens { get; init; }

    /// <summary>Answer length assumed, in tokens.</summary>
    public required int AnswerTokens { get; init; }

    /// <summary>What the figures assume, in the language asked for.</summary>
    public required string Assumes { get; init; }
}

/// <summary>Quality of a configuration.</summary>
public sealed record QualityDocument
{
    /// <summary>The rung the figures stand on.</summary>
    public required string Basis { get; init; }

    /// <summary>0 to 100, quantization loss taken off; null when no benchmark that matters is published.</summary>
    public required double? Score { get; init; }

    /// <summary>One standard deviation of <see cref="Score"/> in points, or null when unknown.</summary>
    public required double? Uncertainty { get; init; }

    /// <summary>Points that the quantization takes off.</summary>
    public required double? QuantizationLoss { get; init; }

    /// <summary>Published scores by benchmark.</summary>
    public required IReadOnlyDictionary<string, double> Benchmarks { get; init; }

    /// <summary>What the figure rests on, in the language asked for.</summary>
    public required string Assumes { get; init; }
}

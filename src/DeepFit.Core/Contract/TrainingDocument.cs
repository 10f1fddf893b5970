namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit estimate VARIANT --train METHOD --json</c> prints; sizes in bytes, per device.</summary>
public sealed record TrainingDocument
{
    /// <summary>Catalogue id, or the file's path.</summary>
    public required string Variant { get; init; }

    /// <summary><c>full</c>, <c>lora</c> or <c>qlora</c>.</summary>
    public required string Method { get; init; }

    /// <summary><c>mixed</c> or <c>bf16</c>.</summary>
    public required string Precision { get; init; }

    /// <summary><c>adamw</c>, <c>adamw-8bit</c> or <c>sgd</c>.</summary>
    public required string Optimizer { get; init; }

    /// <summary>Sequences at once on each device.</summary>
    public required int Batch { get; init; }

    /// <summary>Tokens of a sequence.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Rank of the adapters, or null for full fine-tuning.</summary>
    public required int? LoraRank { get; init; }

    /// <summary><c>all</c>, <c>attention</c> or <c>qv</c>, or null for full fine-tuning.</summary>
    public required string? LoraTarget { get; init; }

    /// <summary><c>on</c>, <c>off</c> or <c>offload</c>.</summary>
    public required string GradientCheckpointing { get; init; }

    /// <summary>Whether gradients stay while the next activations are made.</summary>
    public required bool GradientAccumulation { get; init; }

    /// <summary>Whether attention scores are never written.</summary>
    public required bool FlashAttention { get; init; }

    /// <summary>Whether kernels are fused.</summary>
    public required bool FusedKernels { get; init; }

    /// <summary>Whether the loss is computed a chunk at a time.</summary>
    public required bool ChunkedLoss { get; init; }

    /// <summary>ZeRO stage, 0 to 3.</summary>
    public required int ZeroStage { get; init; }

    /// <summary>Devices that train together.</summary>
    public required int DeviceCount { get; init; }

    /// <summary>The rung: <c>estimated</c>.</summary>
    public required string Basis { get; init; }

    /// <summary>Parameters of the model.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Parameters that are trained.</summary>
    public required long TrainableParameterCount { get; init; }

    /// <summary>Parameters in NF4.</summary>
    public required long QuantizedParameterCount { get; init; }

    /// <summary>Memory on each device, part by part.</summary>
    public required TrainingMemoryDocument Memory { get; init; }

    /// <summary>System memory for offloaded activations.</summary>
    public required long HostActivationBytes { get; init; }

    /// <summary>What one layer keeps for each token.</summary>
    public required IReadOnlyList<ActivationTermDocument> ActivationTerms { get; init; }

    /// <summary>The devices, with what there is.</summary>
    public required IReadOnlyList<TrainingDeviceDocument> Devices { get; init; }

    /// <summary>Whether it fits everywhere.</summary>
    public required bool Fits { get; init; }

    /// <summary>Whether it fits, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>What would make it fit.</summary>
    public required IReadOnlyList<TrainingRemedyDocument> Remedies { get; init; }

    /// <summary>What to know besides.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What running the model takes at this length.</summary>
    public required long RunningBytes { get; init; }

    /// <summary>The quantization of that.</summary>
    public required string RunningQuantization { get; init; }

    /// <summary>The guides' rule for running the model, four bytes a parameter.</summary>
    public required IReadOnlyList<RuleOfThumbDocument> RuleOfThumb { get; init; }
}

/// <summary>Memory of training on one device, in bytes. Of logits and layer work only the larger counts: they are not alive together.</summary>
/// <param name="WeightsBytes">The model's weights.</param>
/// <param name="AdapterBytes">The adapters' weights.</param>
/// <param name="GradientBytes">Gradients.</param>
/// <param name="MasterWeightsBytes">The 32-bit copy.</param>
/// <param name="OptimizerBytes">The optimizer's moments.</param>
/// <param name="ActivationBytes">Activations that are kept.</param>
/// <param name="LogitsBytes">Logits and their gradient.</param>
/// <param name="LayerWorkBytes">One layer's backward pass.</param>
/// <param name="DequantizationBytes">The matrix that is dequantized.</param>
/// <param name="GatheredBytes">The layer that is gathered.</param>
/// <param name="OverheadBytes">The driver's context.</param>
/// <param name="TotalBytes">The peak.</param>
public sealed record TrainingMemoryDocument(
    long WeightsBytes,
    long AdapterBytes,
    long GradientBytes,
    long MasterWeightsBytes,
    long OptimizerBytes,
    long ActivationBytes,
    long LogitsBytes,
    long LayerWorkBytes,
    long DequantizationBytes,
    long GatheredBytes,
    long OverheadBytes,
    long TotalBytes);

/// <summary>One kind of result that a layer keeps.</summary>
/// <param name="Id">A stable word.</param>
/// <param name="Name">What it is.</param>
/// <param name="Formula">Its bytes per token in figures.</param>
/// <param name="BytesPerToken">The product.</param>
public sealed record ActivationTermDocument(string Id, string Name, string Formula, long BytesPerToken);

/// <summary>A device that trains.</summary>
/// <param name="Device">The engine's name, or <c>CPU</c>.</param>
/// <param name="Name">The product.</param>
/// <param name="NeededBytes">What training takes.</param>
/// <param name="UsableBytes">What a program may take, or null.</param>
/// <param name="Fits">Whether it fits.</param>
public sealed record TrainingDeviceDocument(string Device, string Name, long NeededBytes, long? UsableBytes, bool Fits);

/// <summary>A change that makes it fit.</summary>
/// <param name="Id">A stable word.</param>
/// <param name="Change">What to change.</param>
/// <param name="Arguments">Options for the same command, or null.</param>
/// <param name="TotalBytes">What each device then takes.</param>
public sealed record TrainingRemedyDocument(string Id, string Change, string? Arguments, long TotalBytes);

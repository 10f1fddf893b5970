using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation.Training;

/// <summary>What training takes on each GPU. Sizes are per GPU, after sharding.</summary>
public sealed record TrainingMemory
{
    /// <summary>How it is trained.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>GPUs that take part; 1 for one GPU or the CPU.</summary>
    public required int GpuCount { get; init; }

    /// <summary>Parameters of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Parameters that are trained.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>Parameters that are kept in NF4; 0 without QLoRA.</summary>
    public required long QuantizedParameters { get; init; }

    /// <summary>Weights of the model, adapters not counted.</summary>
    public required ByteSize Weights { get; init; }

    /// <summary>Weights of the adapters.</summary>
    public required ByteSize Adapters { get; init; }

    /// <summary>Gradients of what is trained.</summary>
    public required ByteSize Gradients { get; init; }

    /// <summary>The 32-bit copy of what is trained (mixed precision, full fine-tuning).</summary>
    public required ByteSize MasterWeights { get; init; }

    /// <summary>What the optimizer keeps.</summary>
    public required ByteSize OptimizerStates { get; init; }

    /// <summary>Activations that are kept from the forward pass to the backward pass.</summary>
    public required ByteSize Activations { get; init; }

    /// <summary>Logits and their gradient, at the turn of the passes.</summary>
    public required ByteSize Logits { get; init; }

    /// <summary>One layer's backward pass: its results computed again (with checkpointing) and its gradients.</summary>
    public required ByteSize LayerWork { get; init; }

    /// <summary>The matrix that is dequantized at the moment (QLoRA).</summary>
    public required ByteSize Dequantization { get; init; }

    /// <summary>The layer that is gathered from the other GPUs (ZeRO stage 3).</summary>
    public required ByteSize Gathered { get; init; }

    /// <summary>The driver's context.</summary>
    public required ByteSize Reserve { get; init; }

    /// <summary>System memory for activations that are offloaded, all GPUs of the machine together.</summary>
    public required ByteSize HostActivations { get; init; }

    /// <summary>What each layer keeps, for a layer of the kind that takes most.</summary>
    public required IReadOnlyList<ActivationTerm> ActivationTerms { get; init; }

    /// <summary>The larger of logits and one layer's work: they are not alive at the same time.</summary>
    public ByteSize Working => ByteSize.Max(Logits, LayerWork);

    /// <summary>Gradients and activations together; without accumulation the larger of the two, since one comes as the other goes.</summary>
    public ByteSize Passing => Options.AccumulatesGradients ? Gradients + Activations + Working : ByteSize.Max(Gradients, Activations + Working);

    /// <summary>Everything on one GPU.</summary>
    public ByteSize Total => Weights + Adapters + MasterWeights + OptimizerStates + Passing + Dequantization + Gathered + Reserve;
}

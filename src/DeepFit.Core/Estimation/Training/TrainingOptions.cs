using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation.Training;

/// <summary>What is trained.</summary>
public enum TrainingMethod
{
    /// <summary>Every parameter.</summary>
    Full = 0,

    /// <summary>Low-rank adapters beside a frozen 16-bit base (arXiv 2106.09685).</summary>
    LoRA = 1,

    /// <summary>Low-rank adapters beside a frozen base in NF4 with double quantization (arXiv 2305.14314).</summary>
    QLoRA = 2,
}

/// <summary>The optimizer, by what it keeps for every trained parameter.</summary>
public enum TrainingOptimizer
{
    /// <summary>AdamW: two moments.</summary>
    AdamW = 0,

    /// <summary>AdamW with moments in 8 bits (bitsandbytes).</summary>
    AdamW8Bit = 1,

    /// <summary>Gradient descent without momentum: nothing.</summary>
    Sgd = 2,
}

/// <summary>Number types.</summary>
public enum TrainingPrecision
{
    /// <summary>16-bit weights and gradients, a 32-bit copy of what is trained, 32-bit moments: 16 bytes a parameter with AdamW (arXiv 1910.02054).</summary>
    Mixed = 0,

    /// <summary>Everything in 16 bits: 8 bytes a parameter with AdamW. Less stable.</summary>
    Bf16 = 1,
}

/// <summary>Whether activations are kept or computed again.</summary>
public enum ActivationCheckpointing
{
    /// <summary>Everything that the backward pass needs is kept.</summary>
    Off = 0,

    /// <summary>Only each layer's input is kept; the layer is computed again when its turn comes.</summary>
    On = 1,

    /// <summary>The same, with the layers' inputs in system memory.</summary>
    Offload = 2,
}

/// <summary>Which matrices get adapters.</summary>
public enum LoRATarget
{
    /// <summary>All linear layers of the blocks, all experts included: what QLoRA's authors and Unsloth do.</summary>
    All = 0,

    /// <summary>The attention's alone.</summary>
    Attention = 1,

    /// <summary>Queries and values alone, as in LoRA's first paper.</summary>
    QueryValue = 2,
}

/// <summary>How a model is trained. Every default is what most recipes start with.</summary>
public sealed record TrainingOptions
{
    /// <summary>Highest rank that is accepted.</summary>
    public const int MostRank = 1024;

    /// <summary>Largest micro-batch that is accepted.</summary>
    public const int MostBatch = 1024;

    /// <summary>What is trained. Default <see cref="TrainingMethod.LoRA"/>.</summary>
    public TrainingMethod Method { get; init; } = TrainingMethod.LoRA;

    /// <summary>Sequences at once on each GPU (the micro-batch). Default 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Tokens of a sequence. Default 2048.</summary>
    public int SequenceLength { get; init; } = 2048;

    /// <summary>Rank of the adapters. Default 16.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Matrices that get adapters. Default all.</summary>
    public LoRATarget Target { get; init; } = LoRATarget.All;

    /// <summary>The optimizer. Default AdamW.</summary>
    public TrainingOptimizer Optimizer { get; init; } = TrainingOptimizer.AdamW;

    /// <summary>Number types. Default mixed.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Mixed;

    /// <summary>Gradient checkpointing. Default on.</summary>
    public ActivationCheckpointing Checkpointing { get; init; } = ActivationCheckpointing.On;

    /// <summary>
    /// Whether gradients are summed over several micro-batches before a step, so that they are there while activations are. Default true: the larger figure.
    /// </summary>
    public bool AccumulatesGradients { get; init; } = true;

    /// <summary>FlashAttention or another kernel that never writes the attention scores. Default true.</summary>
    public bool FlashAttention { get; init; } = true;

    /// <summary>Fused kernels (torch.compile, Liger, Unsloth) that keep no 32-bit copies in the norms. Default false: plain PyTorch.</summary>
    public bool FusedKernels { get; init; }

    /// <summary>A loss that makes its 32-bit logits a chunk at a time. Default false.</summary>
    public bool ChunkedLoss { get; init; }

    /// <summary>ZeRO stage over the GPUs (3 is what FSDP does): 0 none, 1 optimizer, 2 and gradients, 3 and weights. Default 0.</summary>
    public int ShardingStage { get; init; }

    /// <summary>Tokens at once on each GPU.</summary>
    public long Tokens => (long)Batch * SequenceLength;

    /// <summary>Throws where a figure makes no sense for a model.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="UserErrorException">A figure is out of range; the message says which.</exception>
    public void Check(ModelArchitecture architecture, string name)
    {
        if (SequenceLength < 1 || SequenceLength > architecture.ContextLength)
        {
            throw new UserErrorException(new(
                $"Sequences of {SequenceLength} tokens are beyond what {name} was made for: 1 to {architecture.ContextLength}. Use --seq-len {architecture.ContextLength} or less.",
                $"序列长度 {SequenceLength} 超出了 {name} 的范围：1 到 {architecture.ContextLength} 个 token。请使用 --seq-len {architecture.ContextLength} 或更小的值。"));
        }

        CheckRange("--batch", Batch, 1, MostBatch);
        CheckRange("--lora-rank", Rank, 1, MostRank);
        CheckRange("--zero", ShardingStage, 0, 3);
    }

    private static void CheckRange(string option, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new UserErrorException(new($"{option} takes a whole number from {least} to {most}, not {value}.", $"{option} 的值应为 {least} 到 {most} 之间的整数，而不是 {value}。"));
        }
    }
}

using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>The changes that make training smaller, and what they are called.</summary>
internal static class TrainingChanges
{
    private const int ShortestSequence = 256;

    public static BilingualText AllText { get; } = new(
        "Everything that saves memory at once: checkpointing, fused kernels, a chunked loss, an 8-bit optimizer, 16-bit numbers, one short sequence.",
        "同时使用所有省显存的办法：检查点、融合内核、分块损失、8 位优化器、16 位数值，以及单条短序列。");

    public static BilingualText AllWithQLoRAText { get; } = new(
        "The same with QLoRA: adapters on a 4-bit base, and everything else that saves memory.",
        "改用 QLoRA：在 4 位基座上训练适配器，并使用其余所有省显存的办法。");

    /// <summary>One change each, the mildest first: what changes only speed, then what changes the numbers, then what changes the data, then the method.</summary>
    public static IEnumerable<(string Id, BilingualText Text, string Arguments, TrainingOptions Options)> Single(TrainingOptions o, int gpus)
    {
        if (o.Checkpointing == ActivationCheckpointing.Off)
        {
            yield return ("checkpoint", new("Compute activations again in place of keeping them (about a third slower).", "重新计算激活值而不保存（约慢三分之一）。"),
                "--grad-checkpoint on", o with { Checkpointing = ActivationCheckpointing.On });
        }

        if (!o.FlashAttention)
        {
            yield return ("flash_attention", new("Use FlashAttention, which never writes the attention scores.", "使用 FlashAttention，不写出注意力得分。"),
                "--flash-attn on", o with { FlashAttention = true });
        }

        if (!o.ChunkedLoss || !o.FusedKernels)
        {
            yield return ("fused", new("Use fused kernels and a chunked loss (Unsloth, Liger, torchtune).", "使用融合内核与分块损失（Unsloth、Liger、torchtune）。"),
                "--kernels fused --loss chunked", o with { FusedKernels = true, ChunkedLoss = true });
        }

        for (int stage = o.ShardingStage + 1; gpus > 1 && stage <= 3; stage++)
        {
            yield return ($"zero{stage}", new($"Divide more over the {gpus} GPUs: ZeRO stage {stage}.", $"在 {gpus} 块 GPU 上分得更细：ZeRO 阶段 {stage}。"),
                $"--zero {stage}", o with { ShardingStage = stage });
        }

        if (o.Optimizer == TrainingOptimizer.AdamW && o.Method == TrainingMethod.Full)
        {
            yield return ("adamw_8bit", new("Keep the optimizer's moments in 8 bits.", "优化器状态使用 8 位。"), "--optimizer adamw-8bit", o with { Optimizer = TrainingOptimizer.AdamW8Bit });
        }

        if (o.Precision == TrainingPrecision.Mixed && o.Method == TrainingMethod.Full)
        {
            yield return ("bf16", new("Train in 16 bits throughout, without 32-bit copies (less stable).", "全程使用 16 位，不保留 32 位副本（稳定性较差）。"), "--precision bf16", o with { Precision = TrainingPrecision.Bf16 });
        }

        if (o.Batch > 1)
        {
            yield return ("batch", new("One sequence at a time, and accumulate gradients.", "每次只训练一条序列，并累积梯度。"), "--batch 1", o with { Batch = 1 });
        }

        for (int length = o.SequenceLength / 2; length >= ShortestSequence; length /= 2)
        {
            yield return ($"seq_len_{length}", new($"Shorter sequences: {length} tokens.", $"缩短序列：{length} 个 token。"), $"--seq-len {length}", o with { SequenceLength = length });
        }

        if (o.Method == TrainingMethod.Full)
        {
            yield return ("lora", new("Train adapters (LoRA) and leave the weights alone.", "只训练适配器（LoRA），不改动原权重。"), "--train lora", o with { Method = TrainingMethod.LoRA });
        }

        if (o.Method != TrainingMethod.QLoRA)
        {
            yield return ("qlora", new("Train adapters on a 4-bit base (QLoRA).", "在 4 位基座上训练适配器（QLoRA）。"), "--train qlora", o with { Method = TrainingMethod.QLoRA });
        }
    }

    /// <summary>The least that a method can take with everything that saves memory.</summary>
    public static TrainingOptions Sparing(TrainingOptions o, int gpus) => o with
    {
        Checkpointing = ActivationCheckpointing.On,
        FlashAttention = true,
        FusedKernels = true,
        ChunkedLoss = true,
        Optimizer = TrainingOptimizer.AdamW8Bit,
        Precision = TrainingPrecision.Bf16,
        Batch = 1,
        SequenceLength = Math.Min(o.SequenceLength, ShortestSequence),
        ShardingStage = gpus > 1 ? 3 : 0,
    };

    /// <summary>The options of <see cref="Sparing"/>.</summary>
    public static string SparingArguments(int gpus) =>
        $"--kernels fused --loss chunked --optimizer adamw-8bit --precision bf16 --batch 1 --seq-len {ShortestSequence}" + (gpus > 1 ? " --zero 3" : "");

    public static BilingualText GpusText(int gpus) => new(
        $"{gpus} GPUs like this one, the model divided over them (ZeRO stage 3 or FSDP).",
        $"使用 {gpus} 块同样的 GPU，并把模型分到各卡上（ZeRO 阶段 3 或 FSDP）。");

    public static BilingualText MemoryText(ByteSize least, bool full) => full
        ? new($"Full fine-tuning takes {least} here at the very least. Another machine is needed, or another method.", $"全量微调在这里最少也需要 {least}，只能换机器或换方法。")
        : new($"Even QLoRA with everything that saves memory takes {least}. A smaller version or a larger machine is needed.", $"即使 QLoRA 加上所有省显存的办法也需要 {least}，只能换更小的版本或更大的机器。");
}

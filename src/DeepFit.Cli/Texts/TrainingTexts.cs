using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What an estimate of training says.</summary>
internal static class TrainingTexts
{
    public static readonly BilingualText TrainHelp = new("what training takes, in place of running: all weights, adapters, or adapters on a 4-bit base", "改为估算训练所需：全量、LoRA 适配器，或 4 位基座上的适配器");
    public static readonly BilingualText BatchHelp = new("training: sequences at once on each GPU (default: 1)", "训练：每块 GPU 同时训练的序列数（默认 1）");
    public static readonly BilingualText SequenceHelp = new("training: tokens of a sequence (default: 2048)", "训练：序列长度（token 数，默认 2048）");
    public static readonly BilingualText RankHelp = new("training: rank of the adapters (default: 16)", "训练：适配器的秩（默认 16）");
    public static readonly BilingualText TargetHelp = new("training: matrices that get adapters (default: all linear layers)", "训练：添加适配器的矩阵（默认全部线性层）");
    public static readonly BilingualText OptimizerHelp = new("training: the optimizer (default: adamw)", "训练：优化器（默认 adamw）");
    public static readonly BilingualText PrecisionHelp = new("training: 16-bit with 32-bit copies, or 16-bit throughout (default: mixed)", "训练：16 位加 32 位副本，或全程 16 位（默认 mixed）");
    public static readonly BilingualText CheckpointHelp = new("training: compute activations again; offload keeps them in system memory (default: on)", "训练：重新计算激活值；offload 存到内存（默认 on）");
    public static readonly BilingualText AccumulateHelp = new("training: gradients of several batches are summed before a step (default: on)", "训练：累积多个批次的梯度后再更新（默认 on）");
    public static readonly BilingualText KernelsHelp = new("training: plain PyTorch, or fused kernels as of Unsloth, Liger, torch.compile (default: eager)", "训练：普通 PyTorch，或 Unsloth、Liger、torch.compile 等融合内核（默认 eager）");
    public static readonly BilingualText LossHelp = new("training: the loss at once or a chunk at a time (default: full)", "训练：一次或分块计算损失（默认 full）");
    public static readonly BilingualText ZeroHelp = new("training: ZeRO stage over the GPUs (default: the lowest that fits)", "训练：多 GPU 的 ZeRO 阶段（默认取放得下的最低阶段）");

    public static readonly BilingualText Trains = new("Trains", "训练参数");
    public static readonly BilingualText Settings = new("Settings", "设置");
    public static readonly BilingualText PartsTitle = new("Memory, part by part", "内存构成");
    public static readonly BilingualText PartsTitleEach = new("Memory on each GPU, part by part", "每块 GPU 的内存构成");
    public static readonly BilingualText LayerTitle = new("What one layer keeps for each token", "每层为每个 token 保存的内容");
    public static readonly BilingualText MethodsTitle = new("The three methods with these settings", "相同设置下的三种方法");
    public static readonly BilingualText RemediesTitle = new("What would make it fit", "怎样才放得下");
    public static readonly BilingualText RuleTitle = new("The rule of thumb beside it", "对照经验公式");

    public static readonly BilingualText Part = new("Part", "部分");
    public static readonly BilingualText Size = new("Size", "大小");
    public static readonly BilingualText How = new("How it comes about", "来历");
    public static readonly BilingualText Device = new("Device", "设备");
    public static readonly BilingualText Method = new("Method", "方法");
    public static readonly BilingualText Trained = new("Trained", "训练参数");
    public static readonly BilingualText Takes = new("Takes", "需要");
    public static readonly BilingualText Fits = new("Fits", "放得下");
    public static readonly BilingualText BytesWord = new("Bytes", "字节");
    public static readonly BilingualText Sum = new("peak", "峰值");

    public static readonly BilingualText Weights = new("weights", "权重");
    public static readonly BilingualText Adapters = new("adapters", "适配器");
    public static readonly BilingualText Gradients = new("gradients", "梯度");
    public static readonly BilingualText Master = new("32-bit copy", "32 位副本");
    public static readonly BilingualText Optimizer = new("optimizer", "优化器");
    public static readonly BilingualText Activations = new("activations", "激活值");
    public static readonly BilingualText Working = new("working", "工作区");
    public static readonly BilingualText Gathered = new("gathered layer", "汇集的层");
    public static readonly BilingualText Dequantized = new("dequantized", "反量化");
    public static readonly BilingualText Reserve = new("driver", "驱动");

    public static BilingualText MethodName(TrainingMethod method) => method switch
    {
        TrainingMethod.Full => new("Full fine-tuning", "全量微调"),
        TrainingMethod.LoRA => new("LoRA", "LoRA"),
        _ => new("QLoRA", "QLoRA"),
    };

    public static BilingualText TrainsOf(long trained, long all)
    {
        string percent = Figures.Percent(trained / (double)all);
        BilingualText t = Figures.Parameters(trained);
        BilingualText a = Figures.Parameters(all);
        return trained == all
            ? new($"all {a.En} parameters", $"全部 {a.Zh}参数")
            : new($"{Short(trained)} parameters of adapters beside {Short(all)} frozen ones ({percent})", $"适配器 {t.Zh}参数，另有 {a.Zh}参数冻结（{percent}）");
    }

    public static BilingualText SettingsOf(TrainingOptions o, string precision, string optimizer)
    {
        string lora = o.Method == TrainingMethod.Full ? "" : $" · rank {o.Rank}";
        string loraZh = o.Method == TrainingMethod.Full ? "" : $" · 秩 {o.Rank}";
        string zero = o.ShardingStage > 0 ? $" · ZeRO {o.ShardingStage}" : "";
        string again = o.Checkpointing switch { ActivationCheckpointing.Off => "off", ActivationCheckpointing.On => "on", _ => "offload" };
        string againZh = o.Checkpointing switch { ActivationCheckpointing.Off => "关", ActivationCheckpointing.On => "开", _ => "卸载到内存" };
        return new(
            $"batch {o.Batch} · sequence {o.SequenceLength}{lora} · {precision} · {optimizer} · checkpointing {again} · accumulation {(o.AccumulatesGradients ? "on" : "off")} · flash attention {(o.FlashAttention ? "on" : "off")} · kernels {(o.FusedKernels ? "fused" : "eager")} · loss {(o.ChunkedLoss ? "chunked" : "full")}{zero}",
            $"批大小 {o.Batch} · 序列 {o.SequenceLength}{loraZh} · {precision} · {optimizer} · 检查点{againZh} · 梯度累积{(o.AccumulatesGradients ? "开" : "关")} · flash attention {(o.FlashAttention ? "开" : "关")} · {(o.FusedKernels ? "融合" : "普通")}内核 · {(o.ChunkedLoss ? "分块" : "整体")}损失{zero}");
    }

    public static BilingualText WeightsHow(bool quantized, string nf4, string rest) => quantized
        ? new($"{nf4} in NF4 at 4.127 bits, {rest} in 16 bits", $"{nf4} 参数用 NF4（4.127 位），{rest} 用 16 位")
        : new("2 bytes a parameter", "每参数 2 字节");

    public static BilingualText BytesEach(string bytes) => new($"{bytes} bytes for each trained parameter", $"每个训练参数 {bytes} 字节");

    public static BilingualText AndShared(BilingualText text, int gpus) => new($"{text.En}, over {gpus} GPUs", $"{text.Zh}，由 {gpus} 块 GPU 分担");

    public static BilingualText InputsHow(int layers, int width, long tokens, bool offloaded) => offloaded
        ? new("each layer's input, in system memory", "各层输入，存于内存")
        : new($"each layer's input: {layers} × {width} × 2 B × {tokens} tokens", $"各层输入：{layers} × {width} × 2 B × {tokens} token");

    public static BilingualText AllLayersHow(int layers, long tokens) => new(
        $"what all {layers} layers keep (below), {tokens} tokens", $"全部 {layers} 层保存的内容（见下），{tokens} token");

    public static BilingualText LogitsHow(int vocabulary, string bytes, long tokens, string layer) => new(
        $"logits and their gradient: {vocabulary} × {bytes} B × {tokens} tokens; a layer's own work ({layer}) comes later", $"logits 及其梯度：{vocabulary} × {bytes} B × {tokens} token；单层计算（{layer}）在其后");

    public static BilingualText LayerHow(string logits) => new(
        $"one layer's results and gradients; the logits ({logits}) are gone by then", $"单层的结果与梯度；此时 logits（{logits}）已释放");

    public static readonly BilingualText GatheredHow = new("the largest layer, fetched from the other GPUs", "从其他 GPU 取来的最大一层");
    public static readonly BilingualText DequantizedHow = new("the largest matrix, in 16 bits for the moment", "最大的矩阵，临时恢复为 16 位");
    public static readonly BilingualText ReserveHow = new("the driver's context", "驱动上下文");
    public static readonly BilingualText NotTogether = new("gradients come as activations go: the larger counts", "梯度产生时激活值随之释放：取较大者");

    public static BilingualText Rule(string rule, string quantization, int tokens, string running, string total, string factor, bool full) => new(
        $"Guides give {rule} (4 bytes × parameters) for running this model and warn that training needs more. In exact figures: running {quantization} with {tokens} tokens takes {running}, this training {total} in all, {factor} times as much." + (full ? " Weights, gradients, the 32-bit copy and two moments are 16 bytes a parameter in mixed precision; activations and logits come on top." : " Only the adapters have gradients and moments; the frozen base has neither."),
        $"经验公式给出的运行内存是 {rule}（4 字节 × 参数量），并提醒训练需要更多。精确数字：以 {quantization}、{tokens} 个 token 运行需要 {running}，本次训练总共需要 {total}，是它的 {factor} 倍。" + (full ? "混合精度下，权重、梯度、32 位副本和两个动量共 16 字节/参数，另加激活值和 logits。" : "只有适配器有梯度和动量，冻结的基座没有。"));

    /// <summary>A number of parameters in a narrow column.</summary>
    public static string Short(long parameters) => parameters < 1_000_000_000 ? Figures.ThreeDigits(parameters / 1e6) + "M" : Figures.ParametersShort(parameters);

    public static BilingualText OnlyWithTrain(string option) => new(
        $"{option} is for training and needs --train full, lora or qlora.", $"{option} 用于训练，需要同时使用 --train full、lora 或 qlora。");

    public static BilingualText OnlyWithAdapters(string option) => new(
        $"{option} is for adapters; --train full has none. Use --train lora or qlora, or leave {option} out.", $"{option} 用于适配器，而 --train full 没有适配器。请改用 --train lora 或 qlora，或去掉 {option}。");

    public static BilingualText NotWithTrain(string option) => option switch
    {
        "--quant" => new(
            "--quant does not go with --train: the base is in 16 bits, or in NF4 with --train qlora. Leave --quant out.", "--quant 不能与 --train 同用：训练的基座是 16 位，或用 --train qlora 时为 NF4。请去掉 --quant。"),
        "--context" => new("--context is for running a model; with --train the length is --seq-len.", "--context 用于运行模型；训练时的长度请用 --seq-len。"),
        "--parallel" => new("--parallel is for running a model; with --train the number is --batch.", "--parallel 用于运行模型；训练时请用 --batch。"),
        _ => new($"{option} is for running a model and does not go with --train. Leave one of the two out.", $"{option} 用于运行模型，不能与 --train 同用。请去掉其中一个。"),
    };
}

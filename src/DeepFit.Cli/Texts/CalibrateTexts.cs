using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What a calibration says.</summary>
internal static class CalibrateTexts
{
    public static readonly BilingualText Layer = new("Layer of", "单层");
    public static readonly BilingualText Type = new("Type", "类型");
    public static readonly BilingualText Variant = new("Variant", "版本");
    public static readonly BilingualText Quantization = new("Quant", "量化");
    public static readonly BilingualText Generation = new("Generation µs", "生成 µs");
    public static readonly BilingualText Prompt = new("Prompt µs", "提示 µs");
    public static readonly BilingualText Spread = new("Spread", "波动");
    public static readonly BilingualText Before = new("Tokens/s before", "校准前 token/秒");
    public static readonly BilingualText After = new("after", "校准后");
    public static readonly BilingualText PromptBefore = new("Prompt before", "提示 校准前");

    public static readonly BilingualText EffectTitle = new("What that changes", "带来的变化");

    public static readonly BilingualText Kept = new(
        "Kept: estimates of every variant and quantization now stand on these layers (basis: calibrated). A test-drive of one configuration still goes before them.",
        "结果已保存：此后所有版本和量化的估算都以这些单层实测为依据（依据：calibrated）。某一配置自己的试跑结果仍优先。");

    public static readonly BilingualText NoGpu = new(
        "There is no GPU here that the engine can use. Leave out --device gpu, or see `deepfit doctor`.",
        "本机没有推理引擎可用的 GPU。请去掉 --device gpu，或运行 `deepfit doctor` 查看原因。");

    public static readonly BilingualText TooBusy = new(
        "The machine is too busy to be measured: no layer's time could be told. Close other programs and try again.",
        "机器过于繁忙，无法测出单层用时。请关闭其他程序后重试。");

    public static BilingualText Title(string device, string engine) => new(
        $"Calibration of this machine's {(device == "gpu" ? "GPU" : "CPU")} · {engine}", $"校准本机 {(device == "gpu" ? "GPU" : "CPU")} · {engine}");

    public static BilingualText Measuring(string variant, string type, int depth) => depth > 0
        ? new($"a layer of {variant} in {type}, {depth} tokens in the context", $"{variant} 的单层，{type}，上下文 {depth} 个 token")
        : new($"a layer of {variant} in {type}", $"{variant} 的单层，{type}");

    public static BilingualText LayerOf(string variant, int depth) => depth > 0 ? new($"{variant} at {depth}", $"{variant}（深度 {depth}）") : new(variant, variant);

    public static BilingualText Took(BilingualText time, int layers, int planned) => layers < planned
        ? new($"Took {time.En}; {layers} of {planned} layers were measured in the time allowed, the most helpful first (--seconds gives more).", $"用时 {time.Zh}；在限定时间内测了 {planned} 种单层中的 {layers} 种，最有用的在先（--seconds 可延长）。")
        : new($"Took {time.En}; all {planned} layers were measured.", $"用时 {time.Zh}；全部 {planned} 种单层均已测量。");

    public static BilingualText Disturbed(string share) => new(
        $"Other programs kept the processor busy: the calibration got {share} of the cores it needs. Nothing was kept. Close other programs and run it again.",
        $"其他程序占用了处理器：校准只得到所需核心时间的 {share}。结果未保存，请关闭其他程序后重新运行。");
}

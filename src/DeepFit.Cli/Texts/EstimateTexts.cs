using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What an estimate explains.</summary>
internal static class EstimateTexts
{
    public static readonly BilingualText Settings = new("Settings", "设置");
    public static readonly BilingualText Model = new("Model", "模型");
    public static readonly BilingualText File = new("File", "文件");
    public static readonly BilingualText MemoryTitle = new("Memory, device by device", "各设备的内存");
    public static readonly BilingualText TermsTitle = new("Where the figures come from", "数字从哪里来");
    public static readonly BilingualText RuleTitle = new("The rule of thumb beside it: parameters × bytes per parameter", "对照经验公式：参数量 × 每参数字节数");
    public static readonly BilingualText SpeedTitle = new("Speed and score", "速度与评分");
    public static readonly BilingualText Type = new("Type", "类型");
    public static readonly BilingualText Tensors = new("Tensors", "张量数");
    public static readonly BilingualText Size = new("Size", "大小");
    public static readonly BilingualText Bits = new("Bits/weight", "每权重位数");
    public static readonly BilingualText Weights = new("Weights", "权重");
    public static readonly BilingualText Cache = new("KV cache", "KV 缓存");
    public static readonly BilingualText Compute = new("Compute", "计算缓冲");
    public static readonly BilingualText Overhead = new("Other", "其他");
    public static readonly BilingualText Prompt = new("Prompt", "提示词");
    public static readonly BilingualText Generation = new("Generation", "生成");
    public static readonly BilingualText AssumesWord = new("Assumes", "前提");

    public static BilingualText Shape(ModelArchitecture a, long parameters, long active)
    {
        BilingualText count = Figures.Parameters(parameters);
        BilingualText used = Figures.Parameters(active);
        string en = $"{a.Name} · {a.LayerCount} layers · {count.En} parameters";
        string zh = $"{a.Name} · {a.LayerCount} 层 · {count.Zh}参数";
        if (active < parameters)
        {
            en += $", {used.En} used per token";
            zh += $"，每个 token 用到 {used.Zh}";
        }

        return new($"{en} · context up to {a.ContextLength}", $"{zh} · 上下文最长 {a.ContextLength}");
    }

    public static BilingualText Runtime(int context, string k, string v, int ubatch, int parallel, bool flash) => new(
        $"context {context} · K/V cache {k}/{v} · ubatch {ubatch} · parallel {parallel} · flash attention {(flash ? "on" : "off")}",
        $"上下文 {context} · K/V 缓存 {k}/{v} · ubatch {ubatch} · 并行 {parallel} · flash attention {(flash ? "开" : "关")}");

    public static BilingualText GpuLayers(int layers, int all, int cpuMoe)
    {
        string en = $" · GPU layers {layers} of {all}";
        string zh = $" · GPU 层数 {layers}/{all}";
        return cpuMoe > 0 ? new($"{en}, experts of {cpuMoe} layers on the CPU", $"{zh}，{cpuMoe} 层的专家留在 CPU") : new(en, zh);
    }

    public static BilingualText Fits(BilingualText machine) => new($"✓ Fits {machine.En}. ", $"✓ {machine.Zh}可以运行。");

    public static BilingualText DoesNotFit(BilingualText machine) => new($"✗ Does not fit {machine.En}. ", $"✗ {machine.Zh}无法运行。");

    public static readonly BilingualText ThisMachine = new("this machine", "本机");

    public static BilingualText OtherMachine(string name) => new(name, $"“{name}”");

    public static BilingualText WeightsTerm(int tensors, string size) => new(
        $"{size}: the sum of {tensors} tensors, each in its own type",
        $"{size}：{tensors} 个张量之和，每个张量有各自的类型");

    public static BilingualText CacheTerm(string size) => new($"{size} = ", $"{size} = ");

    public static BilingualText CacheFormula(int layers, int heads, int keyLength, string keyBytes, int valueLength, string valueBytes, int cells) => new(
        $"{layers} layers × ({heads} K heads × {keyLength} × {keyBytes} B + {heads} V heads × {valueLength} × {valueBytes} B) × {cells} tokens",
        $"{layers} 层 ×（{heads} 个 K 头 × {keyLength} × {keyBytes} B + {heads} 个 V 头 × {valueLength} × {valueBytes} B）× {cells} token");

    public static BilingualText LatentCacheFormula(int layers, int keyElements, string keyBytes, int cells) => new(
        $"{layers} layers × {keyElements} × {keyBytes} B × {cells} tokens",
        $"{layers} 层 × {keyElements} × {keyBytes} B × {cells} token");

    public static BilingualText LatentNote(int heads) => new(
        $"Multi-head latent attention: one compressed row of 576 elements per token serves all {heads} heads, and the values are part of it.",
        $"多头潜在注意力（MLA）：每个 token 只存一行 576 个元素的压缩表示，供全部 {heads} 个注意力头使用，V 也由它得出。");

    public static BilingualText ComputeTerm(string size, int ubatch, bool flash) => flash
        ? new($"{size}: the buffers of the largest graph, laid out as llama.cpp's allocator does, for {ubatch} tokens at once",
            $"{size}：按 llama.cpp 的分配方式排布最大的计算图所需的缓冲区，一次计算 {ubatch} 个 token")
        : new($"{size}: the buffers of the largest graph for {ubatch} tokens at once. Without flash attention they grow with the context",
            $"{size}：最大的计算图所需的缓冲区，一次计算 {ubatch} 个 token。关闭 flash attention 时会随上下文增长");

    public static BilingualText SimulatedComputeTerm(string size) => new(
        $"{size}: what the engine itself reserved on this machine",
        $"{size}：推理引擎在本机实际预留的大小");

    public static BilingualText OverheadTerm(string size) => new(
        $"{size}: the process itself, and the output scores of each sequence",
        $"{size}：进程自身，以及每个序列的输出得分");

    public static BilingualText RuleRow(string bytes, BilingualText name) => new($"{bytes} B ({name.En})", $"{bytes} B（{name.Zh}）");

    public static BilingualText RuleFactor(string factor) => new($"{factor} × the weights", $"是实际权重的 {factor} 倍");

    public static BilingualText Assumes(BilingualText text) => text;

    public static BilingualText Rate(string middle, string low, string high) => RecommendTexts.SpeedRange(middle, low, high);

    public static BilingualText Depth(int prompt, int reasoning, int answer) => new(
        $"for a prompt of {prompt} tokens, {reasoning} of reasoning and an answer of {answer}",
        $"按提示词 {prompt}、推理 {reasoning}、回答 {answer} 个 token 计");
}

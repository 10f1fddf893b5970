using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What the recommendation says.</summary>
internal static class RecommendTexts
{
    public static readonly BilingualText NothingFits = new("Nothing fits this machine", "没有适合这台机器的版本");
    public static readonly BilingualText AllVariants = new("Every variant at its best here", "各版本在本机的最佳配置");
    public static readonly BilingualText Fits = new("Fits", "可运行");
    public static readonly BilingualText FitsYes = new("✓ yes", "✓ 是");
    public static readonly BilingualText FitsNo = new("✗ no", "✗ 否");
    public static readonly BilingualText ColumnSpeed = new("Tokens/s", "token/秒");
    public static readonly BilingualText ColumnAnswer = new("Answer", "回答");
    public static readonly BilingualText Limit = new("Limit", "限制");
    public static readonly BilingualText Instead = new("Instead", "其他选择");
    public static readonly BilingualText WhatWouldHelp = new("What limits the others, and what would help", "其他版本受什么限制，怎样才能运行");
    public static readonly BilingualText WhatWouldHelpAny = new("What limits each, and what would help", "各版本受什么限制，怎样才能运行");

    public static BilingualText Title(BilingualText use) => new($"Recommended for {use.En}", $"推荐（{use.Zh}）");

    public static BilingualText Alternative(string label) => label switch
    {
        "faster" => new("Faster: ", "更快："),
        "smarter" => new("Smarter: ", "更强："),
        "smaller" => new("Smaller: ", "更小："),
        _ => new($"{label}: ", $"{label}："),
    };

    public static BilingualText ScoreWord(string score) => new($"score {score}", $"评分 {score}");

    public static BilingualText MemoryNeed(string need, string available) => new($"{need} of {available}", $"需 {need}，可用 {available}");

    public static BilingualText SpeedRange(string middle, string low, string high) => new(
        $"{middle} tokens/s ({low} to {high})",
        $"{middle} token/秒（{low} 到 {high}）");

    public static BilingualText FirstToken(BilingualText duration) => new($"first token after {duration.En}", $"首个 token 约 {duration.Zh}");

    public static BilingualText WholeAnswer(BilingualText duration, int reasoning) => new(
        $"whole answer in about {duration.En}, {reasoning} tokens of reasoning counted",
        $"完整回答约 {duration.Zh}（含 {reasoning} 个 token 的推理）");

    public static BilingualText ContextOf(int tokens, string k, string v) => k == v
        ? new($"{tokens} tokens · KV cache {k}", $"{tokens} token · KV 缓存 {k}")
        : new($"{tokens} tokens · KV cache {k} / {v}", $"{tokens} token · KV 缓存 {k} / {v}");

    public static BilingualText LayersOnGpu(int layers, int all) => layers >= all
        ? new("all layers on the GPU", "所有层都在 GPU 上")
        : new($"{layers} of {all} layers on the GPU", $"{all} 层中有 {layers} 层在 GPU 上");

    public static BilingualText QuantizationCost(string points) => new($"quantization costs {points}", $"量化损失 {points} 分");

    public static readonly BilingualText MeasureIt = new("measures the speed here, without a download", "在本机实测速度，无需下载");

    public static readonly BilingualText SeeWhy = new("shows how the memory adds up", "查看内存由哪些部分组成");

    public static BilingualText BasisNote(EstimateBasis basis, string variant, string quantization) => basis >= EstimateBasis.Measured
        ? new(
            "The pick's speed was measured on this machine; the other speeds are estimated from it or by formulas. Memory is estimated.",
            "首选版本的速度为本机实测；其他速度由实测推算或按公式估算。内存为估算值。")
        : new(
            $"All figures are estimated. `deepfit testdrive {variant} --quant {quantization}` measures the speed on this machine, without a download.",
            $"所有数字均为估算。运行 `deepfit testdrive {variant} --quant {quantization}` 可在本机实测速度，无需下载。");

    public static BilingualText OtherMachineNote(string name) => new(
        $"All figures are estimated for {name}, as it was described.",
        $"所有数字均按对 {name} 的描述估算。");

    public static readonly BilingualText DistilledNote = new(
        "Only the 671b versions are R1 itself. The others are distilled: Qwen or Llama models that R1 taught.",
        "只有 671b 系列是 R1 本身，其他都是蒸馏模型，即由 R1 指导训练的 Qwen 或 Llama。");

    public static readonly BilingualText AdviseIt = new(
        "shows the single change that would lift this machine; with --want VARIANT, the least hardware that runs it.",
        "给出最能提升这台机器的单项改动；加上 --want 版本名，则列出能运行该版本的最低硬件。");

    public static readonly BilingualText UnitsNote = new(
        "Downloads in GB (10⁹ bytes), memory in GiB (2³⁰). Answer: question to last token, reasoning counted.",
        "下载按 GB（10⁹ 字节），内存按 GiB（2³⁰ 字节）。回答：从提问到最后一个 token，含推理过程。");

    public static readonly BilingualText ScoreNote = new(
        "Score: published benchmarks that matter for this use, less what the quantization costs.",
        "评分：取与该用途相关的公开评测成绩，再扣除量化损失。");
}

using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What the list of models says.</summary>
internal static class ModelsTexts
{
    public static readonly BilingualText Title = new("The DeepSeek-R1 family", "DeepSeek-R1 家族");
    public static readonly BilingualText Model = new("Model", "模型");
    public static readonly BilingualText Kind = new("Is", "性质");
    public static readonly BilingualText Distilled = new("distilled", "蒸馏");
    public static readonly BilingualText R1 = new("R1 itself", "R1 本身");
    public static readonly BilingualText Parameters = new("Params", "参数");
    public static readonly BilingualText Context = new("Context", "上下文");
    public static readonly BilingualText BaseTitle = new("What they were made from, and under which licence", "来源与许可证");
    public static readonly BilingualText Base = new("Made from", "基座模型");
    public static readonly BilingualText License = new("Licence", "许可证");
    public static readonly BilingualText GuidanceTitle = new("What a popular guide asks for, beside what 4 bits really take", "流行教程的建议配置，与 4 位量化实际占用对照");
    public static readonly BilingualText Cpu = new("CPU", "处理器");
    public static readonly BilingualText GuideGpu = new("GPU", "GPU");
    public static readonly BilingualText Ram = new("RAM", "内存");
    public static readonly BilingualText GuideDisk = new("Disk", "磁盘");
    public static readonly BilingualText Really = new("Really", "实际占用");
    public static readonly BilingualText PurposeTitle = new("What each is for", "各版本适合做什么");

    public static BilingualText LicenseOf(ModelVariant variant) => variant.BaseLicense is { } own && own != variant.License
        ? new($"{variant.License}; base {own}", $"{variant.License}；基座 {own}")
        : new(variant.License, variant.License);

    public static BilingualText AtLeast(string size) => new($"{size}+", $"{size} 以上");

    public static BilingualText ReallyNote(int context) => new(
        $"Really: memory at Q4_K_M with a context of {context} tokens, all on one device. `deepfit estimate VARIANT` shows how it adds up.",
        $"实际占用：Q4_K_M、上下文 {context} 个 token、全部放在一个设备上时的内存。明细见 `deepfit estimate 版本`。");

    public static readonly BilingualText GuideNote = new(
        "The guide's figures (cnblogs.com/kaigejava/p/18709541) are for running a model, and rounded up generously.",
        "教程（cnblogs.com/kaigejava/p/18709541）的数字针对推理，留了很大余量。");

    public static readonly BilingualText DistilledNote = new(
        "Only the 671b versions are R1 itself. The smaller ones are not cut down from it: they are Qwen and Llama models, of their own architecture, trained on what R1 wrote.",
        "只有 671b 系列是 R1 本身。较小的版本并不是它的裁剪版，而是用 R1 生成的数据训练的 Qwen 和 Llama，架构与 R1 不同。");

    public static readonly BilingualText BNote = new(
        "The B stands for billions of parameters: more can do more, and need more.",
        "B 表示十亿（billion）参数：参数越多能力越强，所需硬件也越高。");

    public static BilingualText ContextLength(int tokens) => new($"{Figures.Count(tokens)}", $"{Figures.Count(tokens)}");
}

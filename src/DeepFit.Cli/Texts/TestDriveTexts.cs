using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What a test-drive says.</summary>
internal static class TestDriveTexts
{
    public static readonly BilingualText Prompt = new("Prompt", "提示词");
    public static readonly BilingualText Generation = new("Generation", "生成");
    public static readonly BilingualText Expected = new("Estimate", "此前估算");
    public static readonly BilingualText Took = new("Took", "用时");
    public static readonly BilingualText Kept = new(
        "Kept: `deepfit` now counts with the measured speed.",
        "结果已保存：`deepfit` 之后会使用实测速度。");

    public static BilingualText Title(string model, string quantization) => new($"Test-drive of {model} {quantization}", $"试跑 {model} {quantization}");

    public static BilingualText Rate(string rate, string spread) => new($"{rate} tokens/s ± {spread}", $"{rate} token/秒 ± {spread}");

    public static BilingualText AtDepth(int tokens) => tokens > 0
        ? new($"with {tokens} tokens in the context", $"上下文中已有 {tokens} 个 token")
        : new("with an empty context", "空上下文");

    public static BilingualText How(IReadOnlyList<int> depths, string engine) => depths.Count == 1
        ? new(
            $"synthetic weights of the true shapes, all {depths[0]} layers run · {engine}",
            $"真实形状的合成权重，运行全部 {depths[0]} 层 · {engine}")
        : new(
            $"synthetic weights of the true shapes, {string.Join('/', depths)} layers run, all layers from the slope · {engine}",
            $"真实形状的合成权重，运行 {string.Join('/', depths)} 层，按斜率推算全部层 · {engine}");

    public static readonly BilingualText HowWord = new("How", "方法");

    public static BilingualText Cost(BilingualText time, string memory) => new($"{time.En}, at most {memory} of memory", $"{time.Zh}，内存峰值 {memory}");
}

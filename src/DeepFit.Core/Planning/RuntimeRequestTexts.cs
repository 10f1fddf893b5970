using DeepFit.Core.Text;

namespace DeepFit.Core.Planning;

/// <summary>What is said of options that a model or a machine cannot take.</summary>
internal static class RuntimeRequestTexts
{
    public static BilingualText ContextTooLong(string model, int asked, int most) => new(
        $"A context of {asked} tokens is beyond what {model} was made for: at most {most}. Use --context {most} or less.",
        $"上下文 {asked} 超出了 {model} 的上限：最多 {most} 个 token。请使用 --context {most} 或更小的值。");

    public static BilingualText TooManyLayers(string model, int asked, int most) => new(
        $"{model} has {most} layers to place, the output layer counted; --gpu-layers {asked} is more. Use --gpu-layers {most} for all of them, or auto.",
        $"{model} 连同输出层共有 {most} 层可放置，--gpu-layers {asked} 超出了范围。全部放到 GPU 请用 --gpu-layers {most}，或用 auto。");

    public static BilingualText NoGpu(int layers) => new(
        $"--gpu-layers {layers} needs a GPU, and this machine has none that the engine can use. Use --gpu-layers 0, or --machine with a file that describes one.",
        $"--gpu-layers {layers} 需要 GPU，但这台机器没有引擎可用的 GPU。请使用 --gpu-layers 0，或用 --machine 指定带 GPU 的机器文件。");

    public static BilingualText NoExperts(string model) => new(
        $"{model} has no experts to keep on the CPU; --cpu-moe is for 671b. Leave it out.",
        $"{model} 不是混合专家模型，--cpu-moe 只用于 671b。请去掉该选项。");
}

using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>What is said where a model or a machine that was named is not there.</summary>
internal static class ReferenceTexts
{
    public static BilingualText NoMachineFile(string path) => new(
        $"There is no machine file {path}. `deepfit detect --json > {path}` writes one for this machine.",
        $"找不到机器文件 {path}。可用 `deepfit detect --json > {path}` 为本机生成一个。");

    public static BilingualText NoFile(string path) => new(
        $"There is no file {path}. Give the path of a GGUF file, its http(s) address, or a variant such as 7b.",
        $"找不到文件 {path}。请提供 GGUF 文件的路径、http(s) 地址，或版本名（如 7b）。");

    public static BilingualText IsFolder(string path) => new(
        $"{path} is a folder. Give the path of a GGUF file in it; of a split model, the first part.",
        $"{path} 是文件夹。请提供其中 GGUF 文件的路径；分片模型请提供第一个分片。");

    public static BilingualText SimulateElsewhere { get; } = new(
        "--basis simulated asks the engine on this machine and cannot know the machine in --machine. Leave one of the two out.",
        "--basis simulated 由本机的推理引擎模拟，无法用于 --machine 指定的机器。请去掉其中一个选项。");

    public static readonly BilingualText NothingWanted = new("--want needs a version, such as --want 32b or --want 32b,70b.", "--want 需要版本名，例如 --want 32b 或 --want 32b,70b。");

    public static BilingualText WouldNotFit(string model, RuntimeOptions options, BilingualText reason) => new(
        string.Create(CultureInfo.InvariantCulture, $"{model} with a context of {options.Context} tokens would not fit this machine. {reason.En} `deepfit` shows what fits; --force starts it all the same."),
        string.Create(CultureInfo.InvariantCulture, $"{model}（上下文 {options.Context}）在这台机器上放不下。{reason.Zh}运行 `deepfit` 可查看适合的版本；--force 可强制启动。"));

    public static readonly BilingualText NothingFits = new(
        "No DeepSeek-R1 fits this machine as it is. `deepfit advise` says what would help.",
        "当前这台机器放不下任何 DeepSeek-R1 版本。可运行 `deepfit advise` 查看如何改善。");
}

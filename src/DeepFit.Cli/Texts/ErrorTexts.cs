using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What is said when a command line or a run is wrong.</summary>
internal static class ErrorTexts
{
    public static readonly BilingualText Prefix = new("Error: ", "错误：");

    public static readonly BilingualText Cancelled = new("Stopped; nothing was left behind.", "已停止，未留下任何文件。");

    public static BilingualText UnknownOption(string option, string command, IReadOnlyList<string> near) => new(
        $"There is no option {option}.{DidYouMean(near)} `{command} --help` lists them all.",
        $"没有选项 {option}。{DidYouMeanZh(near)}所有选项见 `{command} --help`。");

    public static BilingualText UnknownCommand(string word, IReadOnlyList<string> near, IEnumerable<string> all) => new(
        $"There is no command '{word}'.{DidYouMean(near)} The commands are {string.Join(", ", all)}; `deepfit --help` explains them.",
        $"没有命令“{word}”。{DidYouMeanZh(near)}可用的命令有 {string.Join("、", all)}，详见 `deepfit --help`。");

    public static BilingualText Unexpected(string word, string command) => new(
        $"'{word}' is one argument too many. `{command} --help` shows what goes where.",
        $"多余的参数“{word}”。用法见 `{command} --help`。");

    public static BilingualText MissingValue(string option, string value) => new(
        $"{option} needs a value: {option} {value}.",
        $"{option} 缺少值，应写成 {option} {value}。");

    public static BilingualText GivenTwice(string option) => new(
        $"{option} is given more than once. Give it once.",
        $"{option} 出现了多次，请只写一次。");

    public static BilingualText MissingArgument(string name, string command) => new(
        $"{name} is missing. `{command} --help` shows what it may be.",
        $"缺少参数 {name}。可用的值见 `{command} --help`。");

    public static BilingualText OptionOfAnotherCommand(string option, string command) => new(
        $"{option} does not belong to `{command}`. `{command} --help` lists its options.",
        $"{option} 不是 `{command}` 的选项。所有选项见 `{command} --help`。");

    public static BilingualText WrongLine(string message, string command) => new(
        $"The command line cannot be understood: {message} `{command} --help` shows how.",
        $"无法理解命令行：{message} 用法见 `{command} --help`。");

    public static readonly BilingualText ShowAlone = new(
        "--show shows one machine and goes with no words, --kind or --sources.",
        "--show 只显示一台机器，不能与关键词、--kind 或 --sources 同时使用。");

    public static BilingualText NoMachineFile(string path) => new(
        $"There is no machine file {path}. `deepfit detect --json > {path}` writes one for this machine.",
        $"找不到机器文件 {path}。可用 `deepfit detect --json > {path}` 为本机生成一个。");

    public static BilingualText NoFile(string path) => new(
        $"There is no file {path}. Give the path of a GGUF file, its http(s) address, or a variant such as 7b.",
        $"找不到文件 {path}。请提供 GGUF 文件的路径、http(s) 地址，或版本名（如 7b）。");

    public static BilingualText IsFolder(string path) => new(
        $"{path} is a folder. Give the path of a GGUF file in it; of a split model, the first part.",
        $"{path} 是文件夹。请提供其中 GGUF 文件的路径；分片模型请提供第一个分片。");

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

    public static BilingualText SimulateElsewhere { get; } = new(
        "--basis simulated asks the engine on this machine and cannot know the machine in --machine. Leave one of the two out.",
        "--basis simulated 由本机的推理引擎模拟，无法用于 --machine 指定的机器。请去掉其中一个选项。");

    public static BilingualText Failed(string message) => new(
        $"Something went wrong that should not: {message} Set DEEPFIT_DEBUG=1 to see where, and please report it with the output of `deepfit doctor`.",
        $"发生了意外错误：{message} 设置 DEEPFIT_DEBUG=1 可查看详情；请附上 `deepfit doctor` 的输出报告此问题。");

    public static BilingualText NoAccess(string message) => new(
        $"A file cannot be read: {message} Check its permissions.",
        $"无法读取文件：{message} 请检查文件权限。");

    public static BilingualText Network(string message) => new(
        $"The address cannot be read: {message} Check it, and the network.",
        $"无法读取该网址：{message} 请检查网址和网络连接。");

    private static string DidYouMean(IReadOnlyList<string> near) => near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?" : "";

    private static string DidYouMeanZh(IReadOnlyList<string> near) => near.Count > 0 ? $"您要找的是 {string.Join("、", near)} 吗？" : "";
}

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

    private static string DidYouMean(IReadOnlyList<string> near) => near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?" : "";

    private static string DidYouMeanZh(IReadOnlyList<string> near) => near.Count > 0 ? $"您要找的是 {string.Join("、", near)} 吗？" : "";
}

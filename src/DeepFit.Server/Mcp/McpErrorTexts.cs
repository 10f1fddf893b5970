using DeepFit.Core.Text;

namespace DeepFit.Server.Mcp;

/// <summary>What is said when a call's arguments are wrong.</summary>
internal static class McpErrorTexts
{
    private const int LongestQuote = 60;

    public static BilingualText UnknownArgument(string tool, string name, IEnumerable<string> all, IReadOnlyList<string> near)
    {
        string[] names = [.. all];
        BilingualText what = new($"The tool {tool} has no argument '{name}'.", $"工具 {tool} 没有参数“{name}”。");
        BilingualText takes = names.Length == 0
            ? new("It takes none.", "该工具不需要参数。")
            : new($"It takes {string.Join(", ", names)}.", $"可用参数：{string.Join("、", names)}。");
        return near.Count > 0 ? what.Then(DidYouMean(near)).Then(takes) : what.Then(takes);
    }

    public static BilingualText MissingArgument(string tool, ToolParameter parameter) => new(
        $"The tool {tool} needs the argument {parameter.Name}: {parameter.Description.En}",
        $"工具 {tool} 缺少参数 {parameter.Name}：{parameter.Description.Zh}");

    public static BilingualText WrongArgument(ToolParameter parameter, string given, IReadOnlyList<string> near)
    {
        string quoted = given.Length > LongestQuote ? given[..LongestQuote] + "…" : given;
        var what = new BilingualText($"{parameter.Name} takes {parameter.Takes.En}, not {quoted}.", $"{parameter.Name} 的值应为{Spaced(parameter.Takes.Zh)}，而不是 {quoted}。");
        return near.Count > 0 ? what.Then(DidYouMean(near)) : what;
    }

    public static BilingualText Nearest(IReadOnlyList<string> near) => DidYouMean(near);

    public static BilingualText QuantizationOfFile(string path) => new(
        $"{path} is a file that already has its quantization. Leave the argument quantization out.",
        $"{path} 是已经量化好的模型文件。请去掉参数 quantization。");

    public static readonly BilingualText SimulatedElsewhere = new(
        "The basis 'simulated' asks the engine on this computer and cannot know another machine. Leave out either basis or machine.",
        "basis 为 simulated 时由本机的推理引擎模拟，无法用于其他机器。请去掉 basis 或 machine。");

    public static BilingualText NoMachineFound(string query) => new(
        $"Nothing in the catalogues has all the words '{query}'. Use fewer or other words, such as 'rtx 40', 'epyc' or 'mac studio'.",
        $"目录中没有同时包含“{query}”的条目。请减少或更换关键词，例如 rtx 40、epyc 或 mac studio。");

    private static BilingualText DidYouMean(IReadOnlyList<string> near) => new($"Did you mean {string.Join(", ", near)}?", $"您要找的是 {string.Join("、", near)} 吗？");

    // a blank between Chinese and what is not
    private static string Spaced(string text) => char.IsAscii(text[0]) ? " " + text : text;
}

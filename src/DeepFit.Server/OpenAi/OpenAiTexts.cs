using DeepFit.Core.Text;

namespace DeepFit.Server.OpenAi;

/// <summary>What the API says of what it cannot do now.</summary>
internal static class OpenAiTexts
{
    public static readonly BilingualText Stopping = new(
        "The server is being stopped and takes no more requests.", "服务正在停止，不再接受新的请求。");

    public static readonly BilingualText NotUnicode = new(
        "The request holds text that is no valid Unicode: an escape such as \\ud800 without its other half.", "请求中含有无效的 Unicode 文本：例如缺少另一半的转义序列 \\ud800。");

    public static BilingualText Loading(string model, double progress) => new(
        FormattableString.Invariant($"{model} is being loaded ({progress * 100:0}%). Try again in a moment; /health says when it is ready."),
        FormattableString.Invariant($"{model} 正在加载（{progress * 100:0}%），请稍后重试；/health 会告知何时就绪。"));

    public static BilingualText UnknownModel(string name, string served, IReadOnlyList<string> aliases)
    {
        string others = string.Join(", ", aliases);
        return new(
            $"There is no model '{name}' here. This server has {served}{(aliases.Count > 0 ? $" (also called {others})" : "")}; leave model out to take it, or start the server with --alias {Word(name)}.",
            $"没有名为“{name}”的模型。本服务提供 {served}{(aliases.Count > 0 ? $"（别名：{others}）" : "")}；可以不写 model 字段，或在启动服务时加上 --alias {Word(name)}。");
    }

    private static string Word(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || ".:/-_".Contains(c, StringComparison.Ordinal)) ? name : "NAME";
}

using DeepFit.Core.Text;
using DeepFit.Server.Page;

namespace DeepFit.Cli.Texts;

/// <summary>The words of <c>deepfit web</c>.</summary>
internal static class WebTexts
{
    public static readonly BilingualText Web = new(
        "Open a page in the browser where all of this can be seen, tried and talked to; it answers this machine alone.",
        "在浏览器中打开网页：规划、试跑、部署和对话都可以在上面完成；仅限本机访问。");

    public static readonly BilingualText Port = new(
        $"port (default: {PageServer.DefaultPort}, or the next that is free; 0 takes any)",
        $"端口（默认 {PageServer.DefaultPort}，被占用时取下一个空闲端口；0 表示任意空闲端口）");

    public static readonly BilingualText NoOpen = new("do not open the browser", "不打开浏览器");

    public static readonly BilingualText Title = new("DeepFit's page:", "DeepFit 网页：");

    public static readonly BilingualText HowItEnds = new(
        "It answers this machine alone. Ctrl-C ends it; models that were started go on (`deepfit ps`).",
        "仅限本机访问。按 Ctrl-C 结束；已启动的模型会继续运行（见 `deepfit ps`）。");

    public static readonly BilingualText NotOpened = new("No browser could be opened: copy the address into one.", "无法打开浏览器，请把网址复制到浏览器中。");

    public static readonly BilingualText NoPage = new(
        "This program was built without the page, because npm was not there. Build it again with Node.js 20.19 or later installed.",
        "此程序构建时没有 npm，因此不含网页。请安装 Node.js 20.19 或更高版本后重新构建。");
}

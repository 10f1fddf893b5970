using DeepFit.Core.Text;

namespace DeepFit.Server.Api;

/// <summary>What the page's API says of requests that it cannot answer.</summary>
internal static class ApiTexts
{
    public static readonly BilingualText NotJson = new("The body must be a JSON object, sent as application/json.", "请求正文应为 JSON 对象，类型为 application/json。");

    public static readonly BilingualText WordsOnly = new(
        "Describe the machine in words, such as \"rtx 4090, 64 GB\"; the page opens no files. `deepfit --machine FILE` does.",
        "请用文字描述机器，例如“rtx 4090, 64 GB”；网页不会打开文件，需要时可用 `deepfit --machine 文件`。");

    public static readonly BilingualText TestDriveRuns = new(
        "A test-drive is running; two at a time would measure each other. Wait for it, or stop it.",
        "已有试跑正在进行，同时进行两次会互相影响。请等待其完成，或先停止它。");

    public static readonly BilingualText Cancelled = new("Stopped.", "已停止。");

    public static readonly BilingualText NoToken = new(
        "The page's token is missing or wrong: reload the page. It changes whenever `deepfit web` starts anew.",
        "页面令牌缺失或已失效，请刷新页面。每次启动 `deepfit web` 都会更换令牌。");

    public static BilingualText CatalogueOnly(string name) => new(
        $"'{name}' is not a name of the catalogue, such as 7b or 14b:Q5_K_M; the page opens no files and no addresses.",
        $"“{name}”不是目录中的名称（如 7b 或 14b:Q5_K_M）；网页不会打开文件或网址。");

    public static BilingualText Missing(string name) => new($"The parameter {name} is missing.", $"缺少参数 {name}。");

    public static BilingualText Twice(string name) => new($"The parameter {name} is given more than once.", $"参数 {name} 出现了多次。");

    public static BilingualText UnknownParameter(string name, IReadOnlyList<string> near) => new(
        $"There is no parameter {name}.{(near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?" : "")}",
        $"没有参数 {name}。{(near.Count > 0 ? $"您要找的是 {string.Join("、", near)} 吗？" : "")}");

    public static BilingualText WrongBody(string message) => new($"The body cannot be understood: {message}", $"无法理解请求正文：{message}");

    public static BilingualText UnknownPath(string path) => new($"There is nothing at {path}.", $"{path} 不存在。");

    public static BilingualText NoSuchJob(string id) => new($"There is no '{id}'; it may be of an earlier run of `deepfit web`.", $"没有“{id}”，它可能属于上一次运行的 `deepfit web`。");

    public static BilingualText PullRuns(string model) => new($"{model} is being pulled already.", $"{model} 已在下载。");

    public static BilingualText PullFirst(string model) => new($"{model} is not on this machine yet: pull it first.", $"本机还没有 {model}，请先下载。");

    public static BilingualText NotReady(string id) => new($"{id} does not answer: it is not ready yet, or it has ended.", $"{id} 没有应答：尚未就绪，或已经结束。");
}

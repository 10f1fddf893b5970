using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What <c>up</c> says.</summary>
internal static class UpTexts
{
    public static readonly BilingualText Web = new("open the chat of the page in the browser at the end", "完成后在浏览器中打开网页上的对话");

    public static BilingualText WebNotWith(string option) => new(
        $"--web opens the page's chat at the end, which does not go with {option}: leave one of them out.",
        $"--web 会在最后打开网页上的对话，不能与 {option} 同时使用，请去掉其中一个。");

    public static BilingualText Step(string step) => step switch
    {
        "choose" => new("Choose", "选择"),
        "pull" => new("Pull", "下载"),
        "serve" => new("Serve", "服务"),
        _ => new("Verify", "验证"),
    };

    public static BilingualText Chosen(string model, int context, string memory, string? rate) => new(
        $"{model} · context {context} tokens · {memory} of memory" + (rate is null ? "" : $" · about {rate} tokens/s"),
        $"{model} · 上下文 {context} 个 token · 内存 {memory}" + (rate is null ? "" : $" · 约 {rate} token/秒"));

    public static BilingualText RunsAlready(string model) => new($"{model} runs here already", $"{model} 已在本机运行");

    public static BilingualText Here(string path) => new($"already on this machine · {path}", $"本机已有 · {path}");

    public static BilingualText Pulled(string size, BilingualText time, string path) => new($"{size} in {time.En} · {path}", $"{size}，用时 {time.Zh} · {path}");

    public static BilingualText Serving(string url, string id, BilingualText time) => new($"{url} · ready after {time.En} · {id}", $"{url} · {time.Zh}后就绪 · {id}");

    public static BilingualText ServedAlready(string url, string id) => new($"{url} · {id}", $"{url} · {id}");

    public static BilingualText WentAway(string id) => new(
        $"The server {id}, which was being started, went away. `deepfit logs {id}` shows why.",
        $"正在启动的服务 {id} 已退出。`deepfit logs {id}` 可查看原因。");

    public static readonly BilingualText Loading = new("loading the model", "加载模型");

    public static readonly BilingualText VerifiedAlready = new("verified before, since it was started", "启动后已验证过");

    public static readonly BilingualText NotVerified = new("left out, as asked", "按要求跳过");

    public static BilingualText Verified(int kept, int checks, BilingualText? speed) => new(
        $"{kept} of {checks} promises kept" + (speed is null ? "" : $" · {speed.En}"),
        $"{checks} 项承诺中 {kept} 项达成" + (speed is null ? "" : $" · {speed.Zh}"));

    public static BilingualText Speed(string rate, string? promised) => promised is null
        ? new($"{rate} tokens/s", $"{rate} token/秒")
        : new($"{rate} tokens/s (promised: {promised})", $"{rate} token/秒（承诺 {promised}）");

    public static BilingualText SeeVerify(string id) => new($"`deepfit verify {id}` shows each.", $"`deepfit verify {id}` 可查看各项。");

    public static BilingualText UsedAsItIs(string id, string option) => new(
        $"A server of this model runs already and is used as it is; {option} has no effect on it. `deepfit stop {id}` first to start it otherwise.",
        $"该模型的服务已在运行，将直接使用；{option} 对它不起作用。如需以其他方式启动，请先运行 `deepfit stop {id}`。");

    public static BilingualText GoesOn(string id, string url) => new(
        $"The server goes on: `deepfit run --connect {url}` chats with it, `deepfit logs {id}` shows its log, `deepfit stop {id}` ends it.",
        $"服务仍在运行：`deepfit run --connect {url}` 可继续对话，`deepfit logs {id}` 查看日志，`deepfit stop {id}` 停止服务。");

    public static BilingualText Again(string command) => new(
        $"Stopped. What is done stays done; `{command}` goes on from there.",
        $"已停止。已完成的步骤会保留，运行 `{command}` 可继续。");

    public static BilingualText AgainAfterFailure(string command) => new(
        $"What is done stays done; once that is mended, `{command}` goes on from there.",
        $"已完成的步骤会保留；解决问题后运行 `{command}` 可继续。");
}

using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>Words of <c>ps</c>, <c>stop</c> and <c>logs</c>.</summary>
internal static class DeployTexts
{
    public static readonly BilingualText Ps = new("What is being served on this machine, and how it does.", "查看本机正在运行的服务及其状态。");
    public static readonly BilingualText PsAll = new("also what ended in good order, or longer ago", "同时列出已正常结束和较早结束的服务");
    public static readonly BilingualText Stop = new("Stop a server; what it is answering is finished first.", "停止服务；正在生成的回答会先完成。");
    public static readonly BilingualText StopAll = new("every server on this machine", "停止本机所有服务");
    public static readonly BilingualText Force = new("end it at once; answers that are being written are cut off", "立即结束；正在生成的回答会被中断");
    public static readonly BilingualText Logs = new("What a server logged.", "查看服务的日志。");
    public static readonly BilingualText Follow = new("go on with what comes, until Ctrl-C or the server's end", "持续显示新日志，直到按 Ctrl-C 或服务结束");

    public static readonly BilingualText Which = new(
        "the id that `deepfit ps` shows, its beginning, or the model where that is unambiguous; none for the only server that runs",
        "`deepfit ps` 显示的 id、id 的开头，或（不会混淆时）模型名；只有一个服务在运行时可省略");

    public static BilingualText Lines(int standard) => Count($"how many of the last lines (default: {standard})", $"显示最后多少行（默认 {standard}）");

    public static BilingualText Timeout(int standard) => Count($"how long to wait for it (default: {standard})", $"等待结束的秒数（默认 {standard}）");

    public static readonly BilingualText AllOrOne = new("Give either an ID or --all, not both.", "ID 和 --all 只能选一个。");

    public static readonly BilingualText FollowIsNoDocument = new(
        "--follow never ends, and --json prints one document: leave one of the two out.",
        "--follow 会持续输出，而 --json 只输出一个文档：请去掉其中一个。");

    public static readonly BilingualText Title = new("Servers", "服务");
    public static readonly BilingualText Model = new("Model", "模型");
    public static readonly BilingualText Address = new("Address", "地址");
    public static readonly BilingualText Up = new("Up", "时长");
    public static readonly BilingualText Slots = new("Busy", "忙");
    public static readonly BilingualText Speed = new("tok/s", "token/秒");
    public static readonly BilingualText StateWord = new("State", "状态");

    public static readonly BilingualText Columns = new(
        "Memory: the RAM that the process needs, as `deepfit verify` counts it: its own and the pages of the model file that it computes with. Busy: answers being written, of how many at a time. tok/s: all answers together, on average.",
        "内存：进程所需的物理内存，与 `deepfit verify` 的口径一致：自身占用加上计算所用的模型文件页。忙：正在生成的回答数 / 可同时处理数。token/秒：所有回答合计的平均速度。");

    public static readonly BilingualText NothingRuns = new("Nothing is being served. `deepfit serve` starts a server.", "当前没有正在运行的服务。可用 `deepfit serve` 启动。");

    public static BilingualText Others(int count) => Count(
        $"{count} that ended {(count == 1 ? "is" : "are")} not shown; `deepfit ps --all` shows {(count == 1 ? "it" : "them")}.",
        $"另有 {count} 个已结束的服务未显示，可用 `deepfit ps --all` 查看。");

    public static BilingualText Loading(string share) => new($"loading {share}", $"加载 {share}");

    public static readonly BilingualText Silent = new("no answer", "无响应");

    public static BilingualText EndedAgo(BilingualText ago) => new($"{ago.En} ago", $"{ago.Zh}前");

    public static BilingualText SeeLog(string id) => new($"`deepfit logs {id}`", $"详见 `deepfit logs {id}`");

    /// <summary>A sentence with what separates it from the next.</summary>
    public static BilingualText Before(BilingualText sentence) => new(sentence.En + " ", sentence.Zh);

    public static BilingualText OnHost(string host) => new($"on {host}", $"位于 {host}");

    public static BilingualText Finishing(string id, int count) => Count(
        $"{id} is finishing {count} request{(count == 1 ? "" : "s")} first; Ctrl-C leaves it to that, `deepfit stop {id} --force` cuts them off.",
        $"{id} 正在完成 {count} 个请求；按 Ctrl-C 可不再等待（它会自行结束），`deepfit stop {id} --force` 可立即中断。");

    public static BilingualText Stopped(string id, string model) => new($"Stopped {id} ({model}).", $"已停止 {id}（{model}）。");

    public static BilingualText StillRuns(string id) => new(
        $"{id} is still finishing what it answers; it takes no more requests and ends by itself. `deepfit stop {id} --force` ends it at once.",
        $"{id} 仍在完成已有的请求；它不再接受新请求，完成后会自行结束。`deepfit stop {id} --force` 可立即结束。");

    public static BilingualText WasOver(string id, BilingualText state) => new($"{id} does not run: it has {Past(state.En)}.", $"{id} 没有在运行（{state.Zh}）。");

    public static BilingualText NoLog(string id) => new(
        $"{id} was started at a terminal and logs there; only servers that run in the background have a log of their own.",
        $"{id} 是在终端前台启动的，日志输出在那个终端上；只有后台服务才有单独的日志文件。");

    public static BilingualText LogGone(string id, string path) => new($"The log of {id} is not there any more: {path}.", $"{id} 的日志文件已不存在：{path}。");

    private static string Past(string state) => state == "stopped" ? "been stopped" : state;

    private static BilingualText Count(FormattableString en, FormattableString zh) => new(en.ToString(CultureInfo.InvariantCulture), zh.ToString(CultureInfo.InvariantCulture));
}

using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Deployments;

/// <summary>What is said of deployments.</summary>
internal static class DeploymentTexts
{
    public static BilingualText Gone { get; } = new(
        "The process is gone without a word: it was killed, most likely by hand or because memory ran out.",
        "进程已消失且未留下任何说明：多半是被手动结束，或因内存不足被系统终止。");

    public static BilingualText Restarted { get; } = new("The machine was restarted.", "机器已重启。");

    public static BilingualText LastWords(string words) => new($"The process is gone. The last it said: {words}", $"进程已消失，最后的输出：{words}");

    public static BilingualText NotKept(string folder) => new(
        $"Nothing can be kept in {folder}, so a server that runs in the background could not be found again. Make the folder writable, or serve in the foreground: deepfit serve.",
        $"无法写入 {folder}，后台服务启动后将无法再找到。请确保该文件夹可写，或在前台运行：deepfit serve。");

    public static BilingualText NotStarted(string message) => new(
        $"The server's process cannot be started: {message}",
        $"无法启动服务进程：{message}");

    public static BilingualText DidNotStart(string id, BilingualText why) => new(
        $"The server did not start. {why.En} `deepfit logs {id}` shows all that it said.",
        $"服务未能启动。{why.Zh}完整输出见 `deepfit logs {id}`。");

    public static BilingualText EndedEarly { get; } = new("It ended before it could answer.", "它在能够应答之前就退出了。");

    public static BilingualText Elsewhere(string id, string host) => new(
        $"{id} runs on the machine {host}, which shares this home folder. Stop it there.",
        $"{id} 运行在共享此主目录的另一台机器 {host} 上，请在那台机器上停止它。");

    public static BilingualText NotOurs(string id, int process) => new(
        string.Create(CultureInfo.InvariantCulture, $"{id} (process {process}) belongs to another user and cannot be stopped from here."),
        string.Create(CultureInfo.InvariantCulture, $"{id}（进程 {process}）属于其他用户，无法由当前用户停止。"));

    public static BilingualText Unknown(string name, IReadOnlyList<string> known, IReadOnlyList<string> near) => known.Count == 0
        ? new($"There is no deployment '{name}'; nothing has been served yet. `deepfit serve` starts one.", $"没有名为“{name}”的部署：尚未启动过任何服务。可用 `deepfit serve` 启动。")
        : new(
            $"There is no deployment '{name}'.{(near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?" : "")} There are {string.Join(", ", known)}; `deepfit ps --all` shows them.",
            $"没有名为“{name}”的部署。{(near.Count > 0 ? $"您要找的是 {string.Join("、", near)} 吗？" : "")}现有：{string.Join("、", known)}；详见 `deepfit ps --all`。");

    public static BilingualText Ambiguous(string name, IReadOnlyList<string> ids) => new(
        $"'{name}' means several deployments: {string.Join(", ", ids)}. Give the id of one.",
        $"“{name}”对应多个部署：{string.Join("、", ids)}。请给出其中一个的 id。");

    public static BilingualText NothingRuns { get; } = new(
        "Nothing is being served. `deepfit serve` starts a server; `deepfit ps --all` shows what has ended.",
        "当前没有正在运行的服务。可用 `deepfit serve` 启动；`deepfit ps --all` 可查看已结束的服务。");

    public static BilingualText WhichOne(IReadOnlyList<string> ids) => new(
        $"Several are being served: {string.Join(", ", ids)}. Say which one.",
        $"当前有多个服务在运行：{string.Join("、", ids)}。请指明是哪一个。");
}

using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Texts;

/// <summary>What pulling, listing and removing models says.</summary>
internal static class PullTexts
{
    public static readonly BilingualText File = new("File", "文件");
    public static readonly BilingualText Size = new("Size", "大小");
    public static readonly BilingualText From = new("From", "来源");
    public static readonly BilingualText Owner = new("Kept by", "所属");
    public static readonly BilingualText Where = new("Where", "位置");
    public static readonly BilingualText Checked = new("Checked", "已校验");
    public static readonly BilingualText WasHere = new("Already on this machine; nothing was downloaded.", "本机已有该模型，无需下载。");
    public static readonly BilingualText ListTitle = new("Models on this machine", "本机上的模型");
    public static readonly BilingualText Unfinished = new("Interrupted pulls", "未完成的下载");
    public static readonly BilingualText OtherModel = new("other", "其他");

    public static readonly BilingualText Nothing = new(
        "No model on this machine yet. `deepfit` says which one suits it; `deepfit pull 7b` downloads one.",
        "本机还没有模型。运行 `deepfit` 查看适合本机的版本，用 `deepfit pull 7b` 下载。");

    public static readonly BilingualText CheckedNote = new(
        "Checked: the content's SHA-256 was compared with the hub's. Models of other programs are used where they are; `deepfit rm` leaves them alone.",
        "已校验：内容的 SHA-256 已与平台公布的值比对。其他程序的模型在原处直接使用，`deepfit rm` 不会删除它们。");

    public static readonly BilingualText NoVariant = new(
        "Say which model: deepfit pull VARIANT (such as 7b), an address, or --repo OWNER/NAME.",
        "请指定模型：deepfit pull 版本（如 7b）、网址，或 --repo OWNER/NAME。");

    public static readonly BilingualText FileNeedsRepo = new(
        "--file names a file of a repository: give --repo too.",
        "--file 指定仓库中的文件，请同时用 --repo 指定仓库。");

    public static readonly BilingualText AddressAlone = new(
        "An address says it all: leave --repo, --hub and --file out.",
        "网址已指明一切，请去掉 --repo、--hub 和 --file。");

    public static readonly BilingualText NotAnAddress = new(
        "is not an http or https address of a GGUF file, nor of a repository.",
        "不是 GGUF 文件或仓库的 http(s) 地址。");

    public static BilingualText Title(string model, string quantization) => new($"{model} {quantization}", $"{model} {quantization}");

    public static readonly BilingualText Verified = new("yes: its SHA-256 is the one that the hub states", "是：SHA-256 与平台一致");
    public static readonly BilingualText NotVerified = new("no: nothing states a digest to compare with", "否：没有可比对的摘要");

    public static BilingualText Took(BilingualText time, string rate) => new($"{time.En}, {rate}/s on average", $"{time.Zh}，平均 {rate}/秒");

    public static BilingualText Parts(string path, int count) => new($"{path} and its other {count - 1} parts", $"{path} 及其余 {count - 1} 个分片");

    public static BilingualText Stopped(string command) => new(
        $"Stopped. What has arrived is kept; `{command}` goes on from there.",
        $"已停止。已下载的部分会保留，运行 `{command}` 可继续。");

    public static BilingualText Recommended(string quantization) => new(
        $"{quantization} is recommended for this machine.",
        $"推荐本机使用 {quantization}。");

    public static BilingualText NearestInstead(string wanted, string taken) => new(
        $"{wanted} is recommended, but no known publisher offers it; pulling {taken}, the nearest that is published.",
        $"推荐格式为 {wanted}，但没有已知的发布者提供；改为下载最接近的已发布格式 {taken}。");

    public static BilingualText WillNotFit(string model, BilingualText reason) => new(
        $"{model} will not run well on this machine: {reason.En} It is pulled all the same.",
        $"{model} 不适合在本机运行：{reason.Zh}仍会下载。");

    public static BilingualText Phase(PullPhase phase) => phase switch
    {
        PullPhase.Searching => new("looking at what is here", "查找本机已有模型"),
        PullPhase.Choosing => new("asking the hubs", "选择下载平台"),
        PullPhase.Waiting => new("another pull is at it", "等待另一个下载"),
        PullPhase.Checking => new("checking what is here", "校验已下载部分"),
        PullPhase.Verifying => new("checking SHA-256", "校验 SHA-256"),
        PullPhase.Repairing => new("looking for the damaged part", "查找损坏的分段"),
        PullPhase.Done => new("done", "完成"),
        _ => new("", ""),
    };

    public static BilingualText Left(BilingualText time) => new($"{time.En} left", $"剩余 {time.Zh}");

    public static BilingualText OwnerName(ModelOwner owner) => owner switch
    {
        ModelOwner.DeepFit => new("DeepFit", "DeepFit"),
        ModelOwner.Ollama => new("Ollama", "Ollama"),
        ModelOwner.LmStudio => new("LM Studio", "LM Studio"),
        ModelOwner.HuggingFace => new("HF cache", "HF 缓存"),
        _ => new("llama.cpp", "llama.cpp"),
    };

    public static BilingualText NotHere(string name, IReadOnlyList<string> own) => own.Count == 0
        ? new($"There is no model '{name}' that DeepFit pulled. `deepfit list` shows what is here.", $"DeepFit 没有下载过模型“{name}”。可用 `deepfit list` 查看本机模型。")
        : new($"There is no model '{name}' that DeepFit pulled. It has {string.Join(", ", own)}.", $"DeepFit 没有下载过模型“{name}”。已有：{string.Join("、", own)}。");

    public static BilingualText Sure(IReadOnlyList<string> paths, string size) => new(
        $"Remove {string.Join(", ", paths)} ({size})? [y/N] ",
        $"删除 {string.Join("、", paths)}（{size}）？[y/N] ");

    public static readonly BilingualText NeedsYes = new(
        "Nobody can be asked here. Add --yes to remove without asking.",
        "当前无法询问确认。如确定要删除，请加上 --yes。");

    public static readonly BilingualText Kept = new("Nothing was removed.", "未删除任何内容。");

    public static BilingualText Removed(string path, string size) => new($"Removed {path}; {size} are free again.", $"已删除 {path}，释放 {size}。");
}

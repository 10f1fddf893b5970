using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Downloads.Hubs;

namespace DeepFit.Engine.LocalModels;

/// <summary>What can go wrong with models on this machine and with asking for one, in words.</summary>
internal static class StoreErrors
{
    public static PullException OwnedByOther(LocalModel model) => model.Owner switch
    {
        ModelOwner.Ollama => Owned(model, "Ollama", $"ollama rm {model.Name}"),
        ModelOwner.LmStudio => new PullException("refused", new BilingualText(
            $"{model.Path} belongs to LM Studio. Remove it there: My Models, or `lms` on the command line. DeepFit removes only what it pulled itself.",
            $"{model.Path} 属于 LM Studio，请在其中删除：“My Models”页面或 `lms` 命令。DeepFit 只删除自己下载的模型。")),
        ModelOwner.HuggingFace => Owned(model, "Hugging Face", $"hf cache rm model/{model.Name}"),
        _ => new PullException("refused", new BilingualText(
            $"{model.Path} belongs to llama.cpp's cache. Delete the file yourself if no program needs it. DeepFit removes only what it pulled itself.",
            $"{model.Path} 属于 llama.cpp 的缓存。确认没有程序使用后可自行删除该文件。DeepFit 只删除自己下载的模型。")),
    };

    public static PullException OutsideFolder(string path, string folder) => new("refused", new BilingualText(
        $"{path} is not inside {folder}, or a link leads to it. DeepFit deletes nothing outside its models folder.",
        $"{path} 不在 {folder} 之内，或经由链接指向别处。DeepFit 不会删除模型文件夹以外的任何内容。"));

    public static PullException InUse(string path) => new("refused", new BilingualText(
        $"{path} is being pulled by another process. Stop that one first.",
        $"另一个进程正在下载 {path}。请先停止它。"));

    public static PullException NotPublished(ModelVariant variant, Quantization quantization, string? hub)
    {
        IReadOnlyList<Quantization> near = ModelFileCatalog.Nearest(variant, quantization);
        string[] hubs = [.. ModelFileCatalog.Find(variant, quantization).Select(row => row.Hub).Distinct()];
        if (hub is not null && hubs.Length > 0)
        {
            return new PullException("not_published", new BilingualText(
                $"{variant.DisplayName} in {quantization.Name} is not known to be on {hub}; it is on {string.Join(", ", hubs)}. Leave --hub out, or name a repository there with --repo.",
                $"目录中 {hub} 平台没有 {variant.DisplayName} 的 {quantization.Name} 版本，可用平台：{string.Join("、", hubs)}。请去掉 --hub，或用 --repo 指定该平台上的仓库。"))
            { Suggestions = hubs };
        }

        string[] names = [.. near.Select(q => q.Name)];
        return new PullException("not_published", new BilingualText(
            $"No known publisher offers {variant.DisplayName} in {quantization.Name}. The nearest that are published: {string.Join(", ", names)}. Choose one with --quant, or name a repository with --repo.",
            $"没有已知的发布者提供 {variant.DisplayName} 的 {quantization.Name} 版本。最接近的已发布格式：{string.Join("、", names)}。请用 --quant 选择，或用 --repo 指定仓库。"))
        { Suggestions = names };
    }

    /// <summary>A hub refuses, or has not got it: its words, and what else there is.</summary>
    public static PullException Refused(PullException refusal, PullRequest request)
    {
        BilingualText? other = request.Repository is null ? Elsewhere(request)
            : refusal is { Kind: "not_published", Suggestions.Count: 0 } ? new("Check the name, or leave it to the catalogue: `deepfit pull 7b`.", "请检查名称，或直接使用目录中的版本：`deepfit pull 7b`。")
            : null;
        return other is null
            ? refusal
            : new PullException(refusal.Kind, new BilingualText($"{refusal.Text.En} {other.En}", refusal.Text.Zh + other.Zh), refusal) { Suggestions = refusal.Suggestions };
    }

    /// <summary>No hub can be reached: what to do by hand.</summary>
    public static PullException NoNetwork(PullRequest request, IReadOnlyList<HubCandidate> tried, string folder, ModelFile? row, IReadOnlyList<Exception> causes)
    {
        HubCandidate first = tried[0];
        string file = row?.AllFiles()[0] ?? first.Wish.File ?? "FILE.gguf";
        Uri address = first.Hub is OllamaHub
            ? new Uri("https://ollama.com/library/" + first.Wish.Repository)
            : first.Hub.SourceOf(first.Wish.Repository, new HubFile(file, null, null, file)).Address;
        string target = Path.Combine(folder, first.Hub.FolderOf(first.Wish.Repository), SafePath.Of(file[(file.LastIndexOf('/') + 1)..]));
        string hubs = string.Join(", ", tried.Select(candidate => candidate.Hub.DisplayName).Distinct());
        string cause = causes.Count > 0 ? causes[0].InnerException?.Message ?? causes[0].Message : "";
        string command = OperatingSystem.IsWindows() ? $"certutil -hashfile \"{target}\" SHA256"
            : OperatingSystem.IsMacOS() ? $"shasum -a 256 \"{target}\""
            : $"sha256sum \"{target}\"";
        string parts = row is { Parts: > 1 } ? $" (and its other {row.Parts - 1} parts, to be put beside it)" : "";
        string partsZh = row is { Parts: > 1 } ? $"（其余 {row.Parts - 1} 个分片放在同一文件夹）" : "";
        (string digestEn, string digestZh) = row?.Sha256 is { } digest
            ? ($"must print {digest}", $"应输出 {digest}")
            : ("must print the SHA-256 that the file's page on the hub shows", "应输出平台文件页面上显示的 SHA-256");
        BilingualText? other = Elsewhere(request);
        return new PullException("no_network", new BilingualText(
            $"No hub can be reached ({hubs}: {cause}). Check the network and the HTTPS_PROXY setting, or use a mirror: HF_ENDPOINT=https://hf-mirror.com.{(other is null ? "" : " " + other.En)}\n"
            + $"By hand: on another machine download{parts}\n  {address}\nput it here\n  {target}\nand check it with\n  {command}\nwhich {digestEn}. `deepfit list` then shows it.",
            $"无法连接任何平台（{hubs}：{cause}）。请检查网络和 HTTPS_PROXY 设置，或使用镜像：HF_ENDPOINT=https://hf-mirror.com。{other?.Zh}\n"
            + $"手动下载：在另一台机器上下载{partsZh}\n  {address}\n放到\n  {target}\n并运行以下命令校验\n  {command}\n{digestZh}。之后 `deepfit list` 会列出它。"),
            causes.Count > 0 ? causes[0] : null);
    }

    public static PullException NotAModel(string path) => new("bad_content", new BilingualText(
        $"{path} is not a GGUF model that DeepFit can read, though it arrived whole. It was kept. Check the address; `deepfit rm` does not touch it, delete it by hand.",
        $"{path} 已完整下载，但不是 DeepFit 可读取的 GGUF 模型。文件已保留。请检查地址；如不需要，请手动删除。"));

    public static PullException NoGguf(string source, ReadOnlySpan<byte> beginning)
    {
        string shown = string.Concat(beginning.ToArray().Select(b => b is >= 0x20 and < 0x7f ? ((char)b).ToString() : "·"));
        return new PullException("bad_content", new BilingualText(
            $"{source} is no GGUF file: it begins with '{shown}'. Nothing was kept. Check the address; a page that asks to sign in is a usual cause.",
            $"{source} 不是 GGUF 文件：它以“{shown}”开头。未保留任何内容。请检查地址；常见原因是返回了登录页面。"));
    }

    // where one of the catalogue's models is on hubs that were not asked: as it is, or in the quantization that is nearest in size
    private static BilingualText? Elsewhere(PullRequest request)
    {
        if (request is not { Variant: { } variant, Quantization: { } quantization, Repository: null, Address: null })
        {
            return null;
        }

        string[] asked = [.. ModelFileCatalog.Find(variant, quantization).Select(row => row.Hub).Where(hub => request.Hub is null || hub == request.Hub)];
        ModelFile[] others = [.. ModelFileCatalog.All.Where(row => row.Variant == variant.Id && !asked.Contains(row.Hub))];
        long wanted = variant.Layout(quantization).FileBytes.Bytes;
        Quantization[] near = [.. ModelFileCatalog.Nearest(variant, quantization, int.MaxValue).Where(q => others.Any(row => row.Quantization == q.Name))];
        if ((near.FirstOrDefault(q => variant.Layout(q).FileBytes.Bytes <= wanted) ?? near.FirstOrDefault()) is not { } nearest)
        {
            return null; // a smaller one comes first: it fits where the wanted one does
        }

        string[] hubs = [.. others.Where(row => row.Quantization == nearest.Name).Select(row => PullCandidates.DisplayName(row.Hub)).Distinct()];
        string command = $"`deepfit pull {variant.Id}:{nearest.Name}`";
        return nearest.Name == quantization.Name
            ? new($"It is on {string.Join(", ", hubs)}, too: {command}, without --hub.", $"{string.Join("、", hubs)} 上也有：{command}（去掉 --hub）。")
            : new($"Nearest in size on another hub ({string.Join(", ", hubs)}): {command}.", $"其他平台（{string.Join("、", hubs)}）上大小最接近的：{command}。");
    }

    private static PullException Owned(LocalModel model, string owner, string command) => new("refused", new BilingualText(
        $"{model.Name} belongs to {owner}. Remove it there: `{command}`. DeepFit removes only what it pulled itself.",
        $"{model.Name} 属于 {owner}，请用它自己的命令删除：`{command}`。DeepFit 只删除自己下载的模型。"));
}

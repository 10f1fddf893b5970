using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>Chooses a model's files from a repository's list.</summary>
internal static class FileChoice
{
    /// <summary>All files of the wanted model, in order.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="files">The repository's GGUF files.</param>
    /// <exception cref="PullException">There is none, or more than one that fits; the message names what there is.</exception>
    public static IReadOnlyList<HubFile> Choose(HubWish wish, IReadOnlyList<HubFile> files)
    {
        HubFile? first = wish.File is { } path ? files.FirstOrDefault(file => file.Path == path) : null;
        if (first is null && wish.Quantization is { } quantization)
        {
            HubFile[] fitting = [.. files.Where(file => QuantizationIn(file.Path) == quantization.Name && IsFirst(file.Path))];
            first = fitting.Length > 0 ? fitting.MinBy(file => file.Path.Length) : null;
        }

        if (first is null && wish is { File: null, Quantization: null })
        {
            HubFile[] all = [.. files.Where(file => IsFirst(file.Path))];
            first = all.Length == 1 ? all[0] : null;
        }

        return first is null ? throw None(wish, files) : WithParts(wish, first, files);
    }

    /// <summary>The quantization that a file's name ends in; null when it names none that is known.</summary>
    public static string? QuantizationIn(string path)
    {
        string name = StemOf(path);
        if (name.Contains("-UD-", StringComparison.OrdinalIgnoreCase))
        {
            return null; // Unsloth's dynamic mixes are others than the plain ones of the same name
        }

        // the longest name that the stem ends in, after a separator: Q4_K_M before Q4_K
        return Quantizations.All
            .Where(q => q.Aliases.Prepend(q.Name).Any(alias => EndsIn(name, alias)))
            .MaxBy(q => q.Name.Length)?.Name;
    }

    private static bool EndsIn(string name, string quantization) =>
        name.EndsWith(quantization, StringComparison.OrdinalIgnoreCase) && name.Length > quantization.Length && name[^(quantization.Length + 1)] is '-' or '.' or '_';

    private static string StemOf(string path)
    {
        string stem = path[(path.LastIndexOf('/') + 1)..];
        stem = stem.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? stem[..^5] : stem;
        return SplitOf(path) is { } split ? split.Prefix[(split.Prefix.LastIndexOf('/') + 1)..] : stem;
    }

    /// <summary>The part that a name says it is; null for a whole file, and for numbers that make no sense.</summary>
    private static GgufSplitName? SplitOf(string path)
    {
        try
        {
            return GgufSplitName.TryParse(path, out GgufSplitName? split) ? split : null;
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static bool IsFirst(string path) => SplitOf(path) is not { Number: > 1 };

    private static List<HubFile> WithParts(HubWish wish, HubFile first, IReadOnlyList<HubFile> files)
    {
        if (SplitOf(first.Path) is not { } split)
        {
            return [first];
        }

        var parts = new List<HubFile>(split.Count);
        foreach (GgufSplitName part in split.All())
        {
            parts.Add(files.FirstOrDefault(file => file.Path == part.ToString()) ?? throw new PullException("not_published", new BilingualText(
                $"{wish.Repository} lacks {part}: one part of {split.Count} is missing on the hub. Choose another repository with --repo, or another hub with --hub.",
                $"{wish.Repository} 中缺少 {part}：平台上 {split.Count} 个分片不完整。请用 --repo 换一个仓库，或用 --hub 换一个平台。")));
        }

        return parts;
    }

    private static PullException None(HubWish wish, IReadOnlyList<HubFile> files)
    {
        string[] names = [.. files.Where(file => IsFirst(file.Path)).Select(file => file.Path)];
        IReadOnlyList<string> shown = wish.File is { } wanted && NearestNames.Suggest(wanted, names) is { Count: > 0 } near
            ? near
            : [.. names.Take(8)];
        if (wish is { File: null, Quantization: null } && shown.Count > 0)
        {
            string list = string.Join(", ", shown) + (names.Length > shown.Count ? ", ..." : "");
            string listZh = string.Join("、", shown) + (names.Length > shown.Count ? " 等" : "");
            return new PullException("not_published", new BilingualText(
                $"{wish.Repository} holds more than one model: {list}. Choose one with --quant or --file.",
                $"{wish.Repository} 中有多个模型：{listZh}。请用 --quant 或 --file 指定。"))
            { Suggestions = shown };
        }

        string what = wish.File ?? wish.Quantization?.Name ?? "GGUF";
        (string en, string zh) = shown.Count == 0
            ? ("It holds no GGUF file at all.", "该仓库中没有任何 GGUF 文件。")
            : ($"It holds {string.Join(", ", shown)}{(names.Length > shown.Count ? ", ..." : "")}. Choose one with --file.",
               $"其中有 {string.Join("、", shown)}{(names.Length > shown.Count ? " 等" : "")}。请用 --file 指定。");
        return new PullException("not_published", new BilingualText($"{wish.Repository} has no {what}. {en}", $"{wish.Repository} 中没有 {what}。{zh}")) { Suggestions = shown };
    }
}

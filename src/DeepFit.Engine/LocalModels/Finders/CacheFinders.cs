using System.Text.Json;
using DeepFit.Engine.Downloads.Hubs;

namespace DeepFit.Engine.LocalModels.Finders;

/// <summary>LM Studio's models: <c>PUBLISHER/REPOSITORY/FILE.gguf</c> below its models folder, which its settings may name (<c>lmstudio.ai/docs</c>, "Import models").</summary>
internal static class LmStudioFinder
{
    private const int Depth = 4;

    public static IEnumerable<FoundFiles> Find(Func<string, string?> environment)
    {
        if (Folders.Home(environment) is not { } home)
        {
            return [];
        }

        string[] roots = [.. new[] { Chosen(home), Path.Combine(home, ".lmstudio", "models"), Path.Combine(home, ".cache", "lm-studio", "models") }.OfType<string>().Distinct(StringComparer.Ordinal)];
        return roots.SelectMany(root => Folders.Models(root, Depth).Select(files => new FoundFiles(ModelOwner.LmStudio, Name(root, files[0]), files)));
    }

    private static string Name(string root, string file) => Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/') is { } name && name != "." ? name : Path.GetFileName(file);

    private static string? Chosen(string home)
    {
        try
        {
            string settings = Path.Combine(home, ".lmstudio", "settings.json");
            if (!File.Exists(settings))
            {
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(settings));
            return document.RootElement.ValueKind == JsonValueKind.Object && HuggingFaceHub.Text(document.RootElement, "downloadsFolder") is { Length: > 0 } folder ? folder : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// The cache of Hugging Face's own programs: <c>models--OWNER--NAME/snapshots/REVISION/FILE</c>, a link to <c>blobs/DIGEST</c> (<c>huggingface_hub</c>, "Understand caching"). The blob's name is the digest, but nothing
/// compared the content with it.
/// </summary>
internal static class HuggingFaceFinder
{
    private const int Depth = 4;

    public static IEnumerable<FoundFiles> Find(Func<string, string?> environment)
    {
        string? root = environment("HF_HUB_CACHE") is { Length: > 0 } given ? given
            : environment("HF_HOME") is { Length: > 0 } chosen ? Path.Combine(chosen, "hub")
            : environment("XDG_CACHE_HOME") is { Length: > 0 } cache ? Path.Combine(cache, "huggingface", "hub")
            : Folders.Home(environment) is { } home ? Path.Combine(home, ".cache", "huggingface", "hub")
            : null;
        if (root is null || !Directory.Exists(root))
        {
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string repository in Subfolders(root, "models--*"))
        {
            string name = Path.GetFileName(repository)["models--".Length..].Replace("--", "/", StringComparison.Ordinal);
            foreach (IReadOnlyList<string> files in Folders.Models(Path.Combine(repository, "snapshots"), Depth))
            {
                if (Real(files[0]) is { } real && seen.Add(real))
                {
                    yield return new FoundFiles(ModelOwner.HuggingFace, name, files, HuggingFaceHub.Digest(Path.GetFileName(real)), Source: "https://huggingface.co/" + name);
                }
            }
        }
    }

    // null for a link that leads in a circle
    private static string? Real(string file)
    {
        try
        {
            return new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Subfolders(string folder, string pattern)
    {
        try
        {
            return [.. Directory.GetDirectories(folder, pattern).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

/// <summary>llama.cpp's cache, where <c>llama-server -hf</c> puts what it downloads (<c>common/common.cpp: fs_get_cache_directory</c>, v0.4.0).</summary>
internal static class LlamaCppFinder
{
    private const int Depth = 2;

    public static IEnumerable<FoundFiles> Find(Func<string, string?> environment)
    {
        string? home = Folders.Home(environment);
        string? root = environment("LLAMA_CACHE") is { Length: > 0 } given ? given
            : OperatingSystem.IsWindows() ? (environment("LOCALAPPDATA") is { Length: > 0 } local ? Path.Combine(local, "llama.cpp") : null)
            : OperatingSystem.IsMacOS() ? (home is null ? null : Path.Combine(home, "Library", "Caches", "llama.cpp"))
            : environment("XDG_CACHE_HOME") is { Length: > 0 } cache ? Path.Combine(cache, "llama.cpp")
            : home is null ? null : Path.Combine(home, ".cache", "llama.cpp");
        return root is null ? [] : Folders.Models(root, Depth).Select(files => new FoundFiles(ModelOwner.LlamaCpp, Path.GetFileNameWithoutExtension(files[0]), files));
    }
}

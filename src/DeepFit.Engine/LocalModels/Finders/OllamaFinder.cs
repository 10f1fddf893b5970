using System.Text.Json;
using DeepFit.Engine.Downloads.Hubs;

namespace DeepFit.Engine.LocalModels.Finders;

/// <summary>
/// Ollama's store: <c>manifests/HOST/NAMESPACE/MODEL/TAG</c> names the blob that is the GGUF file, <c>blobs/sha256-DIGEST</c> (<c>ollama/ollama: docs/faq</c>, "Where are models stored?"). Ollama checks the
/// digest after its download.
/// </summary>
internal static class OllamaFinder
{
    private const int ManifestDepth = 5;
    private const long MostManifestBytes = 1 << 20;

    /// <summary>Models of all stores on this machine: <c>OLLAMA_MODELS</c>, the user's, and that of the Linux service.</summary>
    public static IEnumerable<FoundFiles> Find(Func<string, string?> environment)
    {
        var roots = new List<string>();
        if (environment("OLLAMA_MODELS") is { Length: > 0 } given)
        {
            roots.Add(given);
        }

        if (Folders.Home(environment) is { } home)
        {
            roots.Add(Path.Combine(home, ".ollama", "models"));
        }

        if (OperatingSystem.IsLinux())
        {
            roots.Add("/usr/share/ollama/.ollama/models");
        }

        return roots.Distinct(StringComparer.Ordinal).SelectMany(FindIn);
    }

    private static IEnumerable<FoundFiles> FindIn(string root)
    {
        string manifests = Path.Combine(root, "manifests");
        foreach (string manifest in Folders.Files(manifests, "*", ManifestDepth).Order(StringComparer.Ordinal))
        {
            if (Layer(manifest) is not { } digest)
            {
                continue;
            }

            string blob = Path.Combine(root, "blobs", "sha256-" + digest);
            if (File.Exists(blob))
            {
                string name = NameOf(Path.GetRelativePath(manifests, manifest).Replace('\\', '/'));
                yield return new FoundFiles(ModelOwner.Ollama, name, [blob], digest, Verified: true, "ollama.com");
            }
        }
    }

    private static string? Layer(string manifest)
    {
        try
        {
            if (new FileInfo(manifest).Length > MostManifestBytes)
            {
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(manifest));
            return OllamaHub.ModelLayer(document.RootElement)?.Digest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>As <c>ollama list</c> shows it: the usual host and namespace are left out.</summary>
    private static string NameOf(string path)
    {
        string name = path.StartsWith("registry.ollama.ai/", StringComparison.Ordinal) ? path["registry.ollama.ai/".Length..] : path;
        name = name.StartsWith("library/", StringComparison.Ordinal) ? name["library/".Length..] : name;
        int slash = name.LastIndexOf('/');
        return slash < 0 ? name : $"{name[..slash]}:{name[(slash + 1)..]}";
    }
}

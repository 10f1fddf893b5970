using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>
/// Ollama's registry: a manifest names the layers, the one of the media type <c>application/vnd.ollama.image.model</c> is the GGUF file, and its digest is its name
/// (<c>ollama/ollama: server/images.go</c>).
/// </summary>
internal sealed class OllamaHub(HttpClient client, Func<string, string?> environment) : IModelHub
{
    /// <summary>The variable that names another registry.</summary>
    public const string Variable = "DEEPFIT_OLLAMA_REGISTRY";

    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private const string ModelType = "application/vnd.ollama.image.model";

    private readonly Uri endpoint = HuggingFaceHub.Endpoint(environment(Variable), "https://registry.ollama.ai");

    public string Name => "ollama";

    public string DisplayName => "Ollama";

    public async Task<HubModel> FindAsync(HubWish wish, CancellationToken token)
    {
        string[] parts = wish.Repository.Split(':', 2);
        string tag = wish.File ?? (parts.Length == 2 ? parts[1] : "latest");
        Uri address = new(endpoint, $"v2/{NamePath(parts[0])}/manifests/{Uri.EscapeDataString(tag)}");
        (JsonDocument document, _) = await HubHttp.GetAsync(client, DisplayName, address, null, ManifestType, token).ConfigureAwait(false);
        using (document)
        {
            if (ModelLayer(document.RootElement) is not { } layer)
            {
                throw new PullException("not_published", new BilingualText(
                    $"{HttpRangeErrors.Show(address)}: the manifest has no model layer. Choose another tag, or another hub with --hub.",
                    $"{HttpRangeErrors.Show(address)}：清单中没有模型层。请换一个标签，或用 --hub 换一个平台。"));
            }

            string digest = layer.Digest;
            return new HubModel(this, parts[0], [new HubFile(digest, layer.Bytes, digest, SafePath.Of($"{parts[0].Split('/')[^1]}-{tag}.gguf"))]);
        }
    }

    public TransferSource SourceOf(string repository, HubFile file) => new(new Uri(endpoint, $"v2/{NamePath(repository)}/blobs/sha256:{file.Path}"));

    public string FolderOf(string repository) => SafePath.Of("ollama/" + (repository.Contains('/', StringComparison.Ordinal) ? repository : "library"));

    /// <summary>The layer of a manifest that holds the weights; null when there is none, or when the manifest makes no sense.</summary>
    internal static (string Digest, long? Bytes)? ModelLayer(JsonElement manifest)
    {
        if (manifest.ValueKind != JsonValueKind.Object || !manifest.TryGetProperty("layers", out JsonElement layers) || layers.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (JsonElement layer in layers.EnumerateArray())
        {
            if (layer.ValueKind == JsonValueKind.Object && HuggingFaceHub.Text(layer, "mediaType") == ModelType
                && HuggingFaceHub.Digest(HuggingFaceHub.Text(layer, "digest")) is { } digest)
            {
                return (digest, HuggingFaceHub.Number(layer, "size"));
            }
        }

        return null;
    }

    private static string NamePath(string repository) => HuggingFaceHub.Escape(repository.Contains('/', StringComparison.Ordinal) ? repository : "library/" + repository);
}

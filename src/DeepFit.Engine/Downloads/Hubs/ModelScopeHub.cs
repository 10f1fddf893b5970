using System.Text.Json;
using DeepFit.Engine.Downloads.Transfer;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>
/// ModelScope: the list of files from <c>/api/v1/models/REPO/repo/files</c> (each with its Sha256), the content from <c>/models/REPO/resolve/master/FILE</c>. As modelscope/modelscope's own
/// client asks it (<c>modelscope/hub/api.py</c>).
/// </summary>
internal sealed class ModelScopeHub(HttpClient client, Func<string, string?> environment) : IModelHub
{
    private readonly Uri endpoint = HuggingFaceHub.Endpoint(environment("MODELSCOPE_DOMAIN"), "https://www.modelscope.cn");

    public string Name => "modelscope";

    public string DisplayName => "ModelScope";

    public async Task<HubModel> FindAsync(HubWish wish, CancellationToken token)
    {
        Uri address = new(endpoint, $"api/v1/models/{HuggingFaceHub.Escape(wish.Repository)}/repo/files?Revision=master&Recursive=true");
        (JsonDocument document, _) = await HubHttp.GetAsync(client, DisplayName, address, null, "application/json", token).ConfigureAwait(false);
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("Data", out JsonElement data) || data.ValueKind != JsonValueKind.Object
                || !data.TryGetProperty("Files", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            {
                throw HubHttp.NotUnderstood(DisplayName, address, null);
            }

            return new HubModel(this, wish.Repository, FileChoice.Choose(wish, [.. list.EnumerateArray().Select(Read).OfType<HubFile>()]));
        }
    }

    public TransferSource SourceOf(string repository, HubFile file) =>
        new(new Uri(endpoint, $"models/{HuggingFaceHub.Escape(repository)}/resolve/master/{HuggingFaceHub.Escape(file.Path)}"));

    public string FolderOf(string repository) => SafePath.Of(repository);

    private static HubFile? Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || HuggingFaceHub.Text(entry, "Type") == "tree"
            || HuggingFaceHub.Text(entry, "Path") is not { } path || !path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return new HubFile(path, HuggingFaceHub.Number(entry, "Size"), HuggingFaceHub.Digest(HuggingFaceHub.Text(entry, "Sha256")), path[(path.LastIndexOf('/') + 1)..]);
    }
}

using System.Net.Http.Headers;
using System.Text.Json;
using DeepFit.Engine.Downloads.Transfer;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>
/// Hugging Face, or a mirror of it: the list of files from <c>/api/models/REPO/tree/main</c> (the digest of a large file is its LFS oid), the content from
/// <c>/REPO/resolve/main/FILE</c>, which redirects to an address that expires. As documented in <c>huggingface.co/docs/hub/api</c>.
/// </summary>
internal sealed class HuggingFaceHub(HttpClient client, Func<string, string?> environment) : IModelHub
{
    private const int MaxPages = 20;

    private readonly Uri endpoint = Endpoint(environment("HF_ENDPOINT"), "https://huggingface.co");

    public string Name => "hf";

    public string DisplayName => endpoint.Host == "huggingface.co" ? "Hugging Face" : endpoint.Authority;

    private AuthenticationHeaderValue? Authorization => Token(environment) is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;

    public async Task<HubModel> FindAsync(HubWish wish, CancellationToken token)
    {
        var files = new List<HubFile>();
        Uri? page = new(endpoint, $"api/models/{Escape(wish.Repository)}/tree/main?recursive=true");
        for (int pages = 0; page is not null && pages < MaxPages; pages++)
        {
            Uri asked = page;
            AuthenticationHeaderValue? authorization = Redirects.SameServer(asked, endpoint) ? Authorization : null; // a page may lead elsewhere
            (JsonDocument document, page) = await HubHttp.GetAsync(client, DisplayName, asked, authorization, "application/json", token).ConfigureAwait(false);
            using (document)
            {
                if (document.RootElement.ValueKind != JsonValueKind.Array)
                {
                    throw HubHttp.NotUnderstood(DisplayName, asked, null);
                }

                files.AddRange(document.RootElement.EnumerateArray().Select(Read).OfType<HubFile>());
            }
        }

        return new HubModel(this, wish.Repository, FileChoice.Choose(wish, files));
    }

    public TransferSource SourceOf(string repository, HubFile file) =>
        new(new Uri(endpoint, $"{Escape(repository)}/resolve/main/{Escape(file.Path)}"), Authorization);

    public string FolderOf(string repository) => SafePath.Of(repository);

    /// <summary>The token of the user: <c>HF_TOKEN</c>, its older name, or the file that Hugging Face's own log-in writes.</summary>
    internal static string? Token(Func<string, string?> environment)
    {
        foreach (string name in (ReadOnlySpan<string>)["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"])
        {
            if (environment(name)?.Trim() is { Length: > 0 } given)
            {
                return given;
            }
        }

        string? file = environment("HF_TOKEN_PATH")
            ?? (environment("HF_HOME") is { Length: > 0 } home ? Path.Combine(home, "token")
                : environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 0 } user ? Path.Combine(user, ".cache", "huggingface", "token")
                : null);
        try
        {
            return file is not null && File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 and < 512 } kept && !kept.Contains('\n', StringComparison.Ordinal) ? kept : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>An endpoint from the environment, with a closing slash; a wrong one is not used in silence.</summary>
    internal static Uri Endpoint(string? given, string standard)
    {
        string text = string.IsNullOrWhiteSpace(given) ? standard : given.Trim();
        text = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? new Uri(text.TrimEnd('/') + "/")
            : throw new LocalModels.PullException("failed", new Core.Text.BilingualText(
                $"'{given}' is not an http or https address: the endpoint in the environment (HF_ENDPOINT, MODELSCOPE_DOMAIN) must look like {standard}.",
                $"“{given}”不是 http 或 https 地址：环境变量中的平台地址（HF_ENDPOINT、MODELSCOPE_DOMAIN）应形如 {standard}。"));
    }

    internal static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static HubFile? Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || Text(entry, "type") != "file" || Text(entry, "path") is not { } path || !path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        bool large = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
        long? size = large ? Number(lfs, "size") ?? Number(entry, "size") : Number(entry, "size");
        return new HubFile(path, size, large ? Digest(Text(lfs, "oid")) : null, path[(path.LastIndexOf('/') + 1)..]);
    }

    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0 ? number : null;

    /// <summary>A SHA-256 in hexadecimal, with or without <c>sha256:</c> before it; null for anything else.</summary>
    internal static string? Digest(string? text)
    {
        string digest = (text ?? "").Replace("sha256:", "", StringComparison.OrdinalIgnoreCase).Trim().ToLowerInvariant();
        return digest.Length == 64 && digest.All(char.IsAsciiHexDigit) ? digest : null;
    }
}

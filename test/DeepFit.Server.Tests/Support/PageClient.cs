using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Server.Page;

namespace DeepFit.Server.Tests.Support;

/// <summary>A page's server on a real socket, with a machine of the tests' making, and a client that its page would be.</summary>
internal sealed class PageClient : IAsyncDisposable
{
    private readonly PageServer server;
    private readonly HttpClient http;

    private PageClient(PageServer server, FakeServices services)
    {
        this.server = server;
        Services = services;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = server.Address };
    }

    public FakeServices Services { get; }

    public Uri Address => server.Address;

    public string Token => server.Token;

    public static async Task<PageClient> StartAsync(FakeServices? services = null)
    {
        services ??= new FakeServices();
        return new PageClient(await PageServer.StartAsync(services, "1.2.3", 0, Assets(), TimeProvider.System, TestContext.Current.CancellationToken), services);
    }

    /// <summary>A page of a few files, packed as the build packs them.</summary>
    public static PageAssets Assets() => new(new Dictionary<string, byte[]>
    {
        ["index.html"] = "<!doctype html><meta name=\"deepfit-token\" content=\"\" /><script type=\"module\" src=\"/assets/index-3f2a.js\"></script>"u8.ToArray(),
        ["assets/index-3f2a.js.br"] = Packed("import './x.js';", stream => new BrotliStream(stream, CompressionLevel.SmallestSize)),
        ["assets/index-3f2a.js.gz"] = Packed("import './x.js';", stream => new GZipStream(stream, CompressionLevel.SmallestSize)),
        ["assets/font-77aa.woff2"] = [1, 2, 3],
        ["icon.svg.br"] = Packed("<svg/>", stream => new BrotliStream(stream, CompressionLevel.SmallestSize)),
        ["icon.svg.gz"] = Packed("<svg/>", stream => new GZipStream(stream, CompressionLevel.SmallestSize)),
    });

    public async Task<(int Status, JsonElement Json)> GetAsync(string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await JsonOf(answer));
    }

    /// <summary>A document that must be there.</summary>
    public async Task<JsonElement> JsonAsync(string path)
    {
        (int status, JsonElement json) = await GetAsync(path);
        status.ShouldBe(200, json.ToString());
        return json;
    }

    /// <summary>An error, which must be in both languages.</summary>
    public async Task<JsonElement> ErrorAsync(string path, int status, string kind)
    {
        (int got, JsonElement json) = await GetAsync(path);
        got.ShouldBe(status, json.ToString());
        return Error(json, kind);
    }

    public static JsonElement Error(JsonElement json, string kind)
    {
        JsonElement error = json.GetProperty("error");
        error.GetProperty("kind").GetString().ShouldBe(kind);
        error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        error.GetProperty("message_zh").GetString()!.ShouldContain(c => c > 0x2E80);
        error.GetProperty("suggestions").ValueKind.ShouldBe(JsonValueKind.Array);
        return error;
    }

    public async Task<(int Status, JsonElement Json)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-DeepFit-Token", Token);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await JsonOf(answer));
    }

    /// <summary>Starts something and returns its id.</summary>
    public async Task<string> StartedAsync(string path, string body)
    {
        (int status, JsonElement json) = await SendAsync(HttpMethod.Post, path, body);
        status.ShouldBe(202, json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    /// <summary>The events of a stream, until it ends.</summary>
    public async IAsyncEnumerable<(string Name, JsonElement Data)> EventsAsync(string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string name = "";
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return (name, JsonDocument.Parse(line["data: ".Length..]).RootElement);
            }
        }
    }

    /// <summary>Sends a request as written and returns what comes back.</summary>
    public Task<RawAnswer> RawAsync(string method, string path, params string[] headers) =>
        RawClient.AskAsync(Address, $"{method} {path} HTTP/1.1\r\n{string.Concat(headers.Append(headers.Any(h => h.StartsWith("Host:", StringComparison.Ordinal)) ? "Connection: close" : $"Host: {Address.Authority}\r\nConnection: close").Select(h => h + "\r\n"))}\r\n");

    public Task<HttpResponseMessage> AskAsync(HttpRequestMessage request) => http.SendAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Asks, and does not wait for the whole answer.</summary>
    public Task<HttpResponseMessage> AskForHeadersAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private static byte[] Packed(string text, Func<Stream, Stream> packer)
    {
        using var bytes = new MemoryStream();
        using (Stream stream = packer(bytes))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepFit.Core.Estimation;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Hosting;
using DeepFit.Server.OpenAi;
using DeepFit.TestModels;

namespace DeepFit.Server.Tests.OpenAi;

/// <summary>A real server with the real engine and the tiny model, over a real socket.</summary>
public sealed class TinyServer : IAsyncDisposable
{
    /// <summary>Tests that load the engine take turns: a machine has only so many cores.</summary>
    public const string Collection = "engine";

    private readonly string folder = Directory.CreateTempSubdirectory("deepfit-server-").FullName;

    static TinyServer() => Environment.SetEnvironmentVariable("GGML_VK_VISIBLE_DEVICES", "99");

    private TinyServer(TinyModel model) => Model = model;

    public TinyModel Model { get; }

    public ServedModel Served { get; private init; } = new("tiny:F16", ["tiny"]) { Quantization = "F16" };

    public InferenceEngine Engine { get; private set; } = null!;

    public ServerHost Host { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts one.</summary>
    internal static async Task<TinyServer> StartAsync(
        int slots = 1, int context = 2048, TinyModel? model = null, int queue = 64, int? mostOutput = null, bool loaded = true, IReadOnlyList<string>? aliases = null, Func<ServerOptions, ServerOptions>? options = null)
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "the build restored no engine for this platform");
        var server = new TinyServer(model ?? new TinyModel()) { Served = new ServedModel("tiny:F16", aliases ?? ["tiny"]) { Quantization = "F16" } };
        ServerOptions set = new() { Port = 0 };
        set = options?.Invoke(set) ?? set;
        server.Host = await ServerHost.StartAsync(set, [new OpenAiModule(server.Served, set, mostOutput)], Token);
        server.Client = new HttpClient { BaseAddress = server.Host.Address, Timeout = TimeSpan.FromSeconds(60) };
        string path = Path.Combine(server.folder, "tiny.gguf");
        server.Model.Write(path);
        server.Engine = await InferenceEngine.LoadAsync(
            new InferenceSettings { ModelPath = path, Options = new RuntimeOptions { Context = context * slots, Parallel = slots, UBatch = 64, Batch = 64 }, Threads = 1, QueueLimit = queue }, null, Token);
        if (loaded)
        {
            server.Served.Ready(server.Engine);
        }

        return server;
    }

    /// <summary>A chat request of one question, greedy.</summary>
    public static JsonObject Chat(string question, params (string Name, JsonNode? Value)[] more)
    {
        var body = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }), ["temperature"] = 0 };
        foreach ((string name, JsonNode? value) in more)
        {
            body[name] = value;
        }

        return body;
    }

    /// <summary>A request to continue a prompt, greedy.</summary>
    public static JsonObject Completion(JsonNode prompt, params (string Name, JsonNode? Value)[] more)
    {
        JsonObject body = Chat("", more);
        body.Remove("messages");
        body.TryAdd("prompt", prompt);
        return body;
    }

    /// <summary>Sends a request and returns its answer.</summary>
    public async Task<JsonElement> AskAsync(JsonObject body, HttpStatusCode expected = HttpStatusCode.OK, string path = "/v1/chat/completions")
    {
        using HttpResponseMessage response = await PostAsync(body, path);
        string text = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.ShouldBe(expected, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The error that a request gets.</summary>
    public async Task<JsonElement> RefusalAsync(JsonObject body, HttpStatusCode expected = HttpStatusCode.BadRequest, string path = "/v1/chat/completions") =>
        (await AskAsync(body, expected, path)).GetProperty("error");

    /// <summary>Sends a request and returns the events of its stream, [DONE] not among them.</summary>
    public async Task<List<JsonElement>> StreamAsync(JsonObject body, string path = "/v1/chat/completions")
    {
        body["stream"] = true;
        using HttpResponseMessage response = await PostAsync(body, path);
        string text = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events.ShouldAllBe(e => e.StartsWith("data: ", StringComparison.Ordinal));
        events[^1].ShouldBe("data: [DONE]");
        return [.. events[..^1].Select(e => JsonDocument.Parse(e["data: ".Length..]).RootElement)];
    }

    public Task<HttpResponseMessage> PostAsync(JsonObject body, string path = "/v1/chat/completions", CancellationToken? cancellationToken = null) => Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") },
        HttpCompletionOption.ResponseHeadersRead,
        cancellationToken ?? Token);

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Client.GetAsync(new Uri(path, UriKind.Relative), Token);
        response.StatusCode.ShouldBe(expected);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement;
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(10, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        await Engine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>A model behind a server that speaks the OpenAI API with <c>reasoning_content</c>: <c>deepfit serve</c>, llama-server and others.</summary>
internal sealed class ServerChatBackend : IChatBackend
{
    private readonly HttpClient client;
    private readonly Uri address;
    private readonly string? key;
    private readonly string id;
    private readonly TimeProvider clock;

    private ServerChatBackend(HttpClient client, Uri address, string? key, string id, ChatModel model, TimeProvider clock)
    {
        this.client = client;
        this.address = address;
        this.key = key;
        this.id = id;
        this.clock = clock;
        Model = model;
    }

    public ChatModel Model { get; }

    /// <summary>Connects to a server and asks which model it has.</summary>
    /// <param name="client">Sends the requests; stays the caller's.</param>
    /// <param name="address">The server's address, with or without <c>/v1</c>.</param>
    /// <param name="key">The API key, or null.</param>
    /// <param name="wanted">The model, where it has several; null for the first.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UserErrorException">It does not answer, wants a key, or has no model.</exception>
    public static async Task<ServerChatBackend> ConnectAsync(
        HttpClient client, string address, string? key, string? wanted, TimeProvider clock, CancellationToken cancellationToken)
    {
        Uri root = Root(address);
        using HttpResponseMessage response = await SendAsync(client, new HttpRequestMessage(HttpMethod.Get, new Uri(root, "models")), root, key, cancellationToken).ConfigureAwait(false);
        string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw ChatStream.Refusal(root.AbsoluteUri, response.StatusCode, body);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement[] models = [.. document.RootElement.GetProperty("data").EnumerateArray()];
            JsonElement model = models.FirstOrDefault(m => wanted is null || m.GetProperty("id").GetString() == wanted);
            if (model.ValueKind == JsonValueKind.Undefined)
            {
                throw new UserErrorException(ConnectTexts.NoModel(root.AbsoluteUri)) { Suggestions = [.. models.Select(m => m.GetProperty("id").GetString() ?? "")] };
            }

            string id = model.GetProperty("id").GetString() ?? "";
            return new ServerChatBackend(client, root, key, id, new ChatModel(id, null, ChatStream.ContextOf(model)), clock);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new OperationFailedException(ConnectTexts.Strange(root.AbsoluteUri), e);
        }
    }

    public async IAsyncEnumerable<ChatPiece> AskAsync(
        IReadOnlyList<ChatTurn> turns, ChatSampling sampling, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long asked = clock.GetTimestamp();
        var stream = new ChatStream(clock, asked);
        HttpResponseMessage? response = null;
        try
        {
            response = await OpenAsync(turns, sampling, cancellationToken).ConfigureAwait(false);
            if (response is not null)
            {
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false), new UTF8Encoding(false));
                while (await LineAsync(reader, cancellationToken).ConfigureAwait(false) is { } line)
                {
                    foreach (ChatPiece piece in stream.Take(line))
                    {
                        yield return piece;
                    }
                }
            }
        }
        finally
        {
            response?.Dispose();
        }

        if (!stream.IsDone && !cancellationToken.IsCancellationRequested)
        {
            throw new OperationFailedException(ConnectTexts.Broke(address.AbsoluteUri, "the answer has no end."));
        }

        yield return new ChatPiece(ChunkKind.Answer, "", 0, stream.Outcome(cancellationToken.IsCancellationRequested));
    }

    public int? CountTokens(IReadOnlyList<ChatTurn> turns) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Uri Root(string text)
    {
        string given = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(given.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw new UserErrorException(ConnectTexts.NotAnAddress(text));
        }

        return address.AbsolutePath.EndsWith("/v1/", StringComparison.Ordinal) ? address : new Uri(address, "v1/");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, Uri root, string? key, CancellationToken cancellationToken)
    {
        using (request)
        {
            request.Headers.Authorization = key is { Length: > 0 } ? new AuthenticationHeaderValue("Bearer", key) : null;
            try
            {
                return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                throw new OperationFailedException(ConnectTexts.NoAnswer(root.AbsoluteUri, Sentence(e.Message)), e);
            }
        }
    }

    // null where it was cancelled before the server answered
    private async Task<HttpResponseMessage?> OpenAsync(IReadOnlyList<ChatTurn> turns, ChatSampling sampling, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "chat/completions"))
        {
            Content = new ByteArrayContent(ChatStream.Request(id, turns, sampling)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        HttpResponseMessage response;
        try
        {
            response = await SendAsync(client, request, address, key, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw ChatStream.Refusal(address.AbsoluteUri, response.StatusCode, await response.Content.ReadAsStringAsync(CancellationToken.None).ConfigureAwait(false));
        }
    }

    // null at the end, and where it was cancelled
    private async Task<string?> LineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new OperationFailedException(ConnectTexts.Broke(address.AbsoluteUri, Sentence(e.Message)), e);
        }
    }

    private static string Sentence(string message) => message.TrimEnd().EndsWith('.') ? message.TrimEnd() : message.TrimEnd() + ".";
}

using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>The OpenAI API's chat completions, as a client sees them: the request, the events of a stream, refusals.</summary>
/// <param name="clock">The clock.</param>
/// <param name="asked">When the request was sent.</param>
internal sealed class ChatStream(TimeProvider clock, long asked)
{
    private const string Data = "data:";

    private static readonly string[] ContextNames = ["context_length", "n_ctx", "max_model_len", "n_ctx_train"];

    private long? first;
    private long last;
    private int reasoning;
    private int pieces;
    private string? finish;
    private JsonElement usage;

    /// <summary>Whether the stream came to its end.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The body of a request.</summary>
    public static byte[] Request(string model, IReadOnlyList<ChatTurn> turns, ChatSampling sampling)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteBoolean("stream", true);
            writer.WriteStartObject("stream_options");
            writer.WriteBoolean("include_usage", true);
            writer.WriteEndObject();
            Number(writer, "temperature", sampling.Temperature);
            Number(writer, "top_p", sampling.TopP);
            Number(writer, "seed", sampling.Seed);
            Number(writer, "max_tokens", sampling.MaxTokens);
            writer.WriteStartArray("messages");
            foreach (ChatTurn turn in turns)
            {
                writer.WriteStartObject();
                writer.WriteString("role", turn.Role.ToString().ToLowerInvariant());
                writer.WriteString("content", turn.Content);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>What a line of the stream brings.</summary>
    /// <exception cref="OperationFailedException">The server tells of an error in the middle of the stream, or speaks something else.</exception>
    public IReadOnlyList<ChatPiece> Take(string line)
    {
        if (!line.StartsWith(Data, StringComparison.Ordinal))
        {
            return [];
        }

        string data = line[Data.Length..].Trim();
        if (data == "[DONE]")
        {
            IsDone = true;
            return [];
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return Take(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new OperationFailedException(new BilingualText($"The server sent what is no event of the OpenAI API: {data}", $"服务发来的内容不是 OpenAI API 的事件：{data}"), e);
        }
    }

    /// <summary>How it ended.</summary>
    public ChatOutcome Outcome(bool cancelled)
    {
        int? generated = Count(usage, "completion_tokens") ?? (pieces > 0 ? pieces : null);
        double? seconds = first is { } start ? clock.GetElapsedTime(start, last).TotalSeconds : null;
        return new ChatOutcome
        {
            Finish = cancelled ? FinishReason.Cancelled : finish == "length" ? FinishReason.Length : FinishReason.Stop,
            PromptTokens = Count(usage, "prompt_tokens"),
            CachedTokens = Count(Member(usage, "prompt_tokens_details"), "cached_tokens"),
            ReasoningTokens = Count(Member(usage, "completion_tokens_details"), "reasoning_tokens") ?? reasoning,
            GeneratedTokens = generated,
            FirstTokenSeconds = first is { } at ? clock.GetElapsedTime(asked, at).TotalSeconds : null,
            GenerationSeconds = seconds,
            GenerationTps = seconds > 0 && generated > 1 ? (generated - 1) / seconds : null,
        };
    }

    /// <summary>The context that a server states of a model, or null.</summary>
    public static int? ContextOf(JsonElement model) => ContextNames
        .Select(name => Count(model, name) ?? Count(Member(model, "meta"), name))
        .FirstOrDefault(context => context is not null);

    /// <summary>What a response that is no success means.</summary>
    public static UserErrorException Refusal(string address, HttpStatusCode status, string body)
    {
        string said = body.Length > 300 ? body[..300] : body;
        string? code = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement error = Member(document.RootElement, "error");
            said = Text(error, "message") ?? said;
            code = Text(error, "code") ?? Text(error, "type");
        }
        catch (JsonException)
        {
            // no document of the API: its text is told as it is
        }

        BilingualText text = ConnectTexts.Refused(address, (int)status, said.Trim());
        return status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? new UserErrorException(ConnectTexts.NeedsKey(address))
            : code is "context_length_exceeded" or "exceed_context_size_error" ? new GenerationRequestException("messages", "context_length_exceeded", text)
            : new OperationFailedException(text);
    }

    private List<ChatPiece> Take(JsonElement chunk)
    {
        if (Member(chunk, "error") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } error)
        {
            string said = Text(error, "message") ?? error.ToString();
            throw new OperationFailedException(new BilingualText($"The server broke off: {said}", $"服务中断：{said}"));
        }

        if (Member(chunk, "usage") is { ValueKind: JsonValueKind.Object } told)
        {
            usage = told.Clone();
        }

        var taken = new List<ChatPiece>();
        if (Member(chunk, "choices") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0)
        {
            JsonElement choice = choices[0];
            JsonElement delta = Member(choice, "delta");
            Add(taken, ChunkKind.Reasoning, Text(delta, "reasoning_content") ?? Text(delta, "reasoning"));
            Add(taken, ChunkKind.Answer, Text(delta, "content"));
            if (Text(choice, "finish_reason") is { } reason)
            {
                finish = reason;
                IsDone = true;
            }
        }

        return taken;
    }

    private void Add(List<ChatPiece> taken, ChunkKind kind, string? text)
    {
        if (text is not { Length: > 0 })
        {
            return;
        }

        last = clock.GetTimestamp();
        first ??= last;
        pieces++;
        reasoning += kind == ChunkKind.Reasoning ? 1 : 0;
        taken.Add(new ChatPiece(kind, text, 1));
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) ? member : default;

    private static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int? Count(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int count) ? count : null;
}

using System.Globalization;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>Answers of <c>/v1/chat/completions</c>. Reasoning is <c>reasoning_content</c>, and its log-probabilities <c>logprobs.reasoning_content</c>, as in DeepSeek's own API.</summary>
internal sealed class ChatFormat : AnswerFormat
{
    private readonly string callPrefix = "call_" + Guid.NewGuid().ToString("N")[..12];

    /// <inheritdoc/>
    public override string IdPrefix => "chatcmpl-";

    /// <inheritdoc/>
    public override string Whole => "chat.completion";

    /// <inheritdoc/>
    public override string Piece => "chat.completion.chunk";

    /// <inheritdoc/>
    public override bool HasOpening => true;

    /// <inheritdoc/>
    public override void WriteWhole(Utf8JsonWriter json, GenerationResult result, LogProbLists? logProbs)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        if (result.Answer.Length == 0 && result.ToolCalls.Count > 0)
        {
            json.WriteNull("content"u8);
        }
        else
        {
            json.WriteString("content"u8, result.Answer);
        }

        if (result.Reasoning.Length > 0)
        {
            json.WriteString("reasoning_content"u8, result.Reasoning);
        }

        json.WriteNull("refusal"u8);
        if (result.ToolCalls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            for (int i = 0; i < result.ToolCalls.Count; i++)
            {
                WriteCall(json, result.ToolCalls[i], i, indexed: false);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        WriteLogProbs(json, logProbs?.Reasoning, logProbs?.Answer);
        json.WriteString("finish_reason"u8, AnswerJson.FinishReason(result));
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteOpening(Utf8JsonWriter json)
    {
        BeginDelta(json);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, ""u8);
        EndDelta(json, null, null, null);
    }

    /// <inheritdoc/>
    public override void WritePiece(Utf8JsonWriter json, in GenerationChunk chunk, ref int textAt)
    {
        BeginDelta(json);
        bool reasoning = chunk.Kind == ChunkKind.Reasoning;
        json.WriteString(reasoning ? "reasoning_content"u8 : "content"u8, chunk.Text);
        EndDelta(json, null, reasoning ? chunk.LogProbs : null, reasoning ? null : chunk.LogProbs);
    }

    /// <inheritdoc/>
    public override IEnumerable<Action<Utf8JsonWriter>> BeforeEnd(GenerationResult result) => result.ToolCalls.Select((call, i) => (Action<Utf8JsonWriter>)(json =>
    {
        BeginDelta(json);
        json.WriteStartArray("tool_calls"u8);
        WriteCall(json, call, i, indexed: true);
        json.WriteEndArray();
        EndDelta(json, null, null, null);
    }));

    /// <inheritdoc/>
    public override void WriteEnd(Utf8JsonWriter json, GenerationResult result)
    {
        BeginDelta(json);
        EndDelta(json, AnswerJson.FinishReason(result), null, null);
    }

    private static void BeginDelta(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("delta"u8);
    }

    private static void EndDelta(Utf8JsonWriter json, string? finish, IReadOnlyList<TokenLogProb>? reasoning, IReadOnlyList<TokenLogProb>? answer)
    {
        json.WriteEndObject();
        WriteLogProbs(json, reasoning, answer);
        json.WriteString("finish_reason"u8, finish);
        json.WriteEndObject();
    }

    private static void WriteLogProbs(Utf8JsonWriter json, IReadOnlyList<TokenLogProb>? reasoning, IReadOnlyList<TokenLogProb>? answer)
    {
        if (reasoning is null && answer is null)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        json.WriteStartObject("logprobs"u8);
        WriteList(json, "content"u8, answer ?? []);
        if (reasoning is { Count: > 0 })
        {
            WriteList(json, "reasoning_content"u8, reasoning);
        }

        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<TokenLogProb> tokens)
    {
        json.WriteStartArray(name);
        foreach (TokenLogProb token in tokens)
        {
            AnswerJson.LogProb(json, token);
        }

        json.WriteEndArray();
    }

    private void WriteCall(Utf8JsonWriter json, ChatToolCall call, int index, bool indexed)
    {
        json.WriteStartObject();
        if (indexed)
        {
            json.WriteNumber("index"u8, index);
        }

        json.WriteString("id"u8, string.Create(CultureInfo.InvariantCulture, $"{callPrefix}_{index}"));
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, call.Name);
        json.WriteString("arguments"u8, call.Arguments);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

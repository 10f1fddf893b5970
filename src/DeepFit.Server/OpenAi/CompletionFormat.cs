using System.Text;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>Answers of <c>/v1/completions</c>.</summary>
internal sealed class CompletionFormat : AnswerFormat
{
    private readonly Decoder characters = Encoding.UTF8.GetDecoder();

    /// <inheritdoc/>
    public override string IdPrefix => "cmpl-";

    /// <inheritdoc/>
    public override string Whole => "text_completion";

    /// <inheritdoc/>
    public override string Piece => "text_completion";

    /// <inheritdoc/>
    public override void WriteWhole(Utf8JsonWriter json, GenerationResult result, LogProbLists? logProbs)
    {
        int at = 0;
        Write(json, result.Answer, logProbs?.Answer, ref at, AnswerJson.FinishReason(result));
    }

    /// <inheritdoc/>
    public override void WritePiece(Utf8JsonWriter json, in GenerationChunk chunk, ref int textAt) => Write(json, chunk.Text, chunk.LogProbs, ref textAt, null);

    /// <inheritdoc/>
    public override void WriteEnd(Utf8JsonWriter json, GenerationResult result)
    {
        int at = 0;
        Write(json, "", null, ref at, AnswerJson.FinishReason(result));
    }

    private void Write(Utf8JsonWriter json, string text, IReadOnlyList<TokenLogProb>? logProbs, ref int textAt, string? finish)
    {
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteString("text"u8, text);
        if (logProbs is null)
        {
            json.WriteNull("logprobs"u8);
        }
        else
        {
            WriteLogProbs(json, logProbs, ref textAt);
        }

        json.WriteString("finish_reason"u8, finish);
        json.WriteEndObject();
    }

    private void WriteLogProbs(Utf8JsonWriter json, IReadOnlyList<TokenLogProb> tokens, ref int textAt)
    {
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("tokens"u8);
        foreach (TokenLogProb token in tokens)
        {
            json.WriteStringValue(AnswerJson.Text(token));
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs"u8);
        foreach (TokenLogProb token in tokens)
        {
            json.WriteNumberValue(AnswerJson.Finite(token.LogProb));
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs"u8);
        foreach (TokenLogProb token in tokens)
        {
            json.WriteStartObject();
            foreach (IGrouping<string, TokenLogProb> other in token.Top.GroupBy(AnswerJson.Text))
            {
                json.WriteNumber(other.Key, AnswerJson.Finite(other.First().LogProb)); // names must differ: of tokens that look alike the likeliest
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("text_offset"u8);
        foreach (TokenLogProb token in tokens)
        {
            json.WriteNumberValue(textAt);
            textAt += Characters(token.Bytes.Span);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The characters that a token completes; one that it only begins is the next token's.</summary>
    private int Characters(ReadOnlySpan<byte> bytes)
    {
        var text = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        return characters.GetChars(bytes, text, flush: false);
    }
}

using System.Text;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Hosting;

namespace DeepFit.Server.OpenAi;

/// <summary>The parts that answers of both endpoints are made of, whole or in pieces.</summary>
internal static class AnswerJson
{
    private const double LeastLogProb = -9999; // JSON has no infinity; OpenAI writes this

    private static readonly JsonEncodedText Fingerprint = JsonEncodedText.Encode($"deepfit-{ServerHost.Version}-{NativeEngine.Name.Replace(' ', '-')}");

    /// <summary>Begins an answer or a piece of one, up to <c>choices</c>.</summary>
    public static void Begin(Utf8JsonWriter json, in AnswerHead head)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, head.Id);
        json.WriteString("object"u8, head.Object);
        json.WriteNumber("created"u8, head.Created);
        json.WriteString("model"u8, head.Model);
        json.WriteString("system_fingerprint"u8, Fingerprint);
        json.WriteStartArray("choices"u8);
    }

    /// <summary>Why it ended, in OpenAI's words; null while it goes on.</summary>
    public static string FinishReason(GenerationResult result) =>
        result.ToolCalls.Count > 0 ? "tool_calls" : result.Finish == Engine.LlamaCpp.Inference.FinishReason.Length ? "length" : "stop";

    /// <summary>The usage.</summary>
    public static void Usage(Utf8JsonWriter json, GenerationUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.PromptTokens);
        json.WriteNumber("completion_tokens"u8, usage.GeneratedTokens);
        json.WriteNumber("total_tokens"u8, usage.TotalTokens);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CachedTokens);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The times, with <c>llama-server</c>'s names.</summary>
    public static void Timings(Utf8JsonWriter json, GenerationResult result)
    {
        GenerationTimings timings = result.Timings;
        int processed = result.Usage.PromptTokens - result.Usage.CachedTokens;
        json.WriteStartObject("timings"u8);
        json.WriteNumber("cache_n"u8, result.Usage.CachedTokens);
        json.WriteNumber("prompt_n"u8, processed);
        json.WriteNumber("prompt_ms"u8, Math.Round(timings.Prompt.TotalMilliseconds, 3));
        Rate(json, "prompt_per_token_ms"u8, "prompt_per_second"u8, timings.PromptTokensPerSecond);
        json.WriteNumber("predicted_n"u8, result.Usage.GeneratedTokens);
        json.WriteNumber("predicted_ms"u8, Math.Round(timings.Generation.TotalMilliseconds, 3));
        Rate(json, "predicted_per_token_ms"u8, "predicted_per_second"u8, timings.TokensPerSecond);
        json.WriteNumber("queued_ms"u8, Math.Round(timings.Queued.TotalMilliseconds, 3));
        json.WriteEndObject();
    }

    /// <summary>One token's log-probability, as chat answers have it.</summary>
    public static void LogProb(Utf8JsonWriter json, TokenLogProb token)
    {
        json.WriteStartObject();
        Token(json, token);
        json.WriteStartArray("top_logprobs"u8);
        foreach (TokenLogProb other in token.Top)
        {
            json.WriteStartObject();
            Token(json, other);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A log-probability that JSON can hold.</summary>
    public static double Finite(double logProb) => double.IsFinite(logProb) ? logProb : LeastLogProb;

    /// <summary>A token's bytes as a text; bytes that make no character become U+FFFD.</summary>
    public static string Text(TokenLogProb token) => Encoding.UTF8.GetString(token.Bytes.Span);

    private static void Token(Utf8JsonWriter json, TokenLogProb token)
    {
        json.WriteString("token"u8, Text(token));
        json.WriteNumber("logprob"u8, Finite(token.LogProb));
        json.WriteStartArray("bytes"u8);
        foreach (byte value in token.Bytes.Span)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static void Rate(Utf8JsonWriter json, ReadOnlySpan<byte> perToken, ReadOnlySpan<byte> perSecond, double? rate)
    {
        if (rate is { } known)
        {
            json.WriteNumber(perToken, Math.Round(1000 / known, 3));
            json.WriteNumber(perSecond, Math.Round(known, 3));
        }
        else
        {
            json.WriteNull(perToken);
            json.WriteNull(perSecond);
        }
    }
}

/// <summary>What an answer and all its pieces begin with.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object">What it is.</param>
/// <param name="Created">When it was asked for, in seconds since 1970.</param>
/// <param name="Model">The model's name.</param>
internal readonly record struct AnswerHead(string Id, string Object, long Created, string Model);

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>What a piece of text is.</summary>
public enum ChunkKind
{
    /// <summary>The answer.</summary>
    Answer = 0,

    /// <summary>The model's reasoning before it.</summary>
    Reasoning = 1,
}

/// <summary>A piece of what was generated: whole characters, never half of one. Pieces of one request come in order; their texts make up the whole.</summary>
/// <param name="Kind">Reasoning or answer.</param>
/// <param name="Text">The text; may be empty where only <paramref name="LogProbs"/> are told.</param>
/// <param name="Tokens">Tokens that this piece brings to an end, 0 or more.</param>
/// <param name="LogProbs">The tokens' log-probabilities, where they were asked for; otherwise null.</param>
public readonly record struct GenerationChunk(ChunkKind Kind, string Text, int Tokens, IReadOnlyList<TokenLogProb>? LogProbs);

/// <summary>One token's log-probability.</summary>
/// <param name="Token">The token's id.</param>
/// <param name="Bytes">The token's bytes; may be part of a character.</param>
/// <param name="LogProb">Its natural log-probability.</param>
/// <param name="Top">The likeliest tokens at this place, likeliest first; empty when none were asked for.</param>
public sealed record TokenLogProb(int Token, ReadOnlyMemory<byte> Bytes, double LogProb, IReadOnlyList<TokenLogProb> Top);

/// <summary>Why generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its answer, or a stop text came.</summary>
    Stop = 0,

    /// <summary><see cref="GenerationRequest.MaxTokens"/> were generated, or the context is full.</summary>
    Length = 1,

    /// <summary>The caller cancelled.</summary>
    Cancelled = 2,
}

/// <summary>What a request took.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Of those, tokens that a slot still held and that were not processed again.</param>
/// <param name="ReasoningTokens">Generated tokens of reasoning.</param>
/// <param name="GeneratedTokens">All generated tokens, reasoning included; the token that ended the answer counts.</param>
public sealed record GenerationUsage(int PromptTokens, int CachedTokens, int ReasoningTokens, int GeneratedTokens)
{
    /// <summary>Prompt and generated tokens together.</summary>
    public int TotalTokens => PromptTokens + GeneratedTokens;
}

/// <summary>How long a request took.</summary>
/// <param name="Queued">From the request to its slot.</param>
/// <param name="FirstToken">From the request to its first token, waiting included; null when there was none.</param>
/// <param name="Prompt">From its slot to its first token.</param>
/// <param name="Generation">From the first token to the last.</param>
public sealed record GenerationTimings(TimeSpan Queued, TimeSpan? FirstToken, TimeSpan Prompt, TimeSpan Generation)
{
    /// <summary>Tokens processed of the prompt.</summary>
    internal int PromptProcessed { get; init; }

    /// <summary>Tokens generated after the first.</summary>
    internal int After { get; init; }

    /// <summary>Prompt tokens processed a second (cached ones not counted), or null when there were none.</summary>
    public double? PromptTokensPerSecond => Prompt > TimeSpan.Zero && PromptProcessed > 0 ? PromptProcessed / Prompt.TotalSeconds : null;

    /// <summary>Tokens generated a second after the first, or null when there were fewer than two.</summary>
    public double? TokensPerSecond => Generation > TimeSpan.Zero && After > 0 ? After / Generation.TotalSeconds : null;
}

/// <summary>How a request ended.</summary>
public sealed record GenerationResult
{
    /// <summary>Why.</summary>
    public required FinishReason Finish { get; init; }

    /// <summary>The stop text that ended it, or null.</summary>
    public string? StopText { get; init; }

    /// <summary>Tokens.</summary>
    public required GenerationUsage Usage { get; init; }

    /// <summary>Times.</summary>
    public required GenerationTimings Timings { get; init; }

    /// <summary>The seed that was used; giving it again repeats the answer where nothing else differs.</summary>
    public uint Seed { get; init; }

    /// <summary>The whole reasoning; empty when there was none or it was not told apart.</summary>
    public required string Reasoning { get; init; }

    /// <summary>The whole answer.</summary>
    public required string Answer { get; init; }

    /// <summary>The calls that the answer makes, where functions were offered; otherwise empty.</summary>
    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];
}

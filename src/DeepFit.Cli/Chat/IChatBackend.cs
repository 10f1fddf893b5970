using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>A model that answers: in this process, or behind a server.</summary>
internal interface IChatBackend : IAsyncDisposable
{
    /// <summary>The model.</summary>
    ChatModel Model { get; }

    /// <summary>
    /// Answers the last turn. The last piece carries the outcome, also when it was cancelled; cancelling throws nothing.
    /// </summary>
    /// <exception cref="GenerationRequestException">The conversation cannot be answered as it is.</exception>
    IAsyncEnumerable<ChatPiece> AskAsync(IReadOnlyList<ChatTurn> turns, ChatSampling sampling, CancellationToken cancellationToken);

    /// <summary>Tokens of a conversation as it would be sent; null where that is not known.</summary>
    int? CountTokens(IReadOnlyList<ChatTurn> turns);
}

/// <summary>The model that answers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Quantization">Its quantization, or null when unknown.</param>
/// <param name="Context">Tokens that prompt and answer may have together, or null when unknown.</param>
internal sealed record ChatModel(string Name, string? Quantization, int? Context)
{
    /// <summary>Name and quantization.</summary>
    public string Title => Quantization is null ? Name : $"{Name} {Quantization}";
}

/// <summary>How an answer is drawn; null leaves the model's recommended settings (0.6 and 0.95 for R1), a random seed, and as many tokens as there is room for.</summary>
internal sealed record ChatSampling(double? Temperature = null, double? TopP = null, uint? Seed = null, int? MaxTokens = null);

/// <summary>A piece of an answer.</summary>
/// <param name="Kind">Reasoning or answer.</param>
/// <param name="Text">Whole characters.</param>
/// <param name="Tokens">Tokens that it brings to an end.</param>
/// <param name="Outcome">How it ended, with the last piece; otherwise null.</param>
internal readonly record struct ChatPiece(ChunkKind Kind, string Text, int Tokens, ChatOutcome? Outcome = null);

/// <summary>How an answer ended and what it took. What a server does not tell is null.</summary>
internal sealed record ChatOutcome
{
    public required FinishReason Finish { get; init; }

    public int? PromptTokens { get; init; }

    public int? CachedTokens { get; init; }

    public int? ReasoningTokens { get; init; }

    public int? GeneratedTokens { get; init; }

    public double? QueuedSeconds { get; init; }

    public double? FirstTokenSeconds { get; init; }

    public double? PromptSeconds { get; init; }

    public double? GenerationSeconds { get; init; }

    public double? PromptTps { get; init; }

    public double? GenerationTps { get; init; }

    public uint? Seed { get; init; }
}

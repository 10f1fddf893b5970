namespace DeepFit.Cli.Chat;

/// <summary>Sums over a session, for <c>/stats</c>.</summary>
internal sealed class ChatTotals
{
    /// <summary>Answers, stopped ones too.</summary>
    public int Answers { get; private set; }

    public long PromptTokens { get; private set; }

    public long CachedTokens { get; private set; }

    public long ReasoningTokens { get; private set; }

    public long GeneratedTokens { get; private set; }

    public double GenerationSeconds { get; private set; }

    public double FirstTokenSeconds { get; private set; }

    /// <summary>The last answer.</summary>
    public ChatOutcome? Last { get; private set; }

    /// <summary>Tokens a second over all answers, or null before the first.</summary>
    public double? Rate => GenerationSeconds > 0 ? GeneratedTokens / GenerationSeconds : null;

    public void Add(ChatOutcome outcome)
    {
        Answers++;
        PromptTokens += outcome.PromptTokens ?? 0;
        CachedTokens += outcome.CachedTokens ?? 0;
        ReasoningTokens += outcome.ReasoningTokens ?? 0;
        GeneratedTokens += outcome.GeneratedTokens ?? 0;
        GenerationSeconds += outcome.GenerationSeconds ?? 0;
        FirstTokenSeconds += outcome.FirstTokenSeconds ?? 0;
        Last = outcome;
    }
}

namespace DeepFit.Core.Contract;

/// <summary>Speed of a configuration: rates in tokens per second, four significant digits; low and high bound an 80% interval.</summary>
public sealed record SpeedDocument
{
    /// <summary>The rung the figures stand on.</summary>
    public required string Basis { get; init; }

    /// <summary>Prompt processing.</summary>
    public required double? PromptTps { get; init; }

    /// <summary>Low end of <see cref="PromptTps"/>.</summary>
    public required double? PromptTpsLow { get; init; }

    /// <summary>High end of <see cref="PromptTps"/>.</summary>
    public required double? PromptTpsHigh { get; init; }

    /// <summary>Generation.</summary>
    public required double? GenerationTps { get; init; }

    /// <summary>Low end of <see cref="GenerationTps"/>.</summary>
    public required double? GenerationTpsLow { get; init; }

    /// <summary>High end of <see cref="GenerationTps"/>.</summary>
    public required double? GenerationTpsHigh { get; init; }

    /// <summary>Seconds from the question to the first token.</summary>
    public required double? SecondsToFirstToken { get; init; }

    /// <summary>Seconds from the question to the end of the answer, reasoning counted.</summary>
    public required double? SecondsToAnswer { get; init; }

    /// <summary>Low end of <see cref="SecondsToAnswer"/>, from the intervals of both rates.</summary>
    public required double? SecondsToAnswerLow { get; init; }

    /// <summary>High end of <see cref="SecondsToAnswer"/>.</summary>
    public required double? SecondsToAnswerHigh { get; init; }

    /// <summary>Lengths assumed.</summary>
    public required TokensDocument Tokens { get; init; }

    /// <summary>The same for a long question, or null when it was not asked for.</summary>
    public required LongAnswerDocument? LongAnswer { get; init; }

    /// <summary>Prompt length assumed, in tokens.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Reasoning length assumed, in tokens.</summary>
    public required int ReasoningTokens { get; init; }

    /// <summary>Answer length assumed, in tokens.</summary>
    public required int AnswerTokens { get; init; }

    /// <summary>What the figures assume, in the language asked for.</summary>
    public required string Assumes { get; init; }
}

/// <summary>Lengths that a speed assumes, in tokens.</summary>
/// <param name="Prompt">Prompt.</param>
/// <param name="Reasoning">Reasoning.</param>
/// <param name="Answer">Answer.</param>
public sealed record TokensDocument(int Prompt, int Reasoning, int Answer);

/// <summary>A long question: long prompt, long reasoning, long answer.</summary>
/// <param name="Tokens">Their lengths.</param>
/// <param name="SecondsToFirstToken">Seconds from the question to the first token.</param>
/// <param name="SecondsToAnswer">Seconds from the question to the end of the answer.</param>
/// <param name="SecondsToAnswerLow">Low end.</param>
/// <param name="SecondsToAnswerHigh">High end.</param>
public sealed record LongAnswerDocument(
    TokensDocument Tokens, double? SecondsToFirstToken, double? SecondsToAnswer, double? SecondsToAnswerLow, double? SecondsToAnswerHigh);

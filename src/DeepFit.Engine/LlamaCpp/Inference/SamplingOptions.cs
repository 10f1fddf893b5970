namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// How the next token is chosen. The defaults are those that DeepSeek recommends for R1 (model card of DeepSeek-R1, "Usage Recommendations": temperature 0.5 to 0.7
/// with 0.6 recommended; top-p 0.95 in its evaluation setup). The steps run in llama.cpp's order (common/common.h:268-277, llama.cpp v0.4.0): bias, penalties, top-k,
/// top-p, min-p, temperature.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>R1's recommended settings.</summary>
    public static SamplingOptions Default { get; } = new();

    /// <summary>Always the likeliest token.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Temperature, 0 or more; 0 takes the likeliest token always. Default 0.6.</summary>
    public double Temperature { get; init; } = 0.6;

    /// <summary>The likeliest tokens that together have this probability are kept: above 0, at most 1; 1 keeps all. Default 0.95.</summary>
    public double TopP { get; init; } = 0.95;

    /// <summary>The so many likeliest tokens are kept; 0 keeps all. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>Tokens with less than this share of the likeliest token's probability are dropped, 0 to 1; 0 keeps all. Default 0.</summary>
    public double MinP { get; init; }

    /// <summary>Divides the score of tokens that were there already: above 0; 1 leaves them. Default 1.</summary>
    public double RepeatPenalty { get; init; } = 1;

    /// <summary>Is taken from a token's score for each time it was generated, -2 to 2. Default 0.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Is taken from a token's score once it was generated, -2 to 2. Default 0.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>How many of the last tokens the penalties look at; 0 for none, -1 for the whole context. Default 64.</summary>
    public int PenaltyWindow { get; init; } = 64;

    /// <summary>Added to single tokens' scores, by token id; negative infinity forbids one. Default none.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>The seed of chance; null draws one, which <see cref="GenerationResult.Seed"/> then tells.</summary>
    public uint? Seed { get; init; }
}

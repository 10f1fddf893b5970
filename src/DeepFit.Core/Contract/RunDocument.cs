namespace DeepFit.Core.Contract;

/// <summary>One question and its answer (<c>deepfit run --json</c>).</summary>
public sealed record RunDocument
{
    /// <summary>Catalogue id, the file's path, or with <c>--connect</c> the server's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The quantization, or null when a server does not say.</summary>
    public required string? Quantization { get; init; }

    /// <summary>The file, or null behind a server.</summary>
    public required string? Path { get; init; }

    /// <summary>The server's address, or null.</summary>
    public required string? Server { get; init; }

    /// <summary>The answer.</summary>
    public required string Answer { get; init; }

    /// <summary>The reasoning before it; empty when there was none.</summary>
    public required string Reasoning { get; init; }

    /// <summary>Why it ended: <c>stop</c>, <c>length</c> or <c>cancelled</c>.</summary>
    public required string Finish { get; init; }

    /// <summary>The seed, or null when a server does not say.</summary>
    public required long? Seed { get; init; }

    /// <summary>Tokens.</summary>
    public required RunUsageDocument Usage { get; init; }

    /// <summary>Times.</summary>
    public required RunTimingsDocument Timings { get; init; }

    /// <summary>How the model was run, with what was predicted; null behind a server.</summary>
    public required ConfigurationDocument? Configuration { get; init; }
}

/// <summary>Tokens of a request; null what a server does not say.</summary>
/// <param name="PromptTokens">The prompt's.</param>
/// <param name="CachedTokens">Of those, reused ones.</param>
/// <param name="ReasoningTokens">Generated ones of reasoning.</param>
/// <param name="GeneratedTokens">All generated ones.</param>
public sealed record RunUsageDocument(int? PromptTokens, int? CachedTokens, int? ReasoningTokens, int? GeneratedTokens);

/// <summary>Times of a request; null what is not known.</summary>
/// <param name="LoadSeconds">Loading the model.</param>
/// <param name="FirstTokenSeconds">From the request to its first token.</param>
/// <param name="ReasoningSeconds">From the first thought to the answer.</param>
/// <param name="GenerationSeconds">From the first token to the last.</param>
/// <param name="PromptTps">Prompt tokens a second.</param>
/// <param name="GenerationTps">Generated tokens a second.</param>
public sealed record RunTimingsDocument(
    double? LoadSeconds, double? FirstTokenSeconds, double ReasoningSeconds, double? GenerationSeconds, double? PromptTps, double? GenerationTps);

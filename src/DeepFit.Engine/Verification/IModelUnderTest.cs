using DeepFit.Core.Contract;

namespace DeepFit.Engine.Verification;

/// <summary>A running model that verification sends requests to.</summary>
public interface IModelUnderTest
{
    /// <summary>What it is, what loading took, what its process holds.</summary>
    /// <exception cref="Core.Text.OperationFailedException">It does not answer.</exception>
    Task<ServerStatusDocument> StatusAsync(CancellationToken cancellationToken);

    /// <summary>Sends one request, greedy, and waits for its end.</summary>
    /// <exception cref="Core.Text.OperationFailedException">It does not answer, or refuses.</exception>
    Task<TrialResult> RunAsync(Trial trial, CancellationToken cancellationToken);
}

/// <summary>One request.</summary>
/// <param name="Text">A question, or a text to go on with.</param>
/// <param name="IsQuestion">Whether it is a question: put into the model's chat template.</param>
/// <param name="MaxTokens">The most tokens to generate.</param>
public sealed record Trial(string Text, bool IsQuestion, int MaxTokens);

/// <summary>What came of a request.</summary>
public sealed record TrialResult
{
    /// <summary>Tokens of the prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Of these, how many did not have to be computed because a request before began alike.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Tokens generated, reasoning counted.</summary>
    public required int GeneratedTokens { get; init; }

    /// <summary>Seconds from sending the request to the first piece of text.</summary>
    public required double SecondsToFirstToken { get; init; }

    /// <summary>Seconds in which the prompt was computed.</summary>
    public required double PromptSeconds { get; init; }

    /// <summary>Seconds from the first token to the last.</summary>
    public required double GenerationSeconds { get; init; }

    /// <summary>The reasoning, without its tags.</summary>
    public string Reasoning { get; init; } = "";

    /// <summary>The answer.</summary>
    public required string Answer { get; init; }

    /// <summary>Whether it ended by itself, and not because of <see cref="Trial.MaxTokens"/>.</summary>
    public required bool Ended { get; init; }

    /// <summary>Prompt tokens per second, or null where too few were computed.</summary>
    public double? PromptTps => PromptTokens > CachedTokens && PromptSeconds > 0 ? (PromptTokens - CachedTokens) / PromptSeconds : null;

    /// <summary>Generated tokens per second, or null where too few came.</summary>
    public double? GenerationTps => GeneratedTokens > 1 && GenerationSeconds > 0 ? (GeneratedTokens - 1) / GenerationSeconds : null;
}

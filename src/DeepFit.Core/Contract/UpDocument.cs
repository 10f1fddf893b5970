namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit up</c> did, step by step. Where a step fails it is there too, with <see cref="Error"/> as in an error document.</summary>
public sealed record UpDocument
{
    /// <summary>The steps in order: <c>choose</c>, <c>pull</c>, <c>serve</c>, <c>verify</c>.</summary>
    public required IReadOnlyList<UpStepDocument> Steps { get; init; }

    /// <summary>The configuration that was chosen; null where a server ran already, or nothing could be chosen.</summary>
    public required ConfigurationDocument? Configuration { get; init; }

    /// <summary>The model's file, or null before it is here.</summary>
    public required string? Path { get; init; }

    /// <summary>The server, or null before there is one.</summary>
    public required DeploymentDocument? Deployment { get; init; }

    /// <summary>What was promised and what came; null where it was not verified now.</summary>
    public required VerificationDocument? Verification { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public required ErrorDetail? Error { get; init; }
}

/// <summary>A step.</summary>
/// <param name="Step"><c>choose</c>, <c>pull</c>, <c>serve</c>, <c>verify</c>.</param>
/// <param name="Outcome"><c>done</c>, <c>already</c> (there was nothing to do), <c>broken</c> (a promise was), <c>failed</c>.</param>
/// <param name="Text">The same in words, with figures, in the language asked for.</param>
/// <param name="ElapsedSeconds">How long it took.</param>
public sealed record UpStepDocument(string Step, string Outcome, string Text, double ElapsedSeconds);

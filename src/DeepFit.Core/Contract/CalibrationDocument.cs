namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit calibrate --json</c> prints.</summary>
public sealed record CalibrationDocument
{
    /// <summary>Where the layers ran: <c>cpu</c> or <c>gpu</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The engine and its version.</summary>
    public required string Engine { get; init; }

    /// <summary>Whether the results were kept; not when other programs kept the machine busy.</summary>
    public required bool Kept { get; init; }

    /// <summary>Seconds from start to end.</summary>
    public required double? ElapsedSeconds { get; init; }

    /// <summary>The layers that were measured.</summary>
    public required IReadOnlyList<CalibratedLayerDocument> Layers { get; init; }

    /// <summary>What it changed: tokens per second of configurations that fit, before and after.</summary>
    public required IReadOnlyList<CalibratedEstimateDocument> Estimates { get; init; }
}

/// <summary>One layer that was measured.</summary>
/// <param name="Variant">Whose shapes.</param>
/// <param name="Type">The type of every matrix, by ggml's name.</param>
/// <param name="ContextDepth">Tokens in the cache when generation was timed.</param>
/// <param name="GenerationSeconds">Seconds of one layer for a generated token.</param>
/// <param name="PromptSeconds">Seconds of one layer for a token of a prompt.</param>
/// <param name="Spread">Relative half-width of the spread of the rounds.</param>
public sealed record CalibratedLayerDocument(string Variant, string Type, int ContextDepth, double? GenerationSeconds, double? PromptSeconds, double? Spread);

/// <summary>One estimate before and after, in tokens per second.</summary>
/// <param name="Variant">Catalogue id.</param>
/// <param name="Quantization">The quantization.</param>
/// <param name="Basis">The rung of the figures after.</param>
/// <param name="GenerationTpsBefore">Generation, before.</param>
/// <param name="GenerationTps">Generation, after.</param>
/// <param name="PromptTpsBefore">Prompts, before.</param>
/// <param name="PromptTps">Prompts, after.</param>
public sealed record CalibratedEstimateDocument(
    string Variant, string Quantization, string Basis, double? GenerationTpsBefore, double? GenerationTps, double? PromptTpsBefore, double? PromptTps);

using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>How fast a configuration answers. Rates in tokens per second; low and high bound an 80% interval.</summary>
public sealed record SpeedEstimate
{
    /// <summary>The rung the figures stand on.</summary>
    public required EstimateBasis Basis { get; init; }

    /// <summary>Prompt processing.</summary>
    public required double PromptTps { get; init; }

    /// <summary>Low end of <see cref="PromptTps"/>.</summary>
    public required double PromptTpsLow { get; init; }

    /// <summary>High end of <see cref="PromptTps"/>.</summary>
    public required double PromptTpsHigh { get; init; }

    /// <summary>Generation, one sequence, averaged over the answer's context depth.</summary>
    public required double GenerationTps { get; init; }

    /// <summary>Low end of <see cref="GenerationTps"/>.</summary>
    public required double GenerationTpsLow { get; init; }

    /// <summary>High end of <see cref="GenerationTps"/>.</summary>
    public required double GenerationTpsHigh { get; init; }

    /// <summary>Seconds from the question to the first token (of the reasoning).</summary>
    public required double SecondsToFirstToken { get; init; }

    /// <summary>Seconds from the question to the end of the answer, the reasoning counted.</summary>
    public required double SecondsToAnswer { get; init; }

    /// <summary>Low end of <see cref="SecondsToAnswer"/>: prompt and generation both at the high ends of their intervals.</summary>
    public double SecondsToAnswerLow => (PromptTokens / PromptTpsHigh) + ((ReasoningTokens + AnswerTokens) / GenerationTpsHigh);

    /// <summary>High end of <see cref="SecondsToAnswer"/>.</summary>
    public double SecondsToAnswerHigh => (PromptTokens / PromptTpsLow) + ((ReasoningTokens + AnswerTokens) / GenerationTpsLow);

    /// <summary>Prompt length assumed, in tokens.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Reasoning length assumed, in tokens.</summary>
    public required int ReasoningTokens { get; init; }

    /// <summary>Answer length assumed, in tokens.</summary>
    public required int AnswerTokens { get; init; }

    /// <summary>What the figures assume, in words.</summary>
    public required BilingualText Assumes { get; init; }
}

/// <summary>How good a configuration is: published benchmarks of the variant, less what the quantization costs.</summary>
public sealed record QualityEstimate
{
    /// <summary>The rung; published scores are <see cref="EstimateBasis.Estimated"/> for this quantization unless measured with it.</summary>
    public required EstimateBasis Basis { get; init; }

    /// <summary>0 to 100 for the use asked about: the weighted mean of the benchmarks that matter, quantization loss taken off; null when none is published.</summary>
    public required double? Score { get; init; }

    /// <summary>What the quantization takes off <see cref="Score"/>, in points.</summary>
    public required double QuantizationLoss { get; init; }

    /// <summary>Low end of the 80% interval of <see cref="QuantizationLoss"/>, in points.</summary>
    public double QuantizationLossLow { get; init; }

    /// <summary>High end of the 80% interval of <see cref="QuantizationLoss"/>, in points.</summary>
    public double QuantizationLossHigh { get; init; }

    /// <summary>Low end of the 80% interval of <see cref="Score"/>, or null when it is unknown.</summary>
    public double? ScoreLow { get; init; }

    /// <summary>High end of the 80% interval of <see cref="Score"/>, or null when it is unknown.</summary>
    public double? ScoreHigh { get; init; }

    /// <summary>Uncertainty of <see cref="Score"/> in points (one standard deviation), or null when unknown.</summary>
    public double? Uncertainty { get; init; }

    /// <summary>The published scores, by benchmark.</summary>
    public required IReadOnlyDictionary<string, double> Benchmarks { get; init; }

    /// <summary>The published scores with uncertainty, weight, source and what others measured.</summary>
    public IReadOnlyList<BenchmarkScore> Scores { get; init; } = [];

    /// <summary>Who published the scores that count for the use; all, where none of them counts.</summary>
    public IReadOnlyList<string> Sources =>
        [.. (Scores.Any(s => s.Weight > 0) ? Scores.Where(s => s.Weight > 0) : Scores).Select(s => s.Source).Distinct()];

    /// <summary>What the figure rests on, in words.</summary>
    public required BilingualText Assumes { get; init; }
}

/// <summary>One speed that was measured here.</summary>
/// <param name="Variant">Catalogue id of the variant, or the file's name.</param>
/// <param name="Quantization">The quantization's name.</param>
/// <param name="ContextDepth">Tokens already in the cache when generation was timed.</param>
/// <param name="GpuLayers">Layers on GPUs.</param>
/// <param name="PromptTps">Prompt processing, tokens per second.</param>
/// <param name="GenerationTps">Generation, tokens per second.</param>
/// <param name="PromptSpread">Relative half-width of the spread of <paramref name="PromptTps"/> (0.05 = ±5%).</param>
/// <param name="GenerationSpread">Relative half-width of the spread of <paramref name="GenerationTps"/>.</param>
/// <param name="Basis"><see cref="EstimateBasis.Measured"/> (test-drive) or <see cref="EstimateBasis.Verified"/> (real run).</param>
/// <param name="MachineId">Fingerprint of the machine that was measured.</param>
/// <param name="Engine">The engine and its version.</param>
/// <param name="MeasuredAt">When.</param>
public sealed record SpeedMeasurement(
    string Variant,
    string Quantization,
    int ContextDepth,
    int GpuLayers,
    double PromptTps,
    double GenerationTps,
    double PromptSpread,
    double GenerationSpread,
    EstimateBasis Basis,
    string MachineId,
    string Engine,
    DateTimeOffset MeasuredAt)
{
    /// <summary>
    /// Whether this is a probe of calibration: the speeds are those of a single layer of <see cref="Variant"/>, every matrix of which is of the type that
    /// <see cref="Quantization"/> names. Default false: of the whole model.
    /// </summary>
    public bool OneLayer { get; init; }
}

namespace DeepFit.Core.Contract;

/// <summary>Quality of a configuration.</summary>
public sealed record QualityDocument
{
    /// <summary>The rung the figures stand on.</summary>
    public required string Basis { get; init; }

    /// <summary>0 to 100, quantization loss taken off; null when no benchmark that matters is published.</summary>
    public required double? Score { get; init; }

    /// <summary>Low end of an 80% interval of <see cref="Score"/>, or null when unknown.</summary>
    public required double? ScoreLow { get; init; }

    /// <summary>High end of that interval.</summary>
    public required double? ScoreHigh { get; init; }

    /// <summary>One standard deviation of <see cref="Score"/> in points, or null when unknown.</summary>
    public required double? Uncertainty { get; init; }

    /// <summary>Points that the quantization takes off.</summary>
    public required double? QuantizationLoss { get; init; }

    /// <summary>Low end of an 80% interval of <see cref="QuantizationLoss"/>.</summary>
    public required double? QuantizationLossLow { get; init; }

    /// <summary>High end of that interval.</summary>
    public required double? QuantizationLossHigh { get; init; }

    /// <summary>Published scores by benchmark.</summary>
    public required IReadOnlyDictionary<string, double> Benchmarks { get; init; }

    /// <summary>The same scores with their uncertainty, weight, source and what others measured; those that count most come first.</summary>
    public required IReadOnlyList<BenchmarkDocument> BenchmarkDetails { get; init; }

    /// <summary>Who published the scores that count.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>What the figure rests on, in the language asked for.</summary>
    public required string Assumes { get; init; }
}

/// <summary>One published score.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Metric">How it is counted.</param>
/// <param name="Value">The value as published: percent, or a rating.</param>
/// <param name="Low">Low end of an 80% interval of measuring it again, in points; null for a rating.</param>
/// <param name="High">High end.</param>
/// <param name="StandardError">Binomial standard error in points, or null where the number of questions is unknown.</param>
/// <param name="Questions">Questions, or null when unknown.</param>
/// <param name="Samples">Answers drawn for each.</param>
/// <param name="Weight">What it weighs in the score for the use.</param>
/// <param name="Note">How it was measured, or empty.</param>
/// <param name="Source">Who published it.</param>
/// <param name="Others">What others measured of the same model.</param>
public sealed record BenchmarkDocument(
    string Name,
    string Metric,
    double Value,
    double? Low,
    double? High,
    double? StandardError,
    int? Questions,
    int Samples,
    double Weight,
    string Note,
    string Source,
    IReadOnlyList<OtherResultDocument> Others);

/// <summary>The same, measured by somebody else.</summary>
/// <param name="Value">The value in points.</param>
/// <param name="Note">How, or empty.</param>
/// <param name="Source">Who published it.</param>
public sealed record OtherResultDocument(double Value, string Note, string Source);

using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>
/// One published score with its uncertainty and source. The uncertainty is that of measuring the same questions again: the binomial standard error
/// <c>√(p·(100−p) / (questions × answers a question))</c>, together with the spread between evaluations of the same model by different people
/// (<see cref="BenchmarkTable.ProtocolSpread"/>). It says nothing of other questions of the same kind.
/// </summary>
public sealed record BenchmarkScore
{
    /// <summary>The benchmark, as <see cref="QualityEstimate.Benchmarks"/> names it.</summary>
    public required string Name { get; init; }

    /// <summary>How it is counted: <c>pass@1</c>, <c>cons@64</c>, <c>rating</c> ...</summary>
    public required string Metric { get; init; }

    /// <summary>The value as published: percent, or a rating.</summary>
    public required double Value { get; init; }

    /// <summary>Questions of the benchmark, or null where no source states them.</summary>
    public int? Questions { get; init; }

    /// <summary>Answers that were drawn for each question.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Binomial standard error in points, an upper bound; null where the number of questions is unknown or the value is a rating.</summary>
    public double? StandardError { get; init; }

    /// <summary>Low end of the 80% interval in points, or null for a rating.</summary>
    public double? Low { get; init; }

    /// <summary>High end of the 80% interval in points, or null for a rating.</summary>
    public double? High { get; init; }

    /// <summary>What it weighs in the score of the use that was asked about; 0 where it does not count or stands on another scale.</summary>
    public double Weight { get; init; }

    /// <summary>How it was measured, or empty.</summary>
    public BilingualText Note { get; init; } = new(string.Empty, string.Empty);

    /// <summary>Who published it.</summary>
    public required string Source { get; init; }

    /// <summary>What others measured of the same, kept beside it.</summary>
    public IReadOnlyList<BenchmarkRepeat> Others { get; init; } = [];
}

/// <summary>The same benchmark of the same model, measured by somebody else.</summary>
/// <param name="Value">The value in points.</param>
/// <param name="Note">How it was measured, or empty.</param>
/// <param name="Source">Who published it.</param>
public sealed record BenchmarkRepeat(double Value, BilingualText Note, string Source);

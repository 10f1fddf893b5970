namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit --json</c> prints.</summary>
public sealed record RecommendationDocument
{
    /// <summary>The machine that was asked about.</summary>
    public required MachineDocument Machine { get; init; }

    /// <summary><c>chat</c>, <c>reasoning</c>, <c>coding</c>, <c>long-context</c> or <c>batch</c>.</summary>
    public required string Use { get; init; }

    /// <summary>The configuration to run, or null when nothing fits.</summary>
    public required ConfigurationDocument? Pick { get; init; }

    /// <summary>Why the pick, or why nothing fits and what would.</summary>
    public required string Reason { get; init; }

    /// <summary>A faster and a smarter configuration, where there are such.</summary>
    public required IReadOnlyList<AlternativeDocument> Alternatives { get; init; }

    /// <summary>How many configurations were weighed.</summary>
    public required int Considered { get; init; }

    /// <summary>The best configuration of every variant, also of those that do not fit.</summary>
    public required IReadOnlyList<ConfigurationDocument> Configurations { get; init; }

    /// <summary>How the pick serves a team, where an arrival rate or a latency goal was asked for; otherwise null.</summary>
    public CapacityDocument? Team { get; init; }
}

/// <summary>An alternative to the pick.</summary>
/// <param name="Label"><c>faster</c>, <c>smarter</c> or another single word.</param>
/// <param name="Configuration">The configuration.</param>
public sealed record AlternativeDocument(string Label, ConfigurationDocument Configuration);

/// <summary>What <c>deepfit compare A B --json</c> prints.</summary>
public sealed record ComparisonDocument
{
    /// <summary>The configurations in the order asked for.</summary>
    public required IReadOnlyList<ConfigurationDocument> Configurations { get; init; }

    /// <summary>Their figures, one row a figure, values in the same order.</summary>
    public required IReadOnlyList<DifferenceDocument> Differences { get; init; }

    /// <summary>What a popular guide claims of the steps between them, beside what is known; empty when it claims nothing.</summary>
    public IReadOnlyList<StepDocument> Steps { get; init; } = [];

    /// <summary>Every two neighbours of the variants compared: the guide's claims compounded over the steps between them, what is known, and why they differ.</summary>
    public IReadOnlyList<GuidePairDocument> Pairs { get; init; } = [];
}

/// <summary>A guide's claim about one step from a version to the next, beside what is known of it; percentages are changes.</summary>
/// <param name="From">The smaller version.</param>
/// <param name="To">The larger one.</param>
/// <param name="ClaimedComputePercent">Claimed extra compute.</param>
/// <param name="ClaimedQualityPercent">Claimed gain in quality, without a stated source.</param>
/// <param name="ActiveParametersPercent">Change of the parameters that one token uses.</param>
/// <param name="BenchmarkPercent">Change of the mean published score over <paramref name="Benchmarks"/>, or null.</param>
/// <param name="Benchmarks">Benchmarks published for both.</param>
/// <param name="Source">Where the claim stands.</param>
public sealed record StepDocument(
    string From,
    string To,
    int ClaimedComputePercent,
    int ClaimedQualityPercent,
    double? ActiveParametersPercent,
    double? BenchmarkPercent,
    IReadOnlyList<string> Benchmarks,
    string Source);

/// <summary>Two variants against the guide; percentages are changes from the one to the other.</summary>
/// <param name="From">The one that the guide puts lower.</param>
/// <param name="To">The other one.</param>
/// <param name="ClaimedComputePercent">Claimed extra compute, compounded; null where the guide says nothing.</param>
/// <param name="ClaimedQualityPercent">Claimed gain in quality, compounded; null where the guide says nothing.</param>
/// <param name="ActiveParametersPercent">Change of the parameters that one token uses.</param>
/// <param name="BenchmarkPercent">Mean relative change of the published scores that both have; null when there are none.</param>
/// <param name="BenchmarkPercentLow">Low end of its 80% interval.</param>
/// <param name="BenchmarkPercentHigh">High end.</param>
/// <param name="Benchmarks">The benchmarks.</param>
/// <param name="SecondsPerTokenPercent">Change of the time for one generated token on the machine; null where one does not run.</param>
/// <param name="Source">Where the claims stand, or null.</param>
/// <param name="Reason">Why they differ, in the language asked for.</param>
public sealed record GuidePairDocument(
    string From,
    string To,
    double? ClaimedComputePercent,
    double? ClaimedQualityPercent,
    double? ActiveParametersPercent,
    double? BenchmarkPercent,
    double? BenchmarkPercentLow,
    double? BenchmarkPercentHigh,
    IReadOnlyList<string> Benchmarks,
    double? SecondsPerTokenPercent,
    string? Source,
    string Reason);

/// <summary>One figure of all the configurations compared.</summary>
/// <param name="Name">The figure's name in the contract, such as <c>generation_tps</c>.</param>
/// <param name="Values">The values in the order of the configurations; null where unknown.</param>
/// <param name="Ratios">Each value over the first one, three significant digits; null where unknown.</param>
/// <param name="Best">Index of the best value, or null when they are equal, unknown, or neither way is better.</param>
public sealed record DifferenceDocument(string Name, IReadOnlyList<double?> Values, IReadOnlyList<double?> Ratios, int? Best);

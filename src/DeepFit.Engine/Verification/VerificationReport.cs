using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;

namespace DeepFit.Engine.Verification;

/// <summary>How a promise came out.</summary>
public enum PromiseOutcome
{
    /// <summary>As promised.</summary>
    Kept = 0,

    /// <summary>Better than promised: less memory, or faster than the interval.</summary>
    Better = 1,

    /// <summary>Worse than promised.</summary>
    Broken = 2,

    /// <summary>Nothing was promised, or it could not be measured.</summary>
    Unknown = 3,
}

/// <summary>What a figure counts.</summary>
public enum PromiseUnit
{
    /// <summary>Bytes of memory.</summary>
    Bytes = 0,

    /// <summary>Tokens per second.</summary>
    TokensPerSecond = 1,

    /// <summary>Seconds.</summary>
    Seconds = 2,
}

/// <summary>One figure, as promised and as it came.</summary>
/// <param name="Name"><c>weights</c>, <c>kv_cache</c>, <c>compute</c>, <c>process_memory</c>, <c>prompt_tps</c>, <c>generation_tps</c>, <c>seconds_to_first_token</c>.</param>
/// <param name="Device">The device, or null where it is of no single one.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Predicted">The promise, or null.</param>
/// <param name="Low">The low end of what keeps it, or null for none.</param>
/// <param name="High">The high end, or null for none.</param>
/// <param name="Actual">What came, or null where it could not be measured.</param>
/// <param name="Outcome">How it came out.</param>
public sealed record PromiseCheck(string Name, string? Device, PromiseUnit Unit, double? Predicted, double? Low, double? High, double? Actual, PromiseOutcome Outcome)
{
    /// <summary>The share by which it differs from the promise; null where one of them is missing or zero.</summary>
    public double? Difference => Predicted is > 0 and { } promised && Actual is { } came ? (came / promised) - 1 : null;
}

/// <summary>What came of the smoke question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Reasoning">The reasoning.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Tokens">Tokens of both.</param>
/// <param name="Ended">Whether it ended by itself.</param>
/// <param name="Judged">Whether the answer's content was judged: only of models that are known to be able to give it.</param>
/// <param name="Outcome">Whether there were reasoning and an answer, and the right one where that was judged; unknown where it was still thinking at the end of its tokens.</param>
public sealed record SmokeCheck(string Question, string Reasoning, string Answer, int Tokens, bool Ended, bool Judged, PromiseOutcome Outcome);

/// <summary>Why speeds say nothing of the model.</summary>
public enum Disturbance
{
    /// <summary>They do.</summary>
    None = 0,

    /// <summary>The server was answering others at the same time.</summary>
    OtherRequests = 1,

    /// <summary>Other programs took the cores.</summary>
    OtherPrograms = 2,
}

/// <summary>What was promised and what came.</summary>
public sealed record VerificationReport
{
    /// <summary>What was verified.</summary>
    public required ServerStatusDocument Status { get; init; }

    /// <summary>The rung that the promised speeds stood on; null where none was promised.</summary>
    public required EstimateBasis? SpeedBasis { get; init; }

    /// <summary>The rung that the promised memory stood on.</summary>
    public required EstimateBasis MemoryBasis { get; init; }

    /// <summary>Every figure.</summary>
    public required IReadOnlyList<PromiseCheck> Checks { get; init; }

    /// <summary>The smoke question.</summary>
    public required SmokeCheck Smoke { get; init; }

    /// <summary>Tokens of the prompts that speeds were measured with, the median.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens that were generated, the median.</summary>
    public required int GeneratedTokens { get; init; }

    /// <summary>Rounds; figures are medians over them.</summary>
    public required int Rounds { get; init; }

    /// <summary>Relative half-width of the rounds' prompt speeds.</summary>
    public required double PromptSpread { get; init; }

    /// <summary>Relative half-width of the rounds' generation speeds.</summary>
    public required double GenerationSpread { get; init; }

    /// <summary>Whether something else was going on.</summary>
    public required Disturbance Disturbance { get; init; }

    /// <summary>Whether every promise was kept that could be held against what came.</summary>
    public bool Holds => Smoke.Outcome != PromiseOutcome.Broken && Checks.All(c => c.Outcome != PromiseOutcome.Broken);

    /// <summary>One figure, or null.</summary>
    internal PromiseCheck? this[string name] => Checks.FirstOrDefault(c => c.Name == name);
}

/// <summary>How far a verification is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Fraction">How far it is, 0 to 1.</param>
/// <param name="Report">The report, with the last.</param>
public sealed record VerificationProgress(VerificationPhase Phase, double Fraction, VerificationReport? Report = null);

/// <summary>What a verification is doing.</summary>
public enum VerificationPhase
{
    /// <summary>Asks what loading took.</summary>
    Memory = 0,

    /// <summary>Asks the smoke question.</summary>
    Question = 1,

    /// <summary>Measures speeds.</summary>
    Speed = 2,

    /// <summary>Has the report.</summary>
    Done = 3,
}

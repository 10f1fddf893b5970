using DeepFit.Core.Contract;

namespace DeepFit.Server.Api.Documents;

/// <summary>What to test-drive.</summary>
public sealed record TestDriveOrder
{
    /// <summary>Catalogue id.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization; Q4_K_M where nothing is said.</summary>
    public string? Quantization { get; init; }

    /// <summary>Tokens already in the context when generation is timed.</summary>
    public int ContextDepth { get; init; }
}

/// <summary>Test-drives of this machine.</summary>
/// <param name="Running">The one that runs, or null.</param>
/// <param name="History">What was measured before, the newest first.</param>
public sealed record TestDrivesDocument(RunningTestDriveDocument? Running, IReadOnlyList<PastTestDriveDocument> History);

/// <summary>A test-drive that runs.</summary>
/// <param name="Id">Its events are under this.</param>
/// <param name="Variant">Catalogue id.</param>
/// <param name="Quantization">The quantization.</param>
/// <param name="ContextDepth">Tokens in the context.</param>
/// <param name="Progress">How far it is, or null before it began.</param>
public sealed record RunningTestDriveDocument(string Id, string Variant, string Quantization, int ContextDepth, TestDriveProgressDocument? Progress);

/// <summary>How far a test-drive is.</summary>
/// <param name="Phase"><c>loading</c>, <c>warming up</c>, <c>prompt</c>, <c>generation</c> or <c>done</c>.</param>
/// <param name="PhaseText">The same, in the language asked for.</param>
/// <param name="Fraction">0 to 1, never falling.</param>
/// <param name="Detail">What is being loaded, or null.</param>
public sealed record TestDriveProgressDocument(string Phase, string PhaseText, double Fraction, string? Detail);

/// <summary>What a test-drive measured, beside what was expected.</summary>
/// <param name="Measured">What was measured.</param>
/// <param name="Expected">What was estimated before.</param>
/// <param name="Kept">Whether plans stand on it from now on: not when other programs were in the way.</param>
/// <param name="Warning">What to make of a result that is not as expected, in the language asked for, or null.</param>
public sealed record TestDriveResultDocument(TestDriveDocument Measured, SpeedDocument Expected, bool Kept, string? Warning);

/// <summary>The events of a test-drive: each member is the data of the event of that name.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="Result">The end: what was measured.</param>
/// <param name="Failed">The end: why not. Its kind is <c>cancelled</c> where it was stopped.</param>
public sealed record TestDriveEventsDocument(TestDriveProgressDocument Progress, TestDriveResultDocument Result, ApiErrorDocument Failed);

/// <summary>What was measured before: rates in tokens per second.</summary>
public sealed record PastTestDriveDocument
{
    /// <summary>Tells it from the others.</summary>
    public required string Id { get; init; }

    /// <summary>Catalogue id.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>Tokens in the context when generation was timed.</summary>
    public required int ContextDepth { get; init; }

    /// <summary>Layers on GPUs.</summary>
    public required int GpuLayers { get; init; }

    /// <summary>Prompt processing.</summary>
    public required double? PromptTps { get; init; }

    /// <summary>Generation.</summary>
    public required double? GenerationTps { get; init; }

    /// <summary>Relative spread of the prompt speed.</summary>
    public required double? PromptSpread { get; init; }

    /// <summary>Relative spread of the generation speed.</summary>
    public required double? GenerationSpread { get; init; }

    /// <summary><c>measured</c>, or <c>verified</c> where the real model ran.</summary>
    public required string Basis { get; init; }

    /// <summary>The engine and its version.</summary>
    public required string Engine { get; init; }

    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What is estimated without any measurement; null for a model that is not in the catalogue.</summary>
    public required PastEstimateDocument? Estimated { get; init; }
}

/// <summary>An estimate without measurements.</summary>
/// <param name="PromptTps">Prompt processing, tokens per second.</param>
/// <param name="GenerationTps">Generation.</param>
/// <param name="GenerationTpsLow">Low end of an 80% interval.</param>
/// <param name="GenerationTpsHigh">High end.</param>
public sealed record PastEstimateDocument(double? PromptTps, double? GenerationTps, double? GenerationTpsLow, double? GenerationTpsHigh);

/// <summary>What to pull.</summary>
public sealed record PullOrder
{
    /// <summary>Catalogue id.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization; Q4_K_M where nothing is said.</summary>
    public string? Quantization { get; init; }

    /// <summary><c>hf</c>, <c>modelscope</c> or <c>ollama</c>; the fastest where nothing is said.</summary>
    public string? Hub { get; init; }
}

/// <summary>Pulls since the program started.</summary>
/// <param name="Pulls">The newest first.</param>
public sealed record PullsDocument(IReadOnlyList<PullStateDocument> Pulls);

/// <summary>A pull.</summary>
/// <param name="Id">Its events are under this.</param>
/// <param name="Variant">Catalogue id.</param>
/// <param name="Quantization">The quantization.</param>
/// <param name="Hub">The hub that was asked for, or null.</param>
/// <param name="State"><c>running</c>, <c>done</c>, <c>failed</c> or <c>stopped</c>.</param>
/// <param name="Progress">How far it is, or null before it began.</param>
/// <param name="Result">What it brought, when done.</param>
/// <param name="Error">Why it failed, when it did.</param>
public sealed record PullStateDocument(
    string Id, string Variant, string Quantization, string? Hub, string State, PullEventDocument? Progress, PullDocument? Result, ApiErrorDetail? Error);

/// <summary>The events of a pull: each member is the data of the event of that name.</summary>
/// <param name="Progress">How far it is.</param>
/// <param name="Done">The end: what it brought.</param>
/// <param name="Failed">The end: why not. Its kind is <c>cancelled</c> where it was stopped; what has arrived is kept.</param>
public sealed record PullEventsDocument(PullEventDocument Progress, PullDocument Done, ApiErrorDocument Failed);

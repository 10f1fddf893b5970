namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit doctor --json</c> prints.</summary>
/// <param name="Version">DeepFit's version.</param>
/// <param name="Engine">The engine and its version, or why there is none.</param>
/// <param name="Machine">What the probes were read as, or null when detection failed.</param>
/// <param name="Findings">What is wrong or worth knowing, in the language asked for.</param>
/// <param name="Probes">Everything that was read, raw.</param>
public sealed record DoctorDocument(
    string Version,
    string Engine,
    MachineDocument? Machine,
    IReadOnlyList<string> Findings,
    IReadOnlyList<ProbeDocument> Probes);

/// <summary>One raw probe.</summary>
/// <param name="Probe">What was asked: a path, a command line, a library call.</param>
/// <param name="Output">What came back, or null.</param>
/// <param name="Error">What went wrong, or null.</param>
public sealed record ProbeDocument(string Probe, string? Output, string? Error);

/// <summary>What <c>deepfit testdrive --json</c> prints: speeds in tokens per second.</summary>
public sealed record TestDriveDocument
{
    /// <summary>Catalogue id.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>Layer counts that were run; the speed of all layers is their slope.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>Tokens in the cache when generation was timed.</summary>
    public required int ContextDepth { get; init; }

    /// <summary>Length of the prompt that was timed, in tokens.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Times that everything was measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>CPU threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Layers on GPUs.</summary>
    public required int GpuLayers { get; init; }

    /// <summary>The devices that ran it.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>The rung: <c>measured</c>.</summary>
    public required string Basis { get; init; }

    /// <summary>Prompt processing.</summary>
    public required double? PromptTps { get; init; }

    /// <summary>Generation.</summary>
    public required double? GenerationTps { get; init; }

    /// <summary>The larger of the two spreads, relative: 0.03 is 3%.</summary>
    public required double? Spread { get; init; }

    /// <summary>Relative spread of the prompt speed.</summary>
    public required double? PromptSpread { get; init; }

    /// <summary>Relative spread of the generation speed.</summary>
    public required double? GenerationSpread { get; init; }

    /// <summary>Seconds that the test-drive took.</summary>
    public required double? ElapsedSeconds { get; init; }

    /// <summary>Highest resident memory of the child process, in bytes.</summary>
    public required long PeakRssBytes { get; init; }

    /// <summary>The engine and its version.</summary>
    public required string Engine { get; init; }
}

/// <summary>What any command prints with <c>--json</c> when it fails.</summary>
/// <param name="Error">The failure.</param>
public sealed record ErrorDocument(ErrorDetail Error);

/// <summary>A failure.</summary>
/// <param name="Kind">A stable word for programs: <c>wrong_usage</c>, <c>not_found</c>, <c>refused</c>, <c>bad_file</c>, <c>nothing_fits</c>, <c>no_engine</c>, <c>cancelled</c>, <c>failed</c>.</param>
/// <param name="Message">What is wrong and the way out, in the language asked for.</param>
/// <param name="Suggestions">The nearest right names; empty when there are none.</param>
/// <param name="ExitCode">The process's exit code.</param>
public sealed record ErrorDetail(string Kind, string Message, IReadOnlyList<string> Suggestions, int ExitCode);

namespace DeepFit.Core.Contract;

/// <summary>A model that is or was served (<c>deepfit ps</c>, <c>deepfit stop</c>).</summary>
public sealed record DeploymentDocument
{
    /// <summary>What it is called by.</summary>
    public required string Id { get; init; }

    /// <summary><c>starting</c>, <c>running</c>, <c>draining</c>, <c>stopped</c>, <c>crashed</c> or <c>failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Catalogue id, or null for a file that is not in it.</summary>
    public required string? Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>The file, or null before it is pulled.</summary>
    public required string? ModelPath { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Host { get; init; }

    /// <summary>The process's number.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The address to send requests to, or null while it is not known.</summary>
    public required string? Url { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it first could answer, or null.</summary>
    public required DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Seconds since it was started, or from start to end.</summary>
    public required double UptimeSeconds { get; init; }

    /// <summary>The share of the model that is loaded, 0 to 1.</summary>
    public required double LoadedShare { get; init; }

    /// <summary>What the process holds, or null where it is gone or the system does not say.</summary>
    public required ProcessMemoryDocument? ProcessMemory { get; init; }

    /// <summary>System memory that it needs: its own, and the pages of the model's file that it computes with, as <c>deepfit verify</c> counts it, in bytes; null where it does not answer.</summary>
    public required long? NeededBytes { get; init; }

    /// <summary>What it was promised to take on all devices, in bytes; null where nothing was promised.</summary>
    public required long? PredictedBytes { get; init; }

    /// <summary>What it has done, or null where it does not answer.</summary>
    public required ServerStatisticsDocument? Statistics { get; init; }

    /// <summary>The exit code, or null while it runs and where it is not known.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>Why it failed or crashed, in the language asked for, or null.</summary>
    public required string? Error { get; init; }

    /// <summary>Its log, or null where that is a terminal.</summary>
    public required string? LogPath { get; init; }
}

/// <summary>Lines of a server's log (<c>deepfit logs</c>).</summary>
/// <param name="Id">The deployment.</param>
/// <param name="LogPath">The log.</param>
/// <param name="Lines">The last lines, the oldest first.</param>
public sealed record LogDocument(string Id, string LogPath, IReadOnlyList<string> Lines);

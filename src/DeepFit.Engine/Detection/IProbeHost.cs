namespace DeepFit.Engine.Detection;

/// <summary>
/// The machine as the detectors see it: files, folders, tools, environment. Everything read through it is kept, raw, for <c>deepfit doctor</c>;
/// tests replace it with the recorded output of real machines.
/// </summary>
public interface IProbeHost
{
    /// <summary>What was read so far, in order.</summary>
    IReadOnlyList<ProbeRecord> Records { get; }

    /// <summary>Text of a file (at most 4 MiB), or null when it is missing or unreadable.</summary>
    string? ReadFile(string path);

    /// <summary>Names (not paths) in a folder, ordinal order; empty when it is missing or unreadable.</summary>
    IReadOnlyList<string> ListFolder(string path);

    /// <summary>Target of a symbolic link, or null.</summary>
    string? ReadLink(string path);

    /// <summary>An environment variable, or null.</summary>
    string? Environment(string name);

    /// <summary>Runs a tool with <c>LC_ALL=C</c>; a missing tool, a failure or a time-out is a result, not an exception.</summary>
    /// <param name="tool">Name on the PATH, or full path.</param>
    /// <param name="arguments">Arguments, one each.</param>
    /// <param name="timeout">Killed with its children after this long; 5 s when null.</param>
    /// <param name="cancellationToken">Kills the tool.</param>
    Task<ToolResult> RunAsync(string tool, IReadOnlyList<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Keeps what a probe by other means (P/Invoke, a child process) returned.</summary>
    void Record(string probe, string? output, string? error = null);
}

/// <summary>What a tool printed.</summary>
/// <param name="ExitCode">Exit code; null when the tool is missing, could not start or was killed by the time limit.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, or why it did not run.</param>
public sealed record ToolResult(int? ExitCode, string Output, string Error)
{
    /// <summary>Whether it ran and returned 0.</summary>
    public bool Succeeded => ExitCode == 0;
}

/// <summary>One raw probe.</summary>
/// <param name="Probe">What was asked: a path, a command line, a library call.</param>
/// <param name="Output">What came back, or null.</param>
/// <param name="Error">What went wrong, or null.</param>
public sealed record ProbeRecord(string Probe, string? Output, string? Error);

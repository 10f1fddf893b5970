using DeepFit.Core.Text;

namespace DeepFit.Engine.Deployments;

/// <summary>Where a deployment is in its life.</summary>
public enum DeploymentState
{
    /// <summary>The process is there, the model is not loaded yet.</summary>
    Starting = 0,

    /// <summary>It answers requests.</summary>
    Running = 1,

    /// <summary>It was told to stop, takes no more requests and finishes those that run.</summary>
    Draining = 2,

    /// <summary>It ended because it was told to.</summary>
    Stopped = 3,

    /// <summary>The process went away without a goodbye after it had answered, or it crashed.</summary>
    Crashed = 4,

    /// <summary>It never came to answer.</summary>
    Failed = 5,
}

/// <summary>A model that <c>deepfit serve</c> serves, or served.</summary>
public sealed record Deployment
{
    /// <summary>Four letters and digits that are typed easily; the first is a letter.</summary>
    public required string Id { get; init; }

    /// <summary>The model's name, such as <c>DeepSeek-R1-Distill-Qwen-7B</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The catalogue's id, or null for a file that is not in it.</summary>
    public string? Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>The GGUF file; null while it has still to be pulled.</summary>
    public string? ModelPath { get; init; }

    /// <summary>The machine's name: a home folder may be shared by several.</summary>
    public required string Host { get; init; }

    /// <summary>The process that serves.</summary>
    public required ProcessIdentity Process { get; init; }

    /// <summary>The address that it listens at, such as <c>127.0.0.1</c>; null until it is known.</summary>
    public string? Address { get; init; }

    /// <summary>The port; null until it is known.</summary>
    public int? Port { get; init; }

    /// <summary>Where it logs to; null where that is a terminal.</summary>
    public string? LogPath { get; init; }

    /// <summary>A file that only its owner can read, with the key that the API asks for; null where it asks for none.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Where it is in its life.</summary>
    public DeploymentState State { get; init; }

    /// <summary>The share of the model that is loaded, 0 to 1.</summary>
    public double LoadedShare { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it first could answer, or null.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When somebody asked it to stop, or null.</summary>
    public DateTimeOffset? StopRequestedAt { get; init; }

    /// <summary>When it ended, or was found to have ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The exit code, where it is known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it failed or crashed, or null.</summary>
    public BilingualText? Error { get; init; }

    /// <summary>What was promised when it was started; null where nothing was.</summary>
    public DeploymentPlan? Plan { get; init; }

    /// <summary>Whether a process belongs to it, as far as is known.</summary>
    public bool IsActive => State is DeploymentState.Starting or DeploymentState.Running or DeploymentState.Draining;

    /// <summary>The address to send requests to, or null while it is not known. A server that listens at every address is asked at this machine's own.</summary>
    public Uri? Url => Address is null || Port is null ? null : new UriBuilder("http", Address switch
    {
        "0.0.0.0" or "*" or "+" => "127.0.0.1",
        "::" or "[::]" => "[::1]",
        _ when Address.Contains(':', StringComparison.Ordinal) && !Address.StartsWith('[') => $"[{Address}]",
        _ => Address,
    }, Port.Value).Uri;
}

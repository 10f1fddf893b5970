namespace DeepFit.Server.Api.Documents;

/// <summary>Models that run here, or ran.</summary>
/// <param name="Deployments">The newest first.</param>
public sealed record DeploymentsDocument(IReadOnlyList<DeploymentStateDocument> Deployments);

/// <summary>A model that runs here, or ran.</summary>
public sealed record DeploymentStateDocument
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Catalogue id, or null for a file that is not in it.</summary>
    public required string? Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary><c>starting</c>, <c>running</c>, <c>draining</c> (finishes what runs), <c>stopped</c>, <c>crashed</c> or <c>failed</c> (never came to answer).</summary>
    public required string State { get; init; }

    /// <summary>The share of the model that is loaded, 0 to 1.</summary>
    public required double LoadedShare { get; init; }

    /// <summary>The address of its API; null where it does not run.</summary>
    public required string? Address { get; init; }

    /// <summary>Its process; null where it does not run.</summary>
    public required int? Pid { get; init; }

    /// <summary>Context in tokens, over all sequences; null where it is not known.</summary>
    public required int? Context { get; init; }

    /// <summary>Sequences: requests that are answered at a time; null where it is not known.</summary>
    public required int? Parallel { get; init; }

    /// <summary>When it was started, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>System memory that it needs now: its own, and the pages of the model's file that it computes with, as <c>deepfit verify</c> counts it, in bytes; null where it does not answer.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>System memory that it was promised to take, in bytes; null where nothing was promised.</summary>
    public required long? PredictedMemoryBytes { get; init; }

    /// <summary>Memory that it was promised to take on all GPUs, in bytes; 0 where it uses none, null where nothing was promised.</summary>
    public required long? PredictedGpuBytes { get; init; }

    /// <summary>Generation since the last look, over all requests, in tokens per second; null where nothing was generated.</summary>
    public required double? TokensPerSecond { get; init; }

    /// <summary>Requests that are being answered; null where it does not say.</summary>
    public required int? BusySlots { get; init; }

    /// <summary>Why it crashed, in the language asked for, or null.</summary>
    public required string? Error { get; init; }
}

/// <summary>What to start.</summary>
public sealed record DeploymentOrder
{
    /// <summary>Catalogue id, or the name of a model that is here.</summary>
    public required string Model { get; init; }

    /// <summary>The quantization; what is here where nothing is said.</summary>
    public string? Quantization { get; init; }

    /// <summary>Tokens of context for each request; what the use needs and the memory allows where nothing is said.</summary>
    public int? Context { get; init; }

    /// <summary>Requests that are answered at a time; 1 where nothing is said.</summary>
    public int? Parallel { get; init; }
}

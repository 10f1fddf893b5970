namespace DeepFit.Server.Api.Documents;

/// <summary>Models that run here, or ran.</summary>
/// <param name="Deployments">The newest first.</param>
public sealed record DeploymentsDocument(IReadOnlyList<DeploymentStateDocument> Deployments);

/// <summary>A model that runs here, or ran.</summary>
public sealed record DeploymentStateDocument
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Catalogue id, or the file's path.</summary>
    public required string Model { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary><c>starting</c>, <c>running</c>, <c>stopped</c> or <c>crashed</c>.</summary>
    public required string State { get; init; }

    /// <summary>The address of its API; null where it does not run.</summary>
    public required string? Address { get; init; }

    /// <summary>Its process; null where it does not run.</summary>
    public required int? Pid { get; init; }

    /// <summary>Context in tokens, over all sequences.</summary>
    public required int Context { get; init; }

    /// <summary>Sequences: requests that are answered at a time.</summary>
    public required int Parallel { get; init; }

    /// <summary>When it was started, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Memory that its process holds now, in bytes; null where it does not run.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>Generation of late, in tokens per second; null where nothing is being generated.</summary>
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

/// <summary>The end of a deployment's log.</summary>
/// <param name="Lines">The lines, the oldest first.</param>
public sealed record LogDocument(IReadOnlyList<string> Lines);

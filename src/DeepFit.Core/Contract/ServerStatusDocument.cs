namespace DeepFit.Core.Contract;

/// <summary>What a server serves, how much of what was promised came, and what it has done (<c>GET /deepfit/status</c>).</summary>
public sealed record ServerStatusDocument
{
    /// <summary>The deployment's id.</summary>
    public required string Id { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Catalogue id, or null for a file that is not in it.</summary>
    public required string? Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The engine and its version.</summary>
    public required string Engine { get; init; }

    /// <summary>DeepFit's version.</summary>
    public required string Version { get; init; }

    /// <summary>The process's number.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Seconds since it could answer.</summary>
    public required double UptimeSeconds { get; init; }

    /// <summary>Context in tokens, over all slots.</summary>
    public required int Context { get; init; }

    /// <summary>Tokens that one request may have.</summary>
    public required int RequestTokens { get; init; }

    /// <summary>What loading was promised to take.</summary>
    public required MemoryDocument PredictedMemory { get; init; }

    /// <summary>What it took, as the engine said; the overhead is the buffer of the outputs.</summary>
    public required MemoryDocument ActualMemory { get; init; }

    /// <summary>Weights that are used where they lie in the mapped file, in bytes.</summary>
    public required long MappedWeightsBytes { get; init; }

    /// <summary>Weights that were copied out of the mapped file, whose pages there are not needed any more, in bytes.</summary>
    public required long CopiedWeightsBytes { get; init; }

    /// <summary>Pages of the model's file that are in memory for the process, in bytes; null where the system does not say.</summary>
    public required long? ModelPagesBytes { get; init; }

    /// <summary>What the process holds, or null where the system does not say.</summary>
    public required ProcessMemoryDocument? ProcessMemory { get; init; }

    /// <summary>What was done so far, and what is being done.</summary>
    public required ServerStatisticsDocument Statistics { get; init; }
}

/// <summary>What a process holds of system memory, in bytes.</summary>
/// <param name="ResidentBytes">Everything that is in memory for it (RSS).</param>
/// <param name="ProportionalBytes">The same with shared pages divided among those who share them (PSS), or null.</param>
/// <param name="OwnBytes">What cannot be read again from a file, or null.</param>
/// <param name="FileBytes">Pages of mapped files, which the system may take back, or null.</param>
public sealed record ProcessMemoryDocument(long ResidentBytes, long? ProportionalBytes, long? OwnBytes, long? FileBytes);

/// <summary>What a server has done since it was loaded.</summary>
public sealed record ServerStatisticsDocument
{
    /// <summary>Requests that can be answered at a time.</summary>
    public required int Slots { get; init; }

    /// <summary>Slots that work.</summary>
    public required int BusySlots { get; init; }

    /// <summary>Requests that wait for a slot.</summary>
    public required int Waiting { get; init; }

    /// <summary>Requests that ended in order.</summary>
    public required long Completed { get; init; }

    /// <summary>Requests that were cancelled.</summary>
    public required long Cancelled { get; init; }

    /// <summary>Requests that failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Requests that were refused because too many waited.</summary>
    public required long Refused { get; init; }

    /// <summary>Prompt tokens processed.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Prompt tokens that were reused instead.</summary>
    public required long CachedTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public required long GeneratedTokens { get; init; }

    /// <summary>Prompt tokens per second while prompts were processed; null before the first.</summary>
    public required double? PromptTps { get; init; }

    /// <summary>Generated tokens per second, over all slots, while tokens were generated; null before the first.</summary>
    public required double? GenerationTps { get; init; }

    /// <summary>Tokens that the slots' caches hold.</summary>
    public required long CacheTokens { get; init; }

    /// <summary>Tokens that they can hold.</summary>
    public required long CacheCapacity { get; init; }
}

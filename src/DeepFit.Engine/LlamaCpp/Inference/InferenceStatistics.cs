namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>What an engine has done since it was loaded, and what it does now: for <c>/metrics</c>.</summary>
public sealed record InferenceStatistics
{
    /// <summary>Slots.</summary>
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

    /// <summary>Calls of <c>llama_decode</c>.</summary>
    public required long Batches { get; init; }

    /// <summary>Seconds in which prompts were processed; a batch's time is shared by its tokens.</summary>
    public required double PromptSeconds { get; init; }

    /// <summary>Seconds in which tokens were generated; a batch's time is shared by its tokens.</summary>
    public required double GenerationSeconds { get; init; }

    /// <summary>Tokens that the slots' caches hold.</summary>
    public required long CacheTokens { get; init; }

    /// <summary>Tokens that they can hold.</summary>
    public required long CacheCapacity { get; init; }
}

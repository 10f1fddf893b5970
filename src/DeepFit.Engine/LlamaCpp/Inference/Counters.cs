namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>What the scheduler counts; guarded by its lock.</summary>
internal sealed class Counters
{
    private static readonly TimeSpan LeastRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostRetry = TimeSpan.FromMinutes(5);

    private long completed;
    private long cancelled;
    private double slotSeconds;
    private long prompt;
    private long cached;
    private long generated;
    private long batches;
    private double promptSeconds;
    private double generationSeconds;
    private long held;

    /// <summary>Requests that failed.</summary>
    public long Failed { get; set; }

    /// <summary>Requests that were refused.</summary>
    public long Refused { get; set; }

    /// <summary>Counts a request that ended in order.</summary>
    public void Ended(bool wasCancelled, TimeSpan duration)
    {
        completed += wasCancelled ? 0 : 1;
        cancelled += wasCancelled ? 1 : 0;
        slotSeconds += duration.TotalSeconds;
    }

    /// <summary>Counts reused prompt tokens.</summary>
    public void Reused(int tokens) => cached += tokens;

    /// <summary>Counts a batch.</summary>
    public void Batch(int promptTokens, int generatedTokens, int sampled, TimeSpan time, long cacheTokens)
    {
        batches++;
        prompt += promptTokens;
        generated += sampled;
        held = cacheTokens;
        double perToken = time.TotalSeconds / Math.Max(1, promptTokens + generatedTokens);
        promptSeconds += perToken * promptTokens;
        generationSeconds += perToken * generatedTokens;
    }

    /// <summary>When the last of so many waiting requests is likely to get a slot.</summary>
    public TimeSpan RetryAfter(int waiting, int slots)
    {
        long ended = completed + cancelled;
        double each = ended == 0 ? 1 : slotSeconds / ended;
        return TimeSpan.FromSeconds(Math.Clamp(each * waiting / slots, LeastRetry.TotalSeconds, MostRetry.TotalSeconds));
    }

    /// <summary>The figures.</summary>
    public InferenceStatistics Snapshot(int slots, int busy, int waiting, long capacity) => new()
    {
        Slots = slots,
        BusySlots = busy,
        Waiting = waiting,
        Completed = completed,
        Cancelled = cancelled,
        Failed = Failed,
        Refused = Refused,
        PromptTokens = prompt,
        CachedTokens = cached,
        GeneratedTokens = generated,
        Batches = batches,
        PromptSeconds = promptSeconds,
        GenerationSeconds = generationSeconds,
        CacheTokens = held,
        CacheCapacity = capacity,
    };
}

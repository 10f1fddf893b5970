namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit capacity --json</c> prints: how a team is served.</summary>
public sealed record CapacityDocument
{
    /// <summary>Catalogue id.</summary>
    public required string Variant { get; init; }

    /// <summary>One node.</summary>
    public required MachineDocument Machine { get; init; }

    /// <summary>The use.</summary>
    public required string Use { get; init; }

    /// <summary>Context of one sequence, in tokens.</summary>
    public required int Context { get; init; }

    /// <summary>Load and goal.</summary>
    public required TeamDocument Goal { get; init; }

    /// <summary>The option that meets the goal on the fewest nodes, or null.</summary>
    public required CapacityOptionDocument? Pick { get; init; }

    /// <summary>What comes closest where nothing meets the goal, or null.</summary>
    public required CapacityOptionDocument? Closest { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The best of every engine, also of those that cannot run.</summary>
    public required IReadOnlyList<CapacityOptionDocument> Options { get; init; }

    /// <summary>Simulations that were run.</summary>
    public required int Considered { get; init; }
}

/// <summary>Load and goal of a team.</summary>
/// <param name="Users">People, or null for an open stream.</param>
/// <param name="RequestsPerMinute">Requests a minute that were asked for, or null.</param>
/// <param name="ThinkSeconds">Mean seconds between an answer and the same person's next question, or null.</param>
/// <param name="AnswerSeconds">Goal of the whole answer.</param>
/// <param name="AnswerShare">Share of the answers that keep to it.</param>
/// <param name="FirstTokenSeconds">Goal of the first token for 95% of the answers, or null.</param>
public sealed record TeamDocument(
    int? Users, double? RequestsPerMinute, double? ThinkSeconds, double? AnswerSeconds, double? AnswerShare, double? FirstTokenSeconds);

/// <summary>One way to serve the team.</summary>
public sealed record CapacityOptionDocument
{
    /// <summary><c>vllm</c>, <c>sglang</c> or <c>llama.cpp</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Weight format or GGUF quantization.</summary>
    public required string Weights { get; init; }

    /// <summary>Bytes of the checkpoint or file.</summary>
    public required long WeightsBytes { get; init; }

    /// <summary>The rung: <c>estimated</c>.</summary>
    public required string Basis { get; init; }

    /// <summary>Whether one copy fits.</summary>
    public required bool Fits { get; init; }

    /// <summary>Whether the goal is met.</summary>
    public required bool Meets { get; init; }

    /// <summary>What is in the way, or null.</summary>
    public required string? LimitedBy { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>Copies of the model.</summary>
    public required int Replicas { get; init; }

    /// <summary>Tensor-parallel ranks of one copy, or null.</summary>
    public required int? TensorParallel { get; init; }

    /// <summary>Pipeline stages of one copy, or null.</summary>
    public required int? PipelineParallel { get; init; }

    /// <summary>Whether attention is data-parallel.</summary>
    public required bool DataParallelAttention { get; init; }

    /// <summary>Tokens of cache in one copy.</summary>
    public required long CacheTokens { get; init; }

    /// <summary>Sequences of the whole context that its cache holds at once.</summary>
    public required double? MaximumConcurrency { get; init; }

    /// <summary>Sequences at a time that one copy is told to take.</summary>
    public required int Sequences { get; init; }

    /// <summary>Memory of the fullest GPU, for vLLM and SGLang; or null.</summary>
    public required GpuServingDocument? GpuMemory { get; init; }

    /// <summary>Memory by device, for llama.cpp; or null.</summary>
    public required MemoryDocument? Memory { get; init; }

    /// <summary>What the simulation of one copy gave, or null.</summary>
    public required CapacityOutcomeDocument? Outcome { get; init; }

    /// <summary>Command lines that start it.</summary>
    public required IReadOnlyList<EngineCommandDocument> Commands { get; init; }
}

/// <summary>What one GPU holds.</summary>
/// <param name="WeightsBytes">Weights.</param>
/// <param name="ActivationBytes">Forward pass at its peak, CUDA's context, collectives.</param>
/// <param name="KeptBytes">What the engine leaves alone.</param>
/// <param name="CacheBytes">What is left for the cache; negative where nothing is.</param>
/// <param name="CacheBytesPerToken">Cache of one token.</param>
/// <param name="BlockTokens">Tokens of a block.</param>
/// <param name="MemoryShare">Share of the GPU that the engine is given.</param>
public sealed record GpuServingDocument(
    long WeightsBytes, long ActivationBytes, long KeptBytes, long CacheBytes, long CacheBytesPerToken, int BlockTokens, double MemoryShare);

/// <summary>Times in seconds and rates of the simulation.</summary>
public sealed record CapacityOutcomeDocument
{
    /// <summary>From the question to the first token.</summary>
    public required QuantilesDocument FirstToken { get; init; }

    /// <summary>From the question to the end of the answer.</summary>
    public required QuantilesDocument Answer { get; init; }

    /// <summary>In the queue.</summary>
    public required QuantilesDocument Wait { get; init; }

    /// <summary>Between two tokens.</summary>
    public required QuantilesDocument BetweenTokens { get; init; }

    /// <summary>Times and speeds may be off by this factor either way (80% interval).</summary>
    public required double? IntervalFactor { get; init; }

    /// <summary>Generated tokens per second over all copies.</summary>
    public required double? GenerationTps { get; init; }

    /// <summary>Low end of it.</summary>
    public required double? GenerationTpsLow { get; init; }

    /// <summary>High end of it.</summary>
    public required double? GenerationTpsHigh { get; init; }

    /// <summary>One sequence alone.</summary>
    public required double? SingleTps { get; init; }

    /// <summary>Answers a minute over all copies.</summary>
    public required double? AnswersPerMinute { get; init; }

    /// <summary>Share of the time in which a copy computes.</summary>
    public required double? Utilization { get; init; }

    /// <summary>Sequences at a time in one copy, on average.</summary>
    public required double? MeanSequences { get; init; }

    /// <summary>Sequences at a time in one copy, at most.</summary>
    public required int PeakSequences { get; init; }

    /// <summary>Largest share of the cache in use.</summary>
    public required double? PeakCacheShare { get; init; }

    /// <summary>Answers that were counted.</summary>
    public required int Counted { get; init; }

    /// <summary>Requests refused: prompts longer than the context.</summary>
    public required int Rejected { get; init; }

    /// <summary>Answers cut off at the context's end.</summary>
    public required int Truncated { get; init; }

    /// <summary>Times that a sequence gave way for lack of cache.</summary>
    public required int Preempted { get; init; }

    /// <summary>Whether the copies keep up.</summary>
    public required bool Stable { get; init; }
}

/// <summary>Quantiles of a time in seconds; null where nothing was counted.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="P50">The median.</param>
/// <param name="P95">19 of 20 are below.</param>
/// <param name="P99">99 of 100 are below.</param>
public sealed record QuantilesDocument(double? Mean, double? P50, double? P95, double? P99);

/// <summary>A command line.</summary>
/// <param name="Where">Which node or copy it is for.</param>
/// <param name="Command">The whole line.</param>
/// <param name="Flags">Its flags.</param>
public sealed record EngineCommandDocument(string Where, string Command, IReadOnlyList<EngineFlagDocument> Flags);

/// <summary>A flag.</summary>
/// <param name="Flag">Its name.</param>
/// <param name="Value">Its value; empty for a switch.</param>
/// <param name="Why">Why this figure.</param>
public sealed record EngineFlagDocument(string Flag, string Value, string Why);

using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>The answer: how many nodes, which engine, which flags.</summary>
public sealed record CapacityPlan
{
    /// <summary>What was asked.</summary>
    public required CapacityRequest Request { get; init; }

    /// <summary>The option that meets the goal with the fewest nodes, or null.</summary>
    public CapacityOption? Pick { get; init; }

    /// <summary>Where nothing meets the goal, the option that comes closest; null where nothing even fits.</summary>
    public CapacityOption? Closest { get; init; }

    /// <summary>The best of each engine that was weighed, also of those that do not fit.</summary>
    public required IReadOnlyList<CapacityOption> Options { get; init; }

    /// <summary>What the plan says in a sentence or two.</summary>
    public required BilingualText Explanation { get; init; }

    /// <summary>Mean seconds between an answer and the same person's next question; null for an open stream.</summary>
    public double? ThinkSeconds { get; init; }

    /// <summary>The answer's goal in seconds, and the share of answers that keep to it.</summary>
    public required (double Seconds, double Share) AnswerGoal { get; init; }

    /// <summary>Simulations that were run.</summary>
    public required int Considered { get; init; }
}

/// <summary>One way to serve the team.</summary>
public sealed record CapacityOption
{
    /// <summary>The engine.</summary>
    public required ServingEngine Engine { get; init; }

    /// <summary>Weight format or quantization.</summary>
    public required string Weights { get; init; }

    /// <summary>Bytes of the weights on disk.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Whether one copy fits.</summary>
    public required bool Fits { get; init; }

    /// <summary>Whether the goal is met.</summary>
    public required bool Meets { get; init; }

    /// <summary>What is in the way: <c>hardware</c>, <c>memory</c>, <c>context</c>, <c>throughput</c>, <c>queue</c>, <c>prompt</c>, <c>generation</c>; null when the goal is met.</summary>
    public string? LimitedBy { get; init; }

    /// <summary>Why, in words.</summary>
    public required BilingualText Reason { get; init; }

    /// <summary>How one copy is spread; one GPU group per node for llama-server.</summary>
    public ServingLayout? Layout { get; init; }

    /// <summary>Copies of the model.</summary>
    public int Replicas { get; init; }

    /// <summary>Nodes.</summary>
    public int Nodes { get; init; }

    /// <summary>Memory of one GPU, for vLLM and SGLang.</summary>
    public ServingMemory? Memory { get; init; }

    /// <summary>Memory by device, for llama-server.</summary>
    public MemoryEstimate? Devices { get; init; }

    /// <summary>Tokens of cache in one copy.</summary>
    public long CacheTokens { get; init; }

    /// <summary>Sequences at a time that one copy is told to take.</summary>
    public int Sequences { get; init; }

    /// <summary>What the simulation of one copy gave.</summary>
    public QueueOutcome? Outcome { get; init; }

    /// <summary>One sequence alone, tokens per second.</summary>
    public double SingleTokensPerSecond { get; init; }

    /// <summary>Generated tokens per second over all copies.</summary>
    public double TokensPerSecond => (Outcome?.TokensPerSecond ?? 0) * Replicas;

    /// <summary>Logarithmic half-width of the 80% interval of speeds and times.</summary>
    public double HalfWidth { get; init; }

    /// <summary>The command lines to start it, with the reason of every flag.</summary>
    public IReadOnlyList<EngineCommandLine> Commands { get; init; } = [];
}

/// <summary>A command line of an engine.</summary>
/// <param name="Where">Which node or copy it is for.</param>
/// <param name="Program">What is started, with what comes before the flags.</param>
/// <param name="Flags">Its flags.</param>
public sealed record EngineCommandLine(BilingualText Where, string Program, IReadOnlyList<EngineFlag> Flags)
{
    /// <summary>The whole line.</summary>
    public string Text => string.Join(' ', Flags.Select(f => f.Value.Length == 0 ? f.Name : $"{f.Name} {f.Value}").Prepend(Program));
}

/// <summary>A flag.</summary>
/// <param name="Name">Such as <c>--tensor-parallel-size</c>.</param>
/// <param name="Value">Its value; empty for a switch.</param>
/// <param name="Why">Why this figure.</param>
public sealed record EngineFlag(string Name, string Value, BilingualText Why);

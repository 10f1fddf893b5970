using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>The endpoints that generate.</summary>
internal enum Endpoint
{
    /// <summary><c>/v1/chat/completions</c>.</summary>
    Chat = 0,

    /// <summary><c>/v1/completions</c>.</summary>
    Completions = 1,
}

/// <summary>How a request ended.</summary>
internal enum RequestOutcome
{
    /// <summary>It was answered to its end.</summary>
    Completed = 0,

    /// <summary>The client left.</summary>
    Cancelled = 1,

    /// <summary>Too many waited.</summary>
    Refused = 2,

    /// <summary>It was wrong.</summary>
    Invalid = 3,

    /// <summary>The server failed.</summary>
    Failed = 4,
}

/// <summary>What a server counts of its requests; the engine counts the rest. Thread-safe.</summary>
internal sealed class ServerMetrics
{
    private readonly Lock gate = new();
    private readonly long[,] requests = new long[Enum.GetValues<Endpoint>().Length, Enum.GetValues<RequestOutcome>().Length];
    private long reasoningTokens;

    /// <summary>Seconds from a request to its first token, waiting included.</summary>
    public Histogram FirstToken { get; } = new(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120);

    /// <summary>Seconds that a request waited for a slot.</summary>
    public Histogram Queued { get; } = new(0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300);

    /// <summary>Seconds from a request to its last token.</summary>
    public Histogram Whole { get; } = new(0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800);

    /// <summary>Seconds for each token after the first, a request's mean.</summary>
    public Histogram PerToken { get; } = new(0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2);

    /// <summary>Tokens of reasoning.</summary>
    public long ReasoningTokens
    {
        get
        {
            lock (gate)
            {
                return reasoningTokens;
            }
        }
    }

    /// <summary>Counts a request that has ended.</summary>
    public void Count(Endpoint endpoint, RequestOutcome outcome)
    {
        lock (gate)
        {
            requests[(int)endpoint, (int)outcome]++;
        }
    }

    /// <summary>Requests that ended so.</summary>
    public long CountOf(Endpoint endpoint, RequestOutcome outcome)
    {
        lock (gate)
        {
            return requests[(int)endpoint, (int)outcome];
        }
    }

    /// <summary>Takes the times of a request that was answered.</summary>
    public void Observe(GenerationResult result)
    {
        GenerationTimings timings = result.Timings;
        lock (gate)
        {
            reasoningTokens += result.Usage.ReasoningTokens;
        }

        Queued.Observe(timings.Queued.TotalSeconds);
        Whole.Observe((timings.Queued + timings.Prompt + timings.Generation).TotalSeconds);
        if (timings.FirstToken is { } first)
        {
            FirstToken.Observe(first.TotalSeconds);
        }

        if (timings.TokensPerSecond is { } rate)
        {
            PerToken.Observe(1 / rate);
        }
    }
}

/// <summary>A histogram as Prometheus has them. Thread-safe.</summary>
/// <param name="bounds">The buckets' upper bounds, ascending.</param>
internal sealed class Histogram(params double[] bounds)
{
    private readonly Lock gate = new();
    private readonly long[] counts = new long[bounds.Length + 1];
    private double sum;

    /// <summary>Counts a value.</summary>
    public void Observe(double value)
    {
        int bucket = Array.FindIndex(bounds, bound => value <= bound);
        lock (gate)
        {
            counts[bucket < 0 ? bounds.Length : bucket]++;
            sum += value;
        }
    }

    /// <summary>The buckets, each with the count of all values up to its bound (the last is infinite), and the sum of all values.</summary>
    public (IReadOnlyList<(double Bound, long Count)> Buckets, double Sum) Read()
    {
        var buckets = new (double, long)[counts.Length];
        lock (gate)
        {
            long total = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                buckets[i] = (i < bounds.Length ? bounds[i] : double.PositiveInfinity, total);
            }

            return (buckets, sum);
        }
    }
}

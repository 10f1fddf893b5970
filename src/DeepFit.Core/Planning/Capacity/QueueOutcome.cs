namespace DeepFit.Core.Planning.Capacity;

/// <summary>What people would see, and what the engine does meanwhile. Times in seconds.</summary>
public sealed record QueueOutcome
{
    /// <summary>From the question to the first token (TTFT).</summary>
    public required Quantiles FirstToken { get; init; }

    /// <summary>From the question to the end of the answer, the reasoning counted.</summary>
    public required Quantiles Answer { get; init; }

    /// <summary>From the question to the beginning of its computation.</summary>
    public required Quantiles Wait { get; init; }

    /// <summary>Seconds a token, of each answer on average (TPOT).</summary>
    public required Quantiles TokenSeconds { get; init; }

    /// <summary>Answers per second.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>Generated tokens per second, all sequences together.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Share of the time in which the engine computes.</summary>
    public required double Utilization { get; init; }

    /// <summary>Sequences at a time, on average.</summary>
    public required double MeanSequences { get; init; }

    /// <summary>Sequences at a time, at most.</summary>
    public required int PeakSequences { get; init; }

    /// <summary>The largest share of the cache that was in use.</summary>
    public required double PeakCacheShare { get; init; }

    /// <summary>Seconds that were counted.</summary>
    public required double Seconds { get; init; }

    /// <summary>Answers that were counted.</summary>
    public required int Counted { get; init; }

    /// <summary>Requests that the engine refuses, since their prompt is longer than a sequence may be.</summary>
    public required int Rejected { get; init; }

    /// <summary>Share of the requests that are refused, from 0 to 1; 0 when there were none.</summary>
    public double RejectedShare => Rejected == 0 ? 0 : (double)Rejected / (Counted + Rejected);

    /// <summary>Answers that were cut off at the context's end.</summary>
    public required int Truncated { get; init; }

    /// <summary>Times that a sequence had to give way and was computed anew.</summary>
    public required int Preempted { get; init; }

    /// <summary>Whether the copy keeps up; where it does not, the times above only grow with the length of the run.</summary>
    public required bool Stable { get; init; }
}

/// <summary>Quantiles of a time, in seconds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="P50">Half are below.</param>
/// <param name="P95">19 of 20 are below.</param>
/// <param name="P99">99 of 100 are below.</param>
public sealed record Quantiles(double Mean, double P50, double P95, double P99)
{
    /// <summary>Nothing was counted.</summary>
    public static Quantiles None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>The quantiles of values, each the smallest value that the share does not exceed; all NaN when there are none.</summary>
    public static Quantiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        if (sorted.Length == 0)
        {
            return None;
        }

        Array.Sort(sorted);
        return new Quantiles(sorted.Average(), At(sorted, 0.5), At(sorted, 0.95), At(sorted, 0.99));
    }

    private static double At(double[] sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}

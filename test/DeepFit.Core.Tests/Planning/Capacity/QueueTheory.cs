namespace DeepFit.Core.Tests.Planning.Capacity;

/// <summary>
/// Closed forms of queueing theory (Kleinrock, Queueing Systems, volume 1, 1975): what a simulation has to agree with. Rates in jobs per second, times in seconds.
/// </summary>
internal static class QueueTheory
{
    /// <summary>Mean wait in M/G/1 (Pollaczek and Khinchine): λ E[S²] / 2(1 - ρ).</summary>
    public static double WaitMG1(double arrivals, double meanService, double meanSquare) =>
        arrivals * meanSquare / (2 * (1 - (arrivals * meanService)));

    /// <summary>Share of the jobs that wait in M/M/c (Erlang C).</summary>
    public static double ErlangC(int servers, double load)
    {
        double blocked = 1; // Erlang B, by its recursion
        for (int i = 1; i <= servers; i++)
        {
            blocked = load * blocked / (i + (load * blocked));
        }

        return blocked / (1 - (load / servers * (1 - blocked)));
    }

    /// <summary>Mean wait in M/M/c.</summary>
    public static double WaitMMc(int servers, double arrivals, double meanService) =>
        ErlangC(servers, arrivals * meanService) * meanService / (servers - (arrivals * meanService));

    /// <summary>Mean time in M/M/1 with processor sharing: that of M/M/1, whatever the order.</summary>
    public static double TimeProcessorSharing(double arrivals, double meanService) => meanService / (1 - (arrivals * meanService));

    /// <summary>Throughput of N people with exponential thought and one exponential server (machine repair, M/M/1//N).</summary>
    public static double ThroughputClosed(int people, double think, double service)
    {
        double sum = 0, term = 1;
        for (int waiting = 0; waiting <= people; waiting++)
        {
            sum += term;
            term *= (people - waiting) * service / think;
        }

        return (1 - (1 / sum)) / service;
    }
}

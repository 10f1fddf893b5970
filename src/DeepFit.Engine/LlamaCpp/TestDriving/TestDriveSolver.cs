namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>From the probes' times to the whole model's.</summary>
internal static class TestDriveSolver
{
    /// <summary>The whole model's time and how far the rounds scatter.</summary>
    /// <param name="rounds">Each round's times, one a probe, in seconds.</param>
    /// <param name="weights">What each probe counts for.</param>
    /// <returns>The weighted sum of the probes' medians, and half the distance between the rounds' 10% and 90% quantiles relative to it.</returns>
    public static (double Seconds, double Spread) Solve(IReadOnlyList<double[]> rounds, IReadOnlyList<double> weights)
    {
        double seconds = 0;
        for (int p = 0; p < weights.Count; p++)
        {
            seconds += weights[p] * Quantile([.. rounds.Select(r => r[p])], 0.5);
        }

        double[] sums = [.. rounds.Select(r => r.Select((time, p) => time * weights[p]).Sum())];
        double spread = seconds > 0 ? (Quantile(sums, 0.9) - Quantile(sums, 0.1)) / 2 / seconds : 0;
        return (seconds, spread);
    }

    /// <summary>A quantile, interpolated.</summary>
    public static double Quantile(double[] values, double q)
    {
        Array.Sort(values);
        double at = q * (values.Length - 1);
        int below = (int)at;
        return below + 1 < values.Length ? values[below] + ((at - below) * (values[below + 1] - values[below])) : values[below];
    }
}

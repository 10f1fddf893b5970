using DeepFit.Core.Estimation;

namespace DeepFit.SpeedFit;

/// <summary>What a fit without a device's rows predicts for them: logarithms of predicted over measured speed.</summary>
/// <param name="Row">The measurement.</param>
/// <param name="Kind">Whose interval it takes.</param>
/// <param name="Generation">Of generation, or null.</param>
/// <param name="Prompt">Of prompts, or null.</param>
internal sealed record Held(Measurement Row, string Kind, double? Generation, double? Prompt);

/// <summary>Cross-validation by device: each device's rows are predicted by constants that were fitted without any of them.</summary>
internal static class CrossValidation
{
    public static List<Held> Run(Fitter fitter, IReadOnlyList<Measurement> rows, double[] all)
    {
        string[] groups = [.. rows.Where(r => !r.Unnamed).Select(r => r.Group).Distinct()];
        var held = new List<Held>[groups.Length];
        Parallel.For(0, groups.Length, g =>
        {
            Measurement[] rest = [.. rows.Where(r => r.Group != groups[g])];
            SpeedConstants constants = fitter.Constants(fitter.Fit(rest, all));
            held[g] =
            [
                .. rows.Where(r => r.Group == groups[g]).Select(r =>
                {
                    (double? generation, double? prompt) = Fitter.Residuals(r, constants);
                    return new Held(r, r.Predict(constants).Kind, generation, prompt);
                }),
            ];
        });
        return [.. held.SelectMany(h => h)];
    }
}

/// <summary>Ends of an 80% interval: logarithms of measured over predicted speed.</summary>
internal readonly record struct Interval(double Low, double High);

/// <summary>
/// Intervals from the residuals of cross-validation. The levels of the quantiles are moved outwards by (n + 1) / n for n devices, as in conformal prediction, since the
/// next device is one more of them.
/// </summary>
internal static class Intervals
{
    /// <summary>Fewest devices that speak for themselves; with fewer, the residuals of all count too.</summary>
    public const int FewestGroups = 6;

    /// <summary>How much wider an interval is where fewer devices speak for it, for what they do not know.</summary>
    private const double FewDevices = 1.3;

    /// <summary>No interval is narrower than this either way: what repeated measurements of one machine differ by.</summary>
    private const double Least = 0.06;

    /// <summary>The interval of a kind.</summary>
    /// <param name="held">Residuals.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="of">Generation or prompt.</param>
    public static Interval Of(IReadOnlyList<Held> held, string kind, Func<Held, double?> of)
    {
        Held[] own = [.. held.Where(h => h.Kind == kind && of(h) is not null)];
        bool enough = own.Select(h => h.Row.Group).Distinct().Count() >= FewestGroups;
        Held[] used = enough ? own : [.. own, .. own, .. held.Where(h => h.Kind != kind && of(h) is not null)];
        Dictionary<string, double> weights = used.GroupBy(h => h.Row.Group).ToDictionary(g => g.Key, g => 1 / Math.Sqrt(g.Count()));
        (double Value, double Weight)[] sorted = [.. used.Select(h => (-of(h)!.Value, weights[h.Row.Group])).OrderBy(p => p.Item1)];
        double groups = weights.Count, level = Math.Min(1, 0.9 * (groups + 1) / groups);
        double wider = enough ? 1 : FewDevices;
        return new Interval(Math.Min(-Least, wider * Quantile(sorted, 1 - level)), Math.Max(Least, wider * Quantile(sorted, level)));
    }

    /// <summary>Weighted quantile.</summary>
    public static double Quantile((double Value, double Weight)[] sorted, double p)
    {
        double total = sorted.Sum(s => s.Weight), sum = 0;
        foreach ((double value, double weight) in sorted)
        {
            sum += weight;
            if (sum >= p * total)
            {
                return value;
            }
        }

        return sorted[^1].Value;
    }
}

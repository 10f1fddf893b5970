using System.Globalization;
using DeepFit.Core.Estimation;

namespace DeepFit.SpeedFit;

/// <summary>What cross-validation came to, against the targets.</summary>
internal sealed class Report
{
    private static readonly (string Name, string Category, bool Prompt, double Median, double? Ninety)[] Targets =
    [
        ("generation, one GPU", "gpu", false, 0.10, 0.25),
        ("generation, several GPUs and partial offload", "several", false, 0.20, null),
        ("generation, CPU platforms", "cpu", false, 0.20, null),
        ("generation, 671b", "671b", false, 0.25, null),
        ("prompts", "", true, 0.25, null),
    ];

    private readonly List<Held> held;
    private readonly Measurement[] rows;
    private readonly SpeedConstants constants;
    private readonly bool each;

    public Report(List<Held> held, Measurement[] rows, SpeedConstants constants, bool each)
    {
        this.held = held;
        this.rows = rows;
        this.constants = constants;
        this.each = each;
    }

    /// <summary>Whether every target is met; known after <see cref="Write"/>.</summary>
    public bool Passed { get; private set; } = true;

    public void Write(TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Length} measurements; cross-validated by device, {held.Select(h => h.Row.Group).Distinct().Count()} devices."));
        if (each)
        {
            foreach (Held h in held.OrderBy(h => h.Row.Category, StringComparer.Ordinal).ThenBy(h => h.Row.Group, StringComparer.Ordinal))
            {
                to.WriteLine($"  {h.Row.Category,-8}{h.Row} generation {Percent(h.Generation)} prompt {Percent(h.Prompt)}{(h.Row.Checked ? "" : "  (fit only)")}");
            }
        }

        to.WriteLine("Off by, of devices not seen (the absolute error of the speed, relative to the measured):");
        foreach ((string name, string category, bool prompt, double median, double? ninety) in Targets)
        {
            Held[] of = [.. held.Where(h => h.Row.Checked && (category.Length == 0 || h.Row.Category == category) && Value(h, prompt) is not null)];
            double[] errors = [.. of.Select(h => Math.Abs(Math.Exp(Value(h, prompt)!.Value) - 1)).Order()];
            double middle = Quantile(errors, 0.5), high = Quantile(errors, 0.9);
            bool met = middle <= median && (ninety is null || high <= ninety);
            Passed &= met;
            string limit = ninety is { } n ? $"at most {median:P0} and {n:P0}" : $"at most {median:P0}";
            to.WriteLine($"  {name,-46} {of.Length,3} rows of {of.Select(h => h.Row.Group).Distinct().Count(),2} devices: median {middle:P1}, 90% within {high:P1} ({limit}: {(met ? "met" : "MISSED")})");
        }

        Coverage(to, "generation", h => h.Generation);
        Coverage(to, "prompts", h => h.Prompt);
        double[] rule = [.. rows.Where(r => r is { Category: "gpu", Checked: true, GenerationTps: not null } && r.RuleTps is not null).Select(r => Math.Abs((r.RuleTps!.Value / r.GenerationTps!.Value) - 1)).Order()];
        to.WriteLine($"For comparison, bandwidth over file size: generation, one GPU, median {Quantile(rule, 0.5):P1}, 90% within {Quantile(rule, 0.9):P1}");
        to.WriteLine($"In the sample: generation, one GPU, median {Quantile([.. rows.Where(r => r is { Category: "gpu", Checked: true, GenerationTps: not null }).Select(r => Math.Abs(Math.Exp(Fitter.Residuals(r, constants).Generation!.Value) - 1)).Order()], 0.5):P1}");
    }

    /// <summary>Share of the points inside an interval that was made without their device.</summary>
    private void Coverage(TextWriter to, string name, Func<Held, double?> of)
    {
        int inside = 0, count = 0;
        var points = new List<(string Kind, bool Inside)>();
        foreach (IGrouping<string, Held> group in held.Where(h => h.Row.Checked && of(h) is not null).GroupBy(h => h.Row.Group))
        {
            Held[] others = [.. held.Where(h => h.Row.Group != group.Key)];
            foreach (Held h in group)
            {
                Interval interval = Intervals.Of(others, h.Kind, of);
                double residual = -of(h)!.Value;
                count++;
                bool holds = residual >= interval.Low && residual <= interval.High;
                inside += holds ? 1 : 0;
                points.Add((h.Kind, holds));
            }
        }

        if (each)
        {
            foreach (IGrouping<string, (string Kind, bool Inside)> kind in points.GroupBy(p => p.Kind))
            {
                to.WriteLine($"  {name}, {kind.Key}: {kind.Count(p => p.Inside)} of {kind.Count()} points inside");
            }
        }

        double share = (double)inside / count;
        bool met = share is >= 0.72 and <= 0.88;
        Passed &= met;
        to.WriteLine($"80% intervals, made without the device, hold {share:P0} of {count} points of {name} (72% to 88%: {(met ? "met" : "MISSED")})");
    }

    private static double? Value(Held h, bool prompt) => prompt ? h.Prompt : h.Generation;

    private static string Percent(double? logarithm) => logarithm is { } l ? (Math.Exp(l) - 1).ToString("+0%;-0%;0%", CultureInfo.InvariantCulture).PadLeft(5) : "    -";

    private static double Quantile(double[] sorted, double p)
    {
        if (sorted.Length == 0)
        {
            return 0;
        }

        double at = p * (sorted.Length - 1);
        int below = (int)at;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (at - below));
    }
}

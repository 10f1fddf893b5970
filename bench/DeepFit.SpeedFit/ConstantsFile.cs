using System.Globalization;
using System.Text;
using DeepFit.Core.Estimation;

namespace DeepFit.SpeedFit;

/// <summary>The file of constants, as it is shipped or as a fit gives it.</summary>
internal sealed class ConstantsFile
{
    private static readonly string[] Columns = ["section", "key", "name", "value", "kind", "source"];
    private readonly List<string[]> rows;

    private ConstantsFile(List<string[]> rows) => this.rows = rows;

    /// <summary>Constants that follow another one: kind <c>like X</c>.</summary>
    public IReadOnlyList<Follower> Followers =>
        [.. rows.Where(r => r[4].StartsWith("like ", StringComparison.Ordinal)).Select(r => new Follower(r[0], r[1], r[2], r[4]["like ".Length..]))];

    public static ConstantsFile Shipped()
    {
        EmbeddedTable table = EmbeddedTable.Load("speed_constants.csv");
        return new ConstantsFile([.. Enumerable.Range(0, table.Count).Select(i => Columns.Select(c => table.Text(i, c)).ToArray())]);
    }

    /// <summary>The same with what a fit gives.</summary>
    public ConstantsFile With(Parameter[] parameters, double[] fit, IReadOnlyList<Held> held, IReadOnlyList<Measurement> measurements)
    {
        var values = new Dictionary<(string, string, string), (double Value, string Source)>();
        string from = $"bench/DeepFit.SpeedFit: {measurements.Count} rows of {measurements.Select(m => m.Group).Distinct().Count()} devices";
        for (int i = 0; i < parameters.Length; i++)
        {
            Parameter p = parameters[i];
            values[(p.Section, p.Key, p.Name)] = (Math.Exp(fit[i]), string.Create(CultureInfo.InvariantCulture, $"{from}; prior {p.Prior:G3}"));
        }

        foreach (Follower follower in Followers)
        {
            values[(follower.Section, follower.Key, follower.Name)] = values[(follower.Section, follower.Of, follower.Name)];
        }

        foreach (string kind in rows.Where(r => r[0] == "interval").Select(r => r[1]).Distinct())
        {
            Interval generation = Intervals.Of(held, kind, h => h.Generation), prompt = Intervals.Of(held, kind, h => h.Prompt);
            string source = $"bench/DeepFit.SpeedFit: residuals of cross-validation, {held.Count(h => h.Kind == kind)} rows of {held.Where(h => h.Kind == kind).Select(h => h.Row.Group).Distinct().Count()} devices of this kind";
            values[("interval", kind, "generation_low")] = (generation.Low, source);
            values[("interval", kind, "generation_high")] = (generation.High, source);
            values[("interval", kind, "prompt_low")] = (prompt.Low, source);
            values[("interval", kind, "prompt_high")] = (prompt.High, source);
        }

        return new ConstantsFile(
        [
            .. rows.Select(r => (r[4] == "fitted" || r[4].StartsWith("like ", StringComparison.Ordinal)) && values.TryGetValue((r[0], r[1], r[2]), out (double Value, string Source) v)
                ? [r[0], r[1], r[2], v.Value.ToString("G4", CultureInfo.InvariantCulture), r[4], v.Source]
                : r),
        ]);
    }

    /// <summary>Whether another file's values are the same within 2% (intervals: 0.02).</summary>
    public bool SameAs(ConstantsFile other, out string difference)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            double a = double.Parse(rows[i][3], CultureInfo.InvariantCulture), b = double.Parse(other.rows[i][3], CultureInfo.InvariantCulture);
            bool same = rows[i][0] == "interval" ? Math.Abs(a - b) < 0.02 : Math.Abs(a - b) <= 0.02 * Math.Abs(b);
            if (!same)
            {
                difference = $"{rows[i][0]},{rows[i][1]},{rows[i][2]} is {b} and should be {a}";
                return false;
            }
        }

        difference = string.Empty;
        return true;
    }

    public override string ToString()
    {
        var text = new StringBuilder(string.Join(',', Columns)).Append('\n');
        foreach (string[] row in rows)
        {
            text.AppendJoin(',', row.Select(cell => cell.Contains(',') || cell.Contains('"') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell)).Append('\n');
        }

        return text.ToString();
    }
}

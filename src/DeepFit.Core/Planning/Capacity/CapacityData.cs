using DeepFit.Core.Estimation;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>The constants of capacity planning, from <c>Data/capacity_constants.csv</c>, each marked as a fact with its source, as this project's assumption, or as fitted.</summary>
internal sealed class CapacityData
{
    private static readonly Lazy<CapacityData> Lazily = new(() => new CapacityData(EmbeddedTable.Load("capacity_constants.csv")));
    private readonly Dictionary<(string Section, string Key, string Name), double> values = [];

    /// <summary>Reads a table of constants.</summary>
    /// <param name="table">With the columns <c>section key name value</c>.</param>
    internal CapacityData(EmbeddedTable table)
    {
        for (int i = 0; i < table.Count; i++)
        {
            values.Add((table.Text(i, "section"), table.Text(i, "key"), table.Text(i, "name")), table.Number(i, "value"));
        }
    }

    /// <summary>The shipped constants.</summary>
    public static CapacityData Default => Lazily.Value;

    /// <summary>A constant.</summary>
    /// <exception cref="KeyNotFoundException">It is not in the file.</exception>
    public double Get(string section, string key, string name) => values[(section, key, name)];

    /// <summary>A constant, or null.</summary>
    public double? Find(string section, string key, string name) => values.TryGetValue((section, key, name), out double value) ? value : null;

    /// <summary>The same constants with one changed: what the derivation of the fitted ones turns.</summary>
    internal CapacityData With(string section, string key, string name, double value)
    {
        var changed = new CapacityData(values);
        changed.values[(section, key, name)] = value;
        return changed;
    }

    private CapacityData(Dictionary<(string Section, string Key, string Name), double> values) => this.values = new(values);
}

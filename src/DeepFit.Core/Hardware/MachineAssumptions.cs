using System.Globalization;
using DeepFit.Core.Estimation;

namespace DeepFit.Core.Hardware;

/// <summary>What is taken of a machine where its description is silent, from <c>Data/machine_assumptions.csv</c>; each with its reason, and always said.</summary>
internal static class MachineAssumptions
{
    private static readonly Lazy<Dictionary<string, string>> s_values = new(() =>
    {
        EmbeddedTable table = EmbeddedTable.Load("machine_assumptions.csv");
        return Enumerable.Range(0, table.Count).ToDictionary(row => table.Text(row, "name"), row => table.Text(row, "value"), StringComparer.Ordinal);
    });

    /// <summary>A number.</summary>
    /// <exception cref="KeyNotFoundException">It is not in the file.</exception>
    public static double Number(string name) => double.Parse(s_values.Value[name], NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A number, or null when there is none of that name.</summary>
    public static double? Find(string name) => s_values.Value.ContainsKey(name) ? Number(name) : null;

    /// <summary>A kind of memory.</summary>
    /// <exception cref="KeyNotFoundException">It is not in the file.</exception>
    public static MemoryKind Memory(string name) =>
        MemoryKind.TryParse(s_values.Value[name]) ?? throw new FormatException($"machine_assumptions.csv: {name} is no kind of memory");
}

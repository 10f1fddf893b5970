using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports;

/// <summary>Images, ports, headroom and waits of exported files, from <c>Data/export_defaults.csv</c>: each a fact with its source, or an assumption marked as one.</summary>
internal static class ExportDefaults
{
    private static readonly Lazy<Dictionary<string, string>> Rows = new(Load);

    /// <summary>The text of a row.</summary>
    /// <exception cref="KeyNotFoundException">There is no such row.</exception>
    public static string Text(string section, string key) => Rows.Value[$"{section}/{key}"];

    /// <summary>The text of a row, or null.</summary>
    public static string? Find(string section, string key) => Rows.Value.GetValueOrDefault($"{section}/{key}");

    /// <summary>The number in a row.</summary>
    public static double Number(string section, string key) => double.Parse(Text(section, key), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The whole number in a row.</summary>
    public static int Whole(string section, string key) => int.Parse(Text(section, key), CultureInfo.InvariantCulture);

    /// <summary>GiB of a row, as bytes.</summary>
    public static ByteSize GiB(string key) => ByteSize.FromGiB(Number("memory", key));

    private static Dictionary<string, string> Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("export_defaults.csv");
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < table.Count; i++)
        {
            rows.Add($"{table.Text(i, "section")}/{table.Text(i, "key")}", table.Text(i, "value"));
        }

        return rows;
    }
}

using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>Whole computers and cloud instances by name, from <c>Data/systems.csv</c>. Nothing is read before the first look-up.</summary>
public sealed class SystemCatalog
{
    private static readonly Lazy<SystemCatalog> s_default = new(() => new SystemCatalog(EmbeddedTable.Load("systems.csv")));

    private SystemCatalog(EmbeddedTable table)
    {
        table.Require("systems.csv", "name", "cpu", "gpu", "memory_gb", "kind");
        Systems = [.. Enumerable.Range(0, table.Count).Select(row => Read(table, row))];
    }

    /// <summary>The catalogue that ships with DeepFit; loaded at the first use.</summary>
    public static SystemCatalog Default => s_default.Value;

    /// <summary>Every system, in the file's order.</summary>
    public IReadOnlyList<SystemSpecification> Systems { get; }

    /// <summary>Reads a catalogue from CSV with the header of <c>Data/systems.csv</c>.</summary>
    /// <exception cref="FormatException">A column is missing, or a figure is not a number.</exception>
    public static SystemCatalog Parse(string csv) => new(EmbeddedTable.Parse(csv, "systems.csv"));

    private static SystemSpecification Read(EmbeddedTable table, int row) => new()
    {
        Name = table.Text(row, "name"),
        Aliases = table.List(row, "aliases", ';'),
        Cpu = table.TextOrNull(row, "cpu"),
        CpuCores = (int?)table.NumberOrNull(row, "cpu_cores"),
        CpuThreads = (int?)table.NumberOrNull(row, "cpu_threads"),
        Gpu = table.TextOrNull(row, "gpu"),
        GpuCount = (int?)table.NumberOrNull(row, "gpu_count") ?? 1,
        MemorySizes = [.. table.List(row, "memory_gb", '/').Select(size => double.Parse(size, NumberStyles.Float, CultureInfo.InvariantCulture))],
        Bandwidth = table.NumberOrNull(row, "bandwidth_gb_s") is { } rate ? ByteRate.FromGBPerSecond(rate) : null,
        BandwidthSource = table.TextOrNull(row, "bandwidth_source"),
        Kind = table.Text(row, "kind"),
        Source = table.TextOrNull(row, "source"),
    };
}

using DeepFit.Core.Estimation;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>Cores, memory and SIMD levels of known processors, from <c>Data/cpus.csv</c>. Nothing is read before the first look-up.</summary>
public sealed class CpuCatalog
{
    private static readonly Lazy<CpuCatalog> s_default = new(() => new CpuCatalog(EmbeddedTable.Load("cpus.csv")));

    private readonly Dictionary<string, CpuSpecification> _byName = new(StringComparer.OrdinalIgnoreCase);

    private CpuCatalog(EmbeddedTable table)
    {
        table.Require("cpus.csv", "name", "vendor", "cores", "threads", "simd", "kind");
        Cpus = [.. Enumerable.Range(0, table.Count).Select(row => Read(table, row))];
        foreach (CpuSpecification cpu in Cpus)
        {
            foreach (string name in cpu.Aliases.Prepend(cpu.Name))
                _byName.TryAdd(name, cpu);
        }
    }

    /// <summary>The catalogue that ships with DeepFit; loaded at the first use.</summary>
    public static CpuCatalog Default => s_default.Value;

    /// <summary>Every processor, in the file's order.</summary>
    public IReadOnlyList<CpuSpecification> Cpus { get; }

    /// <summary>Reads a catalogue from CSV with the header of <c>Data/cpus.csv</c>.</summary>
    /// <exception cref="FormatException">A column is missing, or a figure is not a number.</exception>
    public static CpuCatalog Parse(string csv) => new(EmbeddedTable.Parse(csv, "cpus.csv"));

    /// <summary>The processor of this exact name or alias, in any case; null when there is none.</summary>
    public CpuSpecification? Find(string name) => _byName.GetValueOrDefault(name.Trim());

    private static CpuSpecification Read(EmbeddedTable table, int row) => new()
    {
        Name = table.Text(row, "name"),
        Vendor = table.Text(row, "vendor"),
        Aliases = table.List(row, "aliases", ';'),
        Cores = (int)table.Number(row, "cores"),
        Threads = (int)table.Number(row, "threads"),
        PerformanceCores = (int?)table.NumberOrNull(row, "p_cores"),
        EfficiencyCores = (int?)table.NumberOrNull(row, "e_cores"),
        MaxMhz = table.NumberOrNull(row, "max_mhz"),
        MemoryChannels = table.NumberOrNull(row, "memory_channels"),
        Memory = [.. table.List(row, "memory", ';').Select(kind => MemoryKind.TryParse(kind) ?? throw new FormatException($"cpus.csv: '{kind}' is no kind of memory"))],
        Bandwidth = table.NumberOrNull(row, "bandwidth_gb_s") is { } rate ? ByteRate.FromGBPerSecond(rate) : null,
        BandwidthSource = table.TextOrNull(row, "bandwidth_source"),
        Simd = table.List(row, "simd", ' '),
        SimdSource = table.TextOrNull(row, "simd_source"),
        IntegratedGpu = table.TextOrNull(row, "igpu"),
        Kind = table.Text(row, "kind"),
        MaxSockets = (int?)table.NumberOrNull(row, "max_sockets") ?? 1,
        Source = table.TextOrNull(row, "source"),
    };
}

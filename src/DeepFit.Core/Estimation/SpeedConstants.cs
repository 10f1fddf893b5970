using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;

namespace DeepFit.Core.Estimation;

/// <summary>The few constants of the speed model, from <c>Data/speed_constants.csv</c>; a test derives those marked so from <c>Data/speed_calibration.csv</c>.</summary>
internal sealed class SpeedConstants
{
    private static readonly Lazy<SpeedConstants> Lazily = new(() => new SpeedConstants(EmbeddedTable.Load("speed_constants.csv")));
    private readonly Dictionary<(string Section, string Key, string Name), double> values = [];
    private readonly List<(string Kind, string Part)> names = [];
    private readonly double[] cpuCost = new double[64];

    private SpeedConstants(EmbeddedTable table)
    {
        for (int i = 0; i < table.Count; i++)
        {
            string section = table.Text(i, "section");
            if (section == "name")
            {
                names.Add((table.Text(i, "key"), table.Text(i, "name")));
                continue;
            }

            values.Add((section, table.Text(i, "key"), table.Text(i, "name")), table.Number(i, "value"));
        }

        double other = values[("cpu-type", "other", "cost")];
        for (int i = 0; i < cpuCost.Length; i++)
        {
            cpuCost[i] = values.TryGetValue(("cpu-type", ((GgmlType)i).ToString(), "cost"), out double cost) ? cost : other;
        }
    }

    /// <summary>The shipped constants.</summary>
    public static SpeedConstants Default => Lazily.Value;

    /// <summary>How much longer a type's arithmetic takes on a CPU than Q4_K's.</summary>
    public double CpuCost(GgmlType type) => (uint)type < (uint)cpuCost.Length ? cpuCost[(int)type] : cpuCost[(int)GgmlType.F32];

    /// <summary>A constant.</summary>
    /// <exception cref="KeyNotFoundException">It is not in the file.</exception>
    public double Get(string section, string key, string name) => values[(section, key, name)];

    /// <summary>A constant, or null.</summary>
    public double? Find(string section, string key, string name) => values.TryGetValue((section, key, name), out double value) ? value : null;

    /// <summary>The kind of a device: which row of constants is its own.</summary>
    public string KindOf(GpuDevice gpu)
    {
        foreach ((string kind, string part) in names)
        {
            if (gpu.Name.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return gpu.Vendor switch
        {
            "apple" => "apple",
            _ when gpu.Unified => "igpu",
            "nvidia" => "nvidia",
            "amd" => "amd",
            _ => "other",
        };
    }

    /// <summary>GFLOPS of one core with Q4_K blocks, by the strongest SIMD level that is listed.</summary>
    public double GflopsPerCore(IReadOnlyList<string> simd)
    {
        double best = values[("cpu-core", "none", "gflops")];
        for (int i = 0; i < simd.Count; i++)
        {
            if (values.TryGetValue(("cpu-core", simd[i], "gflops"), out double gflops) && gflops > best)
            {
                best = gflops;
            }
        }

        return best;
    }
}

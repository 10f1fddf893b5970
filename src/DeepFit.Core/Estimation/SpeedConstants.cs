using System.Runtime.CompilerServices;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;

namespace DeepFit.Core.Estimation;

/// <summary>
/// The constants of the speed model, from <c>Data/speed_constants.csv</c>. Those marked <c>fitted</c> are written by <c>bench/DeepFit.SpeedFit</c> from the
/// published measurements that lie beside it. Immutable; safe for any number of threads.
/// </summary>
internal sealed class SpeedConstants
{
    private static readonly Lazy<SpeedConstants> Lazily = new(() => new SpeedConstants(Read(EmbeddedTable.Load("speed_constants.csv"))));
    private readonly Dictionary<(string Section, string Key, string Name), double> values;
    private readonly (string Class, string Part)[] names;
    private readonly Dictionary<string, string> classes = new(StringComparer.Ordinal);
    private readonly double[] cpuCost;
    private readonly double[] cpuPromptCost;
    private readonly double[] gpuCost;
    private readonly ConditionalWeakTable<ModelLayout, SpeedLayout> layouts;

    private SpeedConstants(Dictionary<(string Section, string Key, string Name), double> values, SpeedConstants? sameTypes = null)
    {
        this.values = values;
        names = [.. values.Keys.Where(k => k.Section == "name").Select(k => (k.Key, k.Name))];
        foreach ((string _, string architecture, string of) in values.Keys.Where(k => k.Section == "class"))
        {
            classes[architecture] = of;
        }

        cpuCost = Costs("cpu-type", "cost");
        cpuPromptCost = Costs("cpu-type", "prompt_cost");
        gpuCost = Costs("gpu-type", "cost");
        bool same = sameTypes is not null && cpuCost.AsSpan().SequenceEqual(sameTypes.cpuCost) && cpuPromptCost.AsSpan().SequenceEqual(sameTypes.cpuPromptCost)
            && gpuCost.AsSpan().SequenceEqual(sameTypes.gpuCost);
        layouts = same ? sameTypes!.layouts : [];
    }

    /// <summary>The shipped constants.</summary>
    public static SpeedConstants Default => Lazily.Value;

    /// <summary>The same with other values: what a fit tries.</summary>
    public SpeedConstants With(IEnumerable<KeyValuePair<(string Section, string Key, string Name), double>> others)
    {
        var changed = new Dictionary<(string, string, string), double>(values);
        foreach (KeyValuePair<(string, string, string), double> other in others)
        {
            changed[other.Key] = other.Value;
        }

        return new SpeedConstants(changed, this);
    }

    /// <summary>How much longer a type's arithmetic takes on a CPU than Q4_K's, when one token is generated.</summary>
    public double CpuCost(GgmlType type) => Cost(cpuCost, type);

    /// <summary>The same in prompts; only a calibration tells the two apart.</summary>
    public double CpuPromptCost(GgmlType type) => Cost(cpuPromptCost, type);

    /// <summary>The same on a GPU, when one token is generated.</summary>
    public double GpuCost(GgmlType type) => Cost(gpuCost, type);

    /// <summary>A layout's sums with these costs, computed once.</summary>
    public SpeedLayout Layout(ModelLayout layout) => layouts.GetValue(layout, l => new SpeedLayout(l, this));

    /// <summary>A constant.</summary>
    /// <exception cref="KeyNotFoundException">It is not in the file.</exception>
    public double Get(string section, string key, string name) => values[(section, key, name)];

    /// <summary>A constant, or null.</summary>
    public double? Find(string section, string key, string name) => values.TryGetValue((section, key, name), out double value) ? value : null;

    /// <summary>The class of a device, whose constants are its own: by its name where that decides, else by its architecture, else by its maker.</summary>
    public string ClassOf(GpuDevice gpu)
    {
        foreach ((string of, string part) in names)
        {
            if (gpu.Name.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return of;
            }
        }

        if (gpu.Architecture is { } architecture && classes.TryGetValue(architecture, out string? known))
        {
            return known == "intel" && gpu.Unified ? "intel-igpu" : known;
        }

        return gpu.Vendor switch
        {
            "apple" => "apple",
            "intel" when gpu.Unified => "intel-igpu",
            _ when gpu.Unified => "igpu",
            "nvidia" => "nvidia",
            "amd" => "amd",
            _ => "other",
        };
    }

    /// <summary>GFLOPS of one core with Q4_K blocks, by the strongest SIMD level that is listed.</summary>
    /// <param name="simd">The levels.</param>
    /// <param name="matrixUnits">Whether matrix units count: a product with a single vector, as generation is, does not use them.</param>
    public double GflopsPerCore(IReadOnlyList<string> simd, bool matrixUnits = true)
    {
        double best = values[("cpu-core", "none", "gflops")];
        for (int i = 0; i < simd.Count; i++)
        {
            if ((matrixUnits || !simd[i].StartsWith("amx", StringComparison.Ordinal)) && values.TryGetValue(("cpu-core", simd[i], "gflops"), out double gflops) && gflops > best)
            {
                best = gflops;
            }
        }

        return best;
    }

    private static double Cost(double[] costs, GgmlType type) => (uint)type < (uint)costs.Length ? costs[(int)type] : costs[(int)GgmlType.F32];

    private static Dictionary<(string, string, string), double> Read(EmbeddedTable table)
    {
        var values = new Dictionary<(string, string, string), double>(table.Count);
        for (int i = 0; i < table.Count; i++)
        {
            values.Add((table.Text(i, "section"), table.Text(i, "key"), table.Text(i, "name")), table.Number(i, "value"));
        }

        return values;
    }

    private double[] Costs(string section, string name)
    {
        var costs = new double[64];
        double other = Find(section, "other", name) ?? values[(section, "other", "cost")];
        for (int i = 0; i < costs.Length; i++)
        {
            string type = ((GgmlType)i).ToString();
            costs[i] = Find(section, type, name) ?? Find(section, type, "cost") ?? other;
        }

        return costs;
    }
}

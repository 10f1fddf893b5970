using System.Globalization;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>Tells performance cores from efficiency cores, and finds the highest clock.</summary>
internal static class LinuxHybridCores
{
    // Below these parts of the strongest core a core counts as an efficiency core. Capacity (the kernel's 0..1024) already holds both design and clock:
    // Cortex-A55 beside A76 is about 0.4, a mid core beside a prime core about 0.8. Clock alone is a weaker hint: compact cores (Zen 4c, Zen 5c) stay below 0.75
    // of the classic ones, while favoured cores of one design differ by at most a tenth.
    private const double EfficiencyCapacity = 0.6;
    private const double EfficiencyClock = 0.8;

    // Beyond this no hybrid processor exists, and asking each core for its clock would cost milliseconds.
    private const int MaxHybridCores = 64;

    /// <summary>Physical cores of both kinds (null when all are alike), and the highest clock in MHz (null when unknown).</summary>
    internal static (int? Performance, int? Efficiency, double? MaxMhz) Read(IProbeHost host, LinuxTopology topology)
    {
        List<int> first = [.. topology.Cores.Select(core => core[0])];
        bool many = first.Count > MaxHybridCores;
        Dictionary<int, double> clocks = Values(host, many ? first[..1] : first, "cpufreq/cpuinfo_max_freq");
        double? maxMhz = clocks.Count > 0 ? clocks.Values.Max() / 1000 : null;

        SortedSet<int> efficient = CpuList.Parse(host.ReadFile("/sys/devices/cpu_atom/cpus"));
        efficient.UnionWith(CpuList.Parse(host.ReadFile("/sys/devices/cpu_lowpower/cpus")));
        if (efficient.Count > 0)
            return Split(first, efficient.Contains, maxMhz);
        if (many)
            return (null, null, maxMhz);

        Dictionary<int, double> capacities = Values(host, first, "cpu_capacity");
        if (capacities.Count == first.Count)
            return Split(first, number => capacities[number] < EfficiencyCapacity * capacities.Values.Max(), maxMhz);
        return clocks.Count == first.Count
            ? Split(first, number => clocks[number] < EfficiencyClock * clocks.Values.Max(), maxMhz)
            : (null, null, maxMhz);
    }

    private static (int? Performance, int? Efficiency, double? MaxMhz) Split(List<int> cores, Func<int, bool> isEfficient, double? maxMhz)
    {
        int efficient = cores.Count(isEfficient);
        return efficient == 0 || efficient == cores.Count ? (null, null, maxMhz) : (cores.Count - efficient, efficient, maxMhz);
    }

    private static Dictionary<int, double> Values(IProbeHost host, List<int> cpus, string file)
    {
        Dictionary<int, double> values = [];
        foreach (int number in cpus)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{LinuxTopology.CpuFolder}/cpu{number}/{file}");
            if (ProbeLine.Number(host.ReadFile(path)) is not long value || value <= 0)
                break; // Where the first has none, the others have none.
            values[number] = value;
        }

        return values;
    }
}

using System.Globalization;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>Which logical processors this process may use, and which of them are one physical core.</summary>
internal sealed class LinuxTopology
{
    internal const string CpuFolder = "/sys/devices/system/cpu";

    private LinuxTopology(IReadOnlyList<int> usable, IReadOnlyList<IReadOnlyList<int>> cores)
    {
        Usable = usable;
        Cores = cores;
    }

    /// <summary>Logical processors that this process may use, ascending; at least one.</summary>
    internal IReadOnlyList<int> Usable { get; }

    /// <summary>The same, grouped by physical core.</summary>
    internal IReadOnlyList<IReadOnlyList<int>> Cores { get; }

    /// <summary>Reads the topology.</summary>
    /// <param name="host">Where to look.</param>
    /// <param name="info">What <c>/proc/cpuinfo</c> said.</param>
    internal static LinuxTopology Read(IProbeHost host, LinuxCpuInfo info)
    {
        SortedSet<int> usable = CpuList.Parse(host.ReadFile(CpuFolder + "/online"));
        if (usable.Count == 0)
            usable.UnionWith(info.Processors.Select(p => p.Number));

        // The mask holds taskset's and the cpuset's restrictions, a container's too.
        SortedSet<int> allowed = CpuList.Parse(StatusLine(host.ReadFile("/proc/self/status"), "Cpus_allowed_list"));
        if (usable.Count == 0)
            usable = allowed;
        else if (allowed.Overlaps(usable))
            usable.IntersectWith(allowed);
        if (usable.Count == 0)
            usable = [.. Enumerable.Range(0, Environment.ProcessorCount)];
        return new LinuxTopology([.. usable], Group(host, info, usable));
    }

    /// <summary>The value of a line <c>Key: value</c> of <c>/proc/self/status</c>, or null.</summary>
    internal static string? StatusLine(string? text, string key)
    {
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (ProbeLine.TryKeyValue(line, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value) && name.SequenceEqual(key))
                return value.ToString();
        }

        return null;
    }

    private static List<IReadOnlyList<int>> Group(IProbeHost host, LinuxCpuInfo info, SortedSet<int> usable)
    {
        // x86 says it all in one file. lxcfs may show fewer processors, renumbered: then that file does not speak of ours.
        Dictionary<int, LinuxProcessor> known = [];
        foreach (LinuxProcessor processor in info.Processors)
            known[processor.Number] = processor;
        if (usable.All(number => known.TryGetValue(number, out LinuxProcessor? p) && p.Core is not null && p.Package is not null))
            return [.. usable.GroupBy(number => (known[number].Package, known[number].Core)).Select(g => (IReadOnlyList<int>)[.. g])];

        List<IReadOnlyList<int>> cores = [];
        HashSet<int> placed = [];
        foreach (int number in usable)
        {
            if (placed.Contains(number))
                continue;
            string folder = string.Create(CultureInfo.InvariantCulture, $"{CpuFolder}/cpu{number}/topology");
            SortedSet<int> siblings = CpuList.Parse(host.ReadFile(folder + "/thread_siblings_list") ?? host.ReadFile(folder + "/core_cpus_list"));
            siblings.IntersectWith(usable);
            siblings.ExceptWith(placed);
            siblings.Add(number);
            placed.UnionWith(siblings);
            cores.Add([.. siblings]);
        }

        return cores;
    }
}

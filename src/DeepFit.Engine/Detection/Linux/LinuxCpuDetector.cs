using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>The processor, from files alone: no tool is started.</summary>
internal static class LinuxCpuDetector
{
    /// <summary>The processor and its last-level caches.</summary>
    /// <param name="host">Where to look.</param>
    /// <param name="quotaCores">CPU time limit of the cgroup in cores, or null.</param>
    internal static (CpuInfo Cpu, ByteSize? LastLevelCache) Detect(IProbeHost host, double? quotaCores)
    {
        LinuxCpuInfo info = LinuxCpuInfoParser.Parse(host.ReadFile("/proc/cpuinfo"));
        LinuxTopology topology = LinuxTopology.Read(host, info);
        (int? performance, int? efficiency, double? maxMhz) = LinuxHybridCores.Read(host, topology);
        CpuInfo cpu = new()
        {
            Model = Model(host, info),
            PhysicalCores = topology.Cores.Count,
            LogicalCores = topology.Usable.Count,
            PerformanceCores = performance,
            EfficiencyCores = efficiency,
            QuotaCores = quotaCores is double quota && quota < topology.Usable.Count ? quota : null,
            Simd = LinuxSimd.Levels(info.Processors.Count > 0 ? info.Processors[0].Flags : []),
            NumaNodes = NumaNodes(host, topology),
            MaxMhz = maxMhz ?? info.Processors.Max(p => p.Mhz),
        };
        return (cpu, LinuxCaches.LastLevel(host, topology));
    }

    private static string Model(IProbeHost host, LinuxCpuInfo info)
    {
        // The ARM part tells the core; a "model name" on ARM is the kernel's own guess ("ARMv7 Processor rev 4 (v7l)").
        string? parts = ArmParts.Describe(info.Processors);
        string? name = parts ?? info.Processors.Select(p => p.Name).FirstOrDefault(n => n is not null);
        string? board = null;
        if (parts is not null || name is null)
            board = ProbeLine.FirstLine(host.ReadFile("/proc/device-tree/model")) ?? info.Board;
        return (Tidy(name), Tidy(board)) switch
        {
            (string cpu, string machine) => $"{cpu} ({machine})",
            (string cpu, null) => cpu,
            (null, string machine) => machine,
            _ => "unknown",
        };
    }

    // Names hold runs of blanks ("AMD EPYC 7451 24-Core Processor                ").
    private static string? Tidy(string? name) =>
        name is null ? null : string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } tidy ? tidy : null;

    private static int NumaNodes(IProbeHost host, LinuxTopology topology)
    {
        const string folder = "/sys/devices/system/node";
        SortedSet<int> nodes = CpuList.Parse(host.ReadFile(folder + "/has_cpu") ?? host.ReadFile(folder + "/online"));
        if (nodes.Count <= 1)
            return 1;
        int usable = nodes.Count(node => CpuList
            .Parse(host.ReadFile(string.Create(CultureInfo.InvariantCulture, $"{folder}/node{node}/cpulist"))).Overlaps(topology.Usable));
        return usable > 0 ? usable : nodes.Count;
    }
}

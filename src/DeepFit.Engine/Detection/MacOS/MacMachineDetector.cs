using System.Runtime.InteropServices;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.MacOS;

/// <summary>Everything about a Mac except its GPUs and disks, from the system's own small tools.</summary>
internal static class MacMachineDetector
{
    /// <summary>Reads the machine. Unknown things keep their defaults.</summary>
    internal static async Task<MachineFacts> DetectAsync(IProbeHost host, CancellationToken cancellationToken)
    {
        Task<ToolResult> sysctl = host.RunAsync("/usr/sbin/sysctl", ["hw", "machdep.cpu", "vm.swapusage"], cancellationToken: cancellationToken);
        Task<ToolResult> vmStat = host.RunAsync("/usr/bin/vm_stat", [], cancellationToken: cancellationToken);
        Task<ToolResult> version = host.RunAsync("/usr/bin/sw_vers", [], cancellationToken: cancellationToken);
        ToolResult[] results = await Task.WhenAll(sysctl, vmStat, version).ConfigureAwait(false);

        // sysctl ends with an error when one of the names is unknown, and still prints the others.
        IReadOnlyDictionary<string, string> values = SysctlParser.Parse(results[0].Output);
        CpuInfo? cpu = MacCpuParser.Parse(values);
        long? total = ProbeLine.Number(values.GetValueOrDefault("hw.memsize"));
        MacHardware? profile = null;
        if (cpu is null || total is null)
        {
            ToolResult slow = await host.RunAsync(
                "/usr/sbin/system_profiler", ["SPHardwareDataType", "-json", "-detailLevel", "mini"], TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);
            profile = SystemProfilerParser.Parse(slow.Output);
        }

        ByteSize memory = total is long bytes ? new ByteSize(bytes) : profile?.Memory ?? ByteSize.Zero;
        return new MachineFacts
        {
            Os = new OperatingSystemInfo
            {
                Family = "macos",
                Description = SwVersParser.Describe(results[2].Output),

                // A program under Rosetta is told the wrong one.
                Architecture = values.GetValueOrDefault("hw.optional.arm64") == "1" ? "arm64" : ArchitectureName.Of(RuntimeInformation.OSArchitecture),
            },
            Cpu = cpu ?? new CpuInfo
            {
                Model = profile?.Chip ?? "unknown",
                PhysicalCores = profile?.Cores ?? Environment.ProcessorCount,
                LogicalCores = profile?.Cores ?? Environment.ProcessorCount,
                PerformanceCores = profile?.PerformanceCores,
                EfficiencyCores = profile?.EfficiencyCores,
            },
            Memory = new MemoryInfo
            {
                Total = memory,
                Available = ByteSize.Min(memory, VmStatParser.Available(results[1].Output) ?? memory),
                Swap = VmStatParser.Swap(values.GetValueOrDefault("vm.swapusage")),
            },
            LastLevelCache = MacCpuParser.LastLevelCache(values),
        };
    }
}

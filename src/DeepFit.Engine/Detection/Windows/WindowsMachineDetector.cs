using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Versioning;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>Everything about a Windows machine except its GPUs and disks: system calls and the registry; PowerShell only where those fail.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsMachineDetector
{
    private const string ProcessorKey = @"HARDWARE\DESCRIPTION\System\CentralProcessor\0";
    private const string VersionKey = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion";

    // PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE (winnt.h)
    private const uint ArmDotProduct = 43;

    /// <summary>Reads the machine. Unknown things keep their defaults.</summary>
    internal static async Task<MachineFacts> DetectAsync(IProbeHost host, CancellationToken cancellationToken)
    {
        (CpuInfo cpu, ByteSize? cache) = await DetectCpuAsync(host, cancellationToken).ConfigureAwait(false);
        (MemoryInfo memory, string? caption) = await DetectMemoryAsync(host, cancellationToken).ConfigureAwait(false);
        return new MachineFacts
        {
            Os = new OperatingSystemInfo
            {
                Family = "windows",
                Description = WindowsOsParser.Describe(
                    WindowsRegistry.Read(host, VersionKey, "ProductName"),
                    WindowsRegistry.Read(host, VersionKey, "DisplayVersion"),
                    WindowsRegistry.Read(host, VersionKey, "CurrentBuildNumber")) ?? caption,
                Architecture = ArchitectureName.Of(RuntimeInformation.OSArchitecture),
                Container = host.Environment("KUBERNETES_SERVICE_HOST") is { Length: > 0 } ? "kubernetes"
                    : host.Environment("CONTAINER_SANDBOX_MOUNT_POINT") is { Length: > 0 } ? "docker" : null,
            },
            Cpu = cpu,
            Memory = memory,
            LastLevelCache = cache,
        };
    }

    private static async Task<(CpuInfo Cpu, ByteSize? Cache)> DetectCpuAsync(IProbeHost host, CancellationToken cancellationToken)
    {
        byte[] list = WindowsNative.LogicalProcessors();
        host.Record("GetLogicalProcessorInformationEx", Convert.ToHexString(list), list.Length == 0 ? "failed" : null);
        WindowsProcessors? processors = LogicalProcessorsParser.Parse(list, Affinity());
        string? name = WindowsRegistry.Read(host, ProcessorKey, "ProcessorNameString");
        double? mhz = double.TryParse(WindowsRegistry.Read(host, ProcessorKey, "~MHz"), NumberStyles.None, CultureInfo.InvariantCulture, out double value) ? value : null;

        CpuInfo? fallback = null;
        if (processors is null)
        {
            ToolResult result = await host.RunAsync(
                "powershell",
                ["-NoProfile", "-NonInteractive", "-Command", "Get-CimInstance Win32_Processor | Select-Object Name,NumberOfCores,NumberOfLogicalProcessors,MaxClockSpeed | ConvertTo-Json -Compress"],
                TimeSpan.FromSeconds(10),
                cancellationToken).ConfigureAwait(false);
            fallback = CimParser.ParseProcessors(result.Output);
        }

        // The runtime knows the process's affinity over all groups and the job's CPU limit.
        int logical = Math.Max(1, Math.Min(processors?.LogicalCores ?? fallback?.LogicalCores ?? int.MaxValue, Environment.ProcessorCount));
        IReadOnlyList<string> simd = CpuIdSimd.Read(WindowsNative.EnabledXState());
        return (new CpuInfo
        {
            Model = name ?? fallback?.Model ?? "unknown",
            PhysicalCores = Math.Min(processors?.PhysicalCores ?? fallback?.PhysicalCores ?? logical, logical),
            LogicalCores = logical,
            PerformanceCores = processors?.PerformanceCores,
            EfficiencyCores = processors?.EfficiencyCores,
            Simd = AdvSimd.IsSupported ? WindowsNative.HasFeature(ArmDotProduct) ? ["neon", "dotprod"] : ["neon"] : simd,
            NumaNodes = processors?.NumaNodes ?? 1,
            MaxMhz = mhz ?? fallback?.MaxMhz,
        }, processors?.LastLevelCache);
    }

    private static async Task<(MemoryInfo Memory, string? Caption)> DetectMemoryAsync(IProbeHost host, CancellationToken cancellationToken)
    {
        byte[] status = WindowsNative.MemoryStatus();
        host.Record("GlobalMemoryStatusEx", Convert.ToHexString(status), status.Length == 0 ? "failed" : null);
        byte[] job = WindowsNative.JobLimits();
        host.Record("QueryInformationJobObject", Convert.ToHexString(job), job.Length == 0 ? "not in a job" : null);
        MemoryInfo? memory = MemoryStatusParser.Parse(status);
        string? caption = null;
        if (memory is null)
        {
            ToolResult result = await host.RunAsync(
                "powershell",
                ["-NoProfile", "-NonInteractive", "-Command", "Get-CimInstance Win32_OperatingSystem | Select-Object Caption,TotalVisibleMemorySize,FreePhysicalMemory,SizeStoredInPagingFiles | ConvertTo-Json -Compress"],
                TimeSpan.FromSeconds(10),
                cancellationToken).ConfigureAwait(false);
            (memory, caption) = CimParser.ParseOperatingSystem(result.Output);
        }

        memory ??= new MemoryInfo { Total = ByteSize.Zero, Available = ByteSize.Zero };
        return (MemoryStatusParser.Within(memory, MemoryStatusParser.JobLimit(job)), caption);
    }

    private static ulong Affinity()
    {
        try
        {
            using Process self = Process.GetCurrentProcess();

            // With several groups the mask speaks of one of them only.
            return Environment.ProcessorCount <= 64 ? (ulong)self.ProcessorAffinity : 0;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            return 0;
        }
    }
}

using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>System memory as this process can have it.</summary>
internal static class LinuxMemoryDetector
{
    /// <summary>Total and available memory within the machine's and the cgroups' limits.</summary>
    internal static MemoryInfo Detect(IProbeHost host, CgroupLimits limits)
    {
        LinuxMemInfo info = LinuxMemInfoParser.Parse(host.ReadFile("/proc/meminfo"));
        ByteSize total = info.Total ?? limits.Memory ?? ByteSize.Zero;
        ByteSize available = info.Available ?? total;
        available = ByteSize.Min(total, available + ZfsArcParser.Reclaimable(host.ReadFile("/proc/spl/kstat/zfs/arcstats")));

        bool limited = limits.Memory is ByteSize limit && limit < total;
        if (limited)
            total = limits.Memory!.Value;
        if (limits.MemoryAvailable is ByteSize left)
            available = ByteSize.Min(available, left);
        return new MemoryInfo
        {
            Total = total,
            Available = ByteSize.Min(available, total),
            CgroupLimit = limited ? limits.Memory : null,
            Swap = limits.Swap is ByteSize swap ? ByteSize.Min(swap, info.Swap) : info.Swap,
        };
    }
}

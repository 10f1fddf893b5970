using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>What the cgroups above this process allow; null where nothing limits.</summary>
internal sealed record CgroupLimits
{
    /// <summary>The smallest memory limit on the way to the root.</summary>
    internal ByteSize? Memory { get; init; }

    /// <summary>What the tightest group has left; page cache charged to a group counts as free.</summary>
    internal ByteSize? MemoryAvailable { get; init; }

    /// <summary>The smallest swap limit (v2 only).</summary>
    internal ByteSize? Swap { get; init; }

    /// <summary>CPU time in cores.</summary>
    internal double? QuotaCores { get; init; }

    /// <summary>Reads the limits of both versions; on hybrid systems each controller is in one of the two.</summary>
    internal static CgroupLimits Read(IProbeHost host, IReadOnlyList<LinuxMount> mounts)
    {
        string? cgroups = host.ReadFile("/proc/self/cgroup");
        CgroupLimits limits = new();
        foreach (string folder in CgroupMembership.UnifiedFolders(cgroups, mounts))
            limits = limits.WithUnified(host, folder);
        foreach (string folder in CgroupMembership.ControllerFolders(cgroups, mounts, "memory"))
            limits = limits.WithMemoryV1(host, folder);
        foreach (string folder in CgroupMembership.ControllerFolders(cgroups, mounts, "cpu"))
            limits = limits.WithQuota(Quota(host.ReadFile(folder + "/cpu.cfs_quota_us"), host.ReadFile(folder + "/cpu.cfs_period_us")));
        return limits;
    }

    /// <summary>A limit in bytes; null for <c>max</c>, v1's "unlimited" (the largest multiple of a page), a missing file or damage.</summary>
    internal static long? ParseLimit(string? text)
    {
        if (ProbeLine.FirstLine(text) is not string line
            || !long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
        {
            return null;
        }

        // v1 writes PAGE_COUNTER_MAX pages, whose size depends on the page's; no machine comes near 2^62 bytes.
        return bytes >= 1L << 62 ? null : bytes;
    }

    /// <summary>Cores of <c>cpu.max</c> (<c>200000 100000</c>, <c>max 100000</c>), or of v1's quota (-1 is none) and period; null when unlimited.</summary>
    internal static double? Quota(string? quota, string? period = null)
    {
        if (ProbeLine.FirstLine(quota) is not string line)
            return null;
        string[] fields = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), ProbeLine.FirstLine(period) ?? "100000"];
        return ProbeLine.Number(fields[0]) is long time && ProbeLine.Number(fields[1]) is long length && time > 0 && length > 0
            ? (double)time / length : null;
    }

    /// <summary>Page cache that the kernel drops before a limit hurts: files, active or not, from <c>memory.stat</c> (v1's recursive figures where they are).</summary>
    internal static long DroppableCache(string? stat)
    {
        long own = 0, recursive = -1;
        foreach (ReadOnlySpan<char> line in (stat ?? "").AsSpan().EnumerateLines())
        {
            if (!ProbeLine.TryKeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value, ' ')
                || ProbeLine.Number(value) is not (long number and < 1L << 60))
            {
                continue;
            }

            if (key is "inactive_file" or "active_file")
                own += number;
            else if (key is "total_inactive_file" or "total_active_file")
                recursive = Math.Max(0, recursive) + number;
        }

        return recursive >= 0 ? recursive : own;
    }

    private CgroupLimits WithUnified(IProbeHost host, string folder)
    {
        // Above memory.high the kernel reclaims from the group and stalls it: for a model that is as good as the end.
        long? limit = Smaller(ParseLimit(host.ReadFile(folder + "/memory.max")), ParseLimit(host.ReadFile(folder + "/memory.high")));
        CgroupLimits limits = this;
        if (limit is long bytes)
        {
            long used = ParseLimit(host.ReadFile(folder + "/memory.current")) ?? 0;
            limits = limits.WithMemory(bytes, used, DroppableCache(host.ReadFile(folder + "/memory.stat")));
            if (ParseLimit(host.ReadFile(folder + "/memory.swap.max")) is long swap)
                limits = limits with { Swap = Min(limits.Swap, swap) };
        }

        return limits.WithQuota(Quota(host.ReadFile(folder + "/cpu.max")));
    }

    private CgroupLimits WithMemoryV1(IProbeHost host, string folder)
    {
        string? stat = host.ReadFile(folder + "/memory.stat");

        // The kernel's own minimum over the group's ancestors, also those that a container does not see.
        long? inherited = ParseLimit(LinuxTopology.StatusLine(stat?.Replace(' ', ':'), "hierarchical_memory_limit"));
        long? limit = Smaller(ParseLimit(host.ReadFile(folder + "/memory.limit_in_bytes")), inherited);
        return limit is long bytes
            ? WithMemory(bytes, ParseLimit(host.ReadFile(folder + "/memory.usage_in_bytes")) ?? 0, DroppableCache(stat))
            : this;
    }

    private CgroupLimits WithMemory(long limit, long used, long cache)
    {
        long available = Math.Clamp(limit - Math.Max(0, used - cache), 0, limit);
        return this with { Memory = Min(Memory, limit), MemoryAvailable = Min(MemoryAvailable, available) };
    }

    private CgroupLimits WithQuota(double? cores) =>
        cores is double value && (QuotaCores is null || value < QuotaCores) ? this with { QuotaCores = value } : this;

    private static ByteSize Min(ByteSize? known, long bytes) => known is ByteSize size && size.Bytes <= bytes ? size : new ByteSize(bytes);

    private static long? Smaller(long? left, long? right) => left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);
}

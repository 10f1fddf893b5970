using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>The size of the last-level caches that the usable cores reach.</summary>
internal static class LinuxCaches
{
    // Enough for any L3 layout so far; machines with more caches than this are extrapolated from the first.
    private const int MaxReads = 64;

    /// <summary>All last-level caches together, or null when the kernel does not say (many ARM boards).</summary>
    internal static ByteSize? LastLevel(IProbeHost host, LinuxTopology topology)
    {
        string? folder = null;
        foreach (int index in (ReadOnlySpan<int>)[3, 2])
        {
            string candidate = string.Create(CultureInfo.InvariantCulture, $"cache/index{index}");
            if (host.ReadFile(Path(topology.Usable[0], candidate, "size")) is not null)
            {
                folder = candidate;
                break;
            }
        }

        if (folder is null)
            return null;

        long total = 0;
        int reads = 0;
        HashSet<int> covered = [];
        foreach (int number in topology.Usable)
        {
            if (covered.Contains(number))
                continue;
            if (reads++ >= MaxReads)
                return new ByteSize(total * topology.Usable.Count / Math.Max(1, covered.Count));
            covered.Add(number);
            covered.UnionWith(CpuList.Parse(host.ReadFile(Path(number, folder, "shared_cpu_list"))).Intersect(topology.Usable));
            total += ParseSize(host.ReadFile(Path(number, folder, "size"))) ?? 0;
        }

        return total > 0 ? new ByteSize(total) : null;
    }

    /// <summary>Bytes of <c>32768K</c> or <c>32M</c>; null when it is no size.</summary>
    internal static long? ParseSize(string? text)
    {
        if (ProbeLine.FirstLine(text) is not string line)
            return null;
        long unit = line[^1] switch { 'K' => ByteSize.KiB, 'M' => ByteSize.MiB, 'G' => ByteSize.GiB, _ => 1 };
        long? number = ProbeLine.Number(unit == 1 ? line : line.AsSpan(0, line.Length - 1));
        return number is long value && value <= ByteSize.GiB * 16 / unit ? value * unit : null;
    }

    private static string Path(int number, string folder, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"{LinuxTopology.CpuFolder}/cpu{number}/{folder}/{file}");
}

using DeepFit.Core.Hardware;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>Makes one device of what several sources saw of it.</summary>
internal static class GpuMerger
{
    /// <summary>
    /// Findings of the better sources come first. Two are one device when their PCI addresses agree or, where one has none, when maker
    /// and name agree; each device answers to one finding of another source only, so that two equal cards stay two.
    /// </summary>
    public static IReadOnlyList<GpuFinding> Merge(IEnumerable<IReadOnlyList<GpuFinding>> sources)
    {
        List<GpuFinding> merged = [];
        foreach (IReadOnlyList<GpuFinding> source in sources)
        {
            HashSet<int> taken = [];
            int known = merged.Count;
            foreach (GpuFinding finding in source)
            {
                int same = Find(merged, known, taken, finding.Device);
                if (same < 0)
                {
                    merged.Add(finding);
                }
                else
                {
                    taken.Add(same);
                    merged[same] = Fill(merged[same], finding);
                }
            }
        }

        return merged;
    }

    private static int Find(List<GpuFinding> merged, int known, HashSet<int> taken, GpuDevice device)
    {
        for (int i = 0; i < known; i++)
        {
            if (!taken.Contains(i) && Same(merged[i].Device, device))
                return i;
        }

        return -1;
    }

    private static bool Same(GpuDevice left, GpuDevice right)
    {
        if (left.Vendor != right.Vendor)
            return false;
        string? leftAddress = PciAddress.Normalize(left.Id);
        string? rightAddress = PciAddress.Normalize(right.Id);
        return leftAddress is not null && rightAddress is not null
            ? leftAddress == rightAddress
            : string.Equals(left.Name, right.Name, StringComparison.OrdinalIgnoreCase);
    }

    private static GpuFinding Fill(GpuFinding better, GpuFinding other) => better with
    {
        Cores = better.Cores ?? other.Cores,
        Device = better.Device with
        {
            MemoryFree = better.Device.MemoryFree ?? other.Device.MemoryFree,
            CarveOut = better.Device.CarveOut ?? other.Device.CarveOut,
            Driver = better.Device.Driver ?? other.Device.Driver,
            ComputeCapability = better.Device.ComputeCapability ?? other.Device.ComputeCapability,
            Id = better.Device.Id ?? other.Device.Id,
            Backends = [.. better.Device.Backends.Union(other.Device.Backends)],
        },
    };
}

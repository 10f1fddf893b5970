using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>Reads <c>/proc/spl/kstat/zfs/arcstats</c>: ZFS keeps its page cache outside the kernel's, so <c>MemAvailable</c> takes it for used.</summary>
internal static class ZfsArcParser
{
    /// <summary>What ZFS would give back under pressure (<c>size</c> less <c>c_min</c>); zero without ZFS.</summary>
    internal static ByteSize Reclaimable(string? text)
    {
        long size = 0, minimum = 0;
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            // name, type, data
            int end = line.IndexOf(' ');
            if (end <= 0)
                continue;
            ReadOnlySpan<char> name = line[..end];
            if (name is "size" or "c_min" && ProbeLine.Number(line[(line.LastIndexOf(' ') + 1)..]) is long number)
            {
                if (name is "size")
                    size = number;
                else
                    minimum = number;
            }
        }

        return new ByteSize(Math.Max(0, size - minimum));
    }
}

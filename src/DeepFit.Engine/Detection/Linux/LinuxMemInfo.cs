using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>What <c>/proc/meminfo</c> says, in bytes.</summary>
/// <param name="Total">All memory that the kernel manages; null when the file does not say.</param>
/// <param name="Available">What a new process can have without swapping, page cache included.</param>
/// <param name="Swap">All swap.</param>
internal sealed record LinuxMemInfo(ByteSize? Total, ByteSize? Available, ByteSize Swap);

/// <summary>Reads <c>/proc/meminfo</c>.</summary>
internal static class LinuxMemInfoParser
{
    /// <summary>What the text says. Never throws.</summary>
    internal static LinuxMemInfo Parse(string? text)
    {
        long? total = null, available = null, free = null, swap = null;
        long cache = 0;
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (!ProbeLine.TryKeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value))
                continue;
            if (value.EndsWith("kB", StringComparison.Ordinal))
                value = value[..^2];
            if (ProbeLine.KiB(value) is not long bytes)
                continue;
            switch (key)
            {
                case "MemTotal":
                    total = bytes;
                    break;
                case "MemAvailable":
                    available = bytes;
                    break;
                case "MemFree":
                    free = bytes;
                    break;
                case "SwapTotal":
                    swap = bytes;
                    break;

                // Kernels before 3.14 give no MemAvailable: free plus caches, less what cannot be dropped because it lives in tmpfs.
                case "Buffers" or "Cached" or "SReclaimable":
                    cache = Saturate(cache, bytes);
                    break;
                case "Shmem":
                    cache = Saturate(cache, -bytes);
                    break;
                default:
                    break;
            }
        }

        available ??= free is long unused ? Saturate(unused, Math.Max(0, cache)) : null;
        if (available is long limit && total is long all)
            available = Math.Min(limit, all);
        return new LinuxMemInfo(Size(total), Size(available), new ByteSize(swap ?? 0));
    }

    private static ByteSize? Size(long? bytes) => bytes is long value ? new ByteSize(value) : null;

    private static long Saturate(long left, long right) => (long)Int128.Clamp((Int128)left + right, -long.MaxValue, long.MaxValue);
}

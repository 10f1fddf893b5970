using System.Buffers.Binary;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>Reads MEMORYSTATUSEX (sysinfoapi.h) and a job's limits (winnt.h).</summary>
internal static class MemoryStatusParser
{
    /// <summary>Bytes of the structure.</summary>
    internal const int Bytes = 64;

    private const uint LimitProcessMemory = 0x100;
    private const uint LimitJobMemory = 0x200;

    /// <summary>System memory, or null when the buffer is none. "Available" is the standby list (page cache) and free pages, within what may still be committed.</summary>
    internal static MemoryInfo? Parse(ReadOnlySpan<byte> status)
    {
        if (status.Length < Bytes)
            return null;
        long total = Size(status, 8), available = Size(status, 16), commitLimit = Size(status, 24), commitLeft = Size(status, 32);
        return total == 0 ? null : new MemoryInfo
        {
            Total = new ByteSize(total),
            Available = new ByteSize(Math.Min(total, commitLeft > 0 ? Math.Min(available, commitLeft) : available)),
            Swap = new ByteSize(Math.Max(0, commitLimit - total)),
        };
    }

    /// <summary>The smallest memory limit of a job (JOBOBJECT_EXTENDED_LIMIT_INFORMATION, 64-bit), or null when none is set.</summary>
    internal static ByteSize? JobLimit(ReadOnlySpan<byte> limits)
    {
        if (limits.Length < 128)
            return null;
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(limits[16..]);
        long process = (flags & LimitProcessMemory) != 0 ? Size(limits, 112) : 0;
        long job = (flags & LimitJobMemory) != 0 ? Size(limits, 120) : 0;
        long limit = process > 0 && job > 0 ? Math.Min(process, job) : Math.Max(process, job);
        return limit > 0 ? new ByteSize(limit) : null;
    }

    /// <summary>Memory within a job's limit.</summary>
    internal static MemoryInfo Within(MemoryInfo memory, ByteSize? limit) => limit is ByteSize size && size < memory.Total
        ? memory with { Total = size, Available = ByteSize.Min(memory.Available, size), CgroupLimit = size }
        : memory;

    private static long Size(ReadOnlySpan<byte> bytes, int offset) =>
        (long)Math.Min(long.MaxValue, BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]));
}

using System.Buffers.Binary;
using System.Numerics;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>The processors as Windows groups them.</summary>
internal sealed record WindowsProcessors
{
    /// <summary>Physical cores.</summary>
    internal int PhysicalCores { get; init; }

    /// <summary>Logical processors.</summary>
    internal int LogicalCores { get; init; }

    /// <summary>Cores of the highest efficiency class (the fastest), or null when all are alike.</summary>
    internal int? PerformanceCores { get; init; }

    /// <summary>The other cores, or null.</summary>
    internal int? EfficiencyCores { get; init; }

    /// <summary>NUMA nodes with processors; at least 1.</summary>
    internal int NumaNodes { get; init; } = 1;

    /// <summary>All last-level caches together, or null.</summary>
    internal ByteSize? LastLevelCache { get; init; }
}

/// <summary>Reads a list of SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX (winnt.h).</summary>
internal static class LogicalProcessorsParser
{
    private const int ProcessorCore = 0;
    private const int NumaNode = 1;
    private const int Cache = 2;
    private const int NumaNodeEx = 6;
    private const int InstructionCache = 1;

    /// <summary>What the list says, or null when it holds no core. Never throws: a damaged entry ends the list.</summary>
    /// <param name="list">The buffer as the system filled it.</param>
    /// <param name="affinity">The process's mask within processor group 0 when the machine has that group only; 0 for no restriction.</param>
    internal static WindowsProcessors? Parse(ReadOnlySpan<byte> list, ulong affinity = 0)
    {
        List<byte> classes = [];
        HashSet<uint> nodes = [];
        Dictionary<int, long> caches = [];
        int logical = 0;
        while (list.Length >= 32)
        {
            uint relation = BinaryPrimitives.ReadUInt32LittleEndian(list);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(list[4..]);
            if (size < 32 || size > list.Length)
                break;
            ReadOnlySpan<byte> entry = list[..(int)size];
            switch (relation)
            {
                case ProcessorCore when Usable(entry, 30, affinity) is int count and > 0:
                    classes.Add(entry[9]);
                    logical += count;
                    break;
                case NumaNode or NumaNodeEx when Usable(entry, 30, affinity) > 0:
                    nodes.Add(BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
                    break;
                case Cache when entry.Length >= 56 && BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]) != InstructionCache && Usable(entry, 38, affinity) > 0:
                    int level = entry[8];
                    caches[level] = caches.GetValueOrDefault(level) + BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
                    break;
                default:
                    break;
            }

            list = list[(int)size..];
        }

        if (classes.Count == 0)
            return null;
        int fast = classes.Count(c => c == classes.Max());
        bool hybrid = fast < classes.Count;
        return new WindowsProcessors
        {
            PhysicalCores = classes.Count,
            LogicalCores = logical,
            PerformanceCores = hybrid ? fast : null,
            EfficiencyCores = hybrid ? classes.Count - fast : null,
            NumaNodes = Math.Max(1, nodes.Count),
            LastLevelCache = caches.Count > 0 ? new ByteSize(caches[caches.Keys.Max()]) : null,
        };
    }

    /// <summary>Processors of an entry that may be used: the bits of its group masks (16 bytes each: mask, group, reserved).</summary>
    private static int Usable(ReadOnlySpan<byte> entry, int countOffset, ulong affinity)
    {
        // Before Windows 11 the count of NUMA nodes and caches was reserved, zero: one mask follows all the same.
        int groups = Math.Max(1, (int)BinaryPrimitives.ReadUInt16LittleEndian(entry[countOffset..]));
        int total = 0;
        for (int i = 0, offset = countOffset + 2; i < groups && offset + 16 <= entry.Length; i++, offset += 16)
        {
            ulong mask = BinaryPrimitives.ReadUInt64LittleEndian(entry[offset..]);
            total += BitOperations.PopCount(affinity == 0 ? mask : mask & affinity);
        }

        return total;
    }
}

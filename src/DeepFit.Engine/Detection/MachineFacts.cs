using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection;

/// <summary>What an operating system's own detector finds out.</summary>
internal sealed record MachineFacts
{
    /// <summary>The operating system.</summary>
    internal required OperatingSystemInfo Os { get; init; }

    /// <summary>The processor.</summary>
    internal required CpuInfo Cpu { get; init; }

    /// <summary>System memory, without bandwidth.</summary>
    internal required MemoryInfo Memory { get; init; }

    /// <summary>All last-level caches together, or null when unknown.</summary>
    internal ByteSize? LastLevelCache { get; init; }
}

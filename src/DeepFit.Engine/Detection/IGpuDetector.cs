using DeepFit.Core.Hardware;

namespace DeepFit.Engine.Detection;

/// <summary>Finds the GPUs and accelerators of a machine.</summary>
public interface IGpuDetector
{
    /// <summary>The GPUs, in a stable order; empty when there are none. A tool or driver that misbehaves yields fewer devices, never an exception.</summary>
    /// <param name="host">Where to look.</param>
    /// <param name="os">The operating system, already known.</param>
    /// <param name="memory">System memory, already known: unified-memory devices share it.</param>
    /// <param name="cancellationToken">Stops tools that are still running.</param>
    Task<IReadOnlyList<GpuDevice>> DetectAsync(IProbeHost host, OperatingSystemInfo os, MemoryInfo memory, CancellationToken cancellationToken);
}

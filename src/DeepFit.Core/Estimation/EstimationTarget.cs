using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>Where a model is to run: system memory and the GPUs in the engine's order.</summary>
/// <param name="RamAvailable">System memory that a new process can have, or null when unknown.</param>
/// <param name="Gpus">GPUs, in the engine's order; empty for the CPU alone.</param>
public sealed record EstimationTarget(ByteSize? RamAvailable, IReadOnlyList<GpuTarget> Gpus)
{
    /// <summary>The CPU alone, memory unknown.</summary>
    public static EstimationTarget CpuOnly { get; } = new(null, []);
}

/// <summary>One GPU to place layers on.</summary>
/// <param name="Name">The engine's name for it, such as <c>CUDA0</c>.</param>
/// <param name="Backend"><c>cuda vulkan metal rocm sycl cann musa</c>.</param>
/// <param name="Available">Free memory, or null when unknown.</param>
/// <param name="Unified">Whether its memory is system memory.</param>
public sealed record GpuTarget(string Name, string Backend, ByteSize? Available, bool Unified = false);

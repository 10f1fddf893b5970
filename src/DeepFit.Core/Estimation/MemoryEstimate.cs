using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>What a configuration takes on every device.</summary>
/// <param name="Basis">The rung the figures stand on.</param>
/// <param name="Devices">One row a device; the CPU (system RAM) is always the first.</param>
public sealed record MemoryEstimate(EstimateBasis Basis, IReadOnlyList<DeviceMemory> Devices)
{
    /// <summary>Sum over the devices.</summary>
    public ByteSize Total => new(Devices.Sum(d => d.Total.Bytes));
}

/// <summary>What one device holds.</summary>
/// <param name="Device">The device's name: <c>CPU</c>, or a GPU's as the engine numbers it (<c>Vulkan0</c>, <c>CUDA0</c>).</param>
/// <param name="Weights">Weights' bytes.</param>
/// <param name="KvCache">Key/value cache.</param>
/// <param name="Compute">Compute (graph) buffers.</param>
/// <param name="Overhead">What the process or driver takes besides.</param>
/// <param name="Available">What the device has to give, or null when unknown.</param>
public sealed record DeviceMemory(string Device, ByteSize Weights, ByteSize KvCache, ByteSize Compute, ByteSize Overhead, ByteSize? Available = null)
{
    /// <summary>Everything on this device.</summary>
    public ByteSize Total => Weights + KvCache + Compute + Overhead;

    /// <summary>Whether it fits what is available; true when that is unknown.</summary>
    public bool Fits => Available is not { } available || Total <= available;
}

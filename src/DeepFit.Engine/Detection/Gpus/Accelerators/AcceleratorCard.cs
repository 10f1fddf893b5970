using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Accelerators;

/// <summary>An accelerator as its maker's tool lists it.</summary>
/// <param name="Name">The product's name.</param>
/// <param name="Memory">All memory.</param>
/// <param name="MemoryFree">Free memory, or null.</param>
/// <param name="Driver">Driver version, or null.</param>
/// <param name="Id">PCI address in the kernel's form, or another stable identifier.</param>
internal sealed record AcceleratorCard(string Name, ByteSize Memory, ByteSize? MemoryFree, string? Driver, string? Id)
{
    /// <summary>The device.</summary>
    public GpuFinding ToFinding(string vendor, params string[] backends) =>
        new(new GpuDevice { Name = Name, Vendor = vendor, Memory = Memory, MemoryFree = MemoryFree, Driver = Driver, Id = Id, Backends = backends });

    /// <summary>What is left of a memory; null when the use is unknown.</summary>
    public static ByteSize? Free(ByteSize total, ByteSize? used) => used is { } u ? ProbeText.AtMost(total - u, total) : null;
}

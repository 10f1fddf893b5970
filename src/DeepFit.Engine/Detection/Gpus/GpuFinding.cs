using DeepFit.Core.Hardware;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>A device as one source saw it, before sources are merged and published figures are added.</summary>
/// <param name="Device">The device.</param>
/// <param name="Cores">GPU cores, where one chip's name covers several counts (Apple); otherwise null.</param>
/// <param name="PartOfDevice">Whether this is a slice of a device (a MIG instance), which the published figures of the whole do not describe.</param>
internal sealed record GpuFinding(GpuDevice Device, int? Cores = null, bool PartOfDevice = false);

/// <summary>What the detectors know of the machine around the GPUs.</summary>
/// <param name="Host">Files, folders and tools.</param>
/// <param name="Os">The operating system.</param>
/// <param name="Memory">System memory, for GPUs that share it.</param>
/// <param name="Pci">PCI functions; empty outside Linux.</param>
/// <param name="Dev">Names in <c>/dev</c>; empty outside Linux.</param>
internal sealed record GpuContext(IProbeHost Host, OperatingSystemInfo Os, MemoryInfo Memory, IReadOnlyList<PciFunction> Pci, IReadOnlyList<string> Dev)
{
    /// <summary>Whether a name in <c>/dev</c> starts so and goes on with digits only.</summary>
    public bool HasNode(string prefix) =>
        Dev.Any(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0);
}

using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Hosting;

/// <summary>Brings what changes of a machine from one look to another.</summary>
internal static class MachineRefresh
{
    /// <summary>The machine with the free memory and disk of another look at it; everything else as it was.</summary>
    /// <param name="known">The first look.</param>
    /// <param name="now">The later one. It may lack GPUs that the first one has; those keep what was known.</param>
    public static MachineProfile WithMemoryOf(this MachineProfile known, MachineProfile now)
    {
        GpuDevice[] gpus = [.. known.Gpus.Select((gpu, i) => Same(gpu, now.Gpus.ElementAtOrDefault(i)) is { MemoryFree: { } free } ? gpu with { MemoryFree = free } : gpu)];
        return known with
        {
            Memory = known.Memory with { Available = now.Memory.Available },
            Disk = known.Disk is { } disk && now.Disk is { } later ? disk with { Free = later.Free } : known.Disk,
            Gpus = gpus,
            EngineDevices = [.. known.EngineDevices.Select(device => FreeOf(device, gpus) is { } free ? device with { MemoryFree = free } : device)],
        };
    }

    private static GpuDevice? Same(GpuDevice known, GpuDevice? now) => now?.Name == known.Name && now.Id == known.Id ? now : null;

    // of a card that is there once; which of several alike an engine's number means, only the engine knows
    private static ByteSize? FreeOf(EngineDevice device, GpuDevice[] gpus)
    {
        GpuDevice[] alike =
        [
            .. gpus.Where(gpu => gpu.Name.Contains(device.Description, StringComparison.OrdinalIgnoreCase) || device.Description.Contains(gpu.Name, StringComparison.OrdinalIgnoreCase)),
        ];
        return alike is [{ MemoryFree: { } free }] ? ByteSize.Min(free, device.MemoryTotal) : null;
    }
}

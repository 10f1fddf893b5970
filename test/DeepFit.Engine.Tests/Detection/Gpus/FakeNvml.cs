using DeepFit.Engine.Detection.Gpus.Nvidia;

namespace DeepFit.Engine.Tests.Detection.Gpus;

/// <summary>NVML with chosen answers; handles are indexes, of instances 1000 and up.</summary>
internal sealed class FakeNvml : INvml
{
    public List<Card> Cards { get; } = [];

    public NvmlReturn InitResult { get; init; }

    public bool Disposed { get; private set; }

    public NvmlReturn Init() => InitResult;

    public NvmlReturn DriverVersion(out string? version)
    {
        version = "550.54.14";
        return NvmlReturn.Success;
    }

    public NvmlReturn DeviceCount(out int count)
    {
        count = Cards.Count;
        return NvmlReturn.Success;
    }

    public NvmlReturn Device(int index, out nint device)
    {
        device = index;
        return Cards[index].Lost ? NvmlReturn.GpuIsLost : NvmlReturn.Success;
    }

    public NvmlReturn Name(nint device, out string? name)
    {
        name = device >= 1000 ? Instance(device).Name : Cards[(int)device].Name;
        return name is null ? NvmlReturn.Unknown : NvmlReturn.Success;
    }

    public NvmlReturn Memory(nint device, out long total, out long free)
    {
        (NvmlReturn result, total, free) = device >= 1000
            ? (NvmlReturn.Success, Instance(device).Total, Instance(device).Total)
            : (Cards[(int)device].MemoryResult, Cards[(int)device].Total, Cards[(int)device].Free);
        return result;
    }

    public NvmlReturn BusId(nint device, out string? busId)
    {
        busId = Cards[(int)device].BusId;
        return busId is null ? NvmlReturn.FunctionNotFound : NvmlReturn.Success;
    }

    public NvmlReturn ComputeCapability(nint device, out int major, out int minor)
    {
        (major, minor) = Cards[(int)device].Capability ?? default;
        return Cards[(int)device].Capability is null ? NvmlReturn.FunctionNotFound : NvmlReturn.Success;
    }

    public NvmlReturn MigEnabled(nint device, out bool enabled)
    {
        enabled = Cards[(int)device].Instances is not null;
        return enabled ? NvmlReturn.Success : NvmlReturn.NotSupported;
    }

    public NvmlReturn MaxMigDevices(nint device, out int count)
    {
        count = 7;
        return NvmlReturn.Success;
    }

    public NvmlReturn MigDevice(nint device, int index, out nint instance)
    {
        instance = 1000 + (device * 100) + index;
        return index < Cards[(int)device].Instances!.Count ? NvmlReturn.Success : NvmlReturn.NotFound;
    }

    public NvmlReturn Uuid(nint device, out string? uuid)
    {
        uuid = device >= 1000 ? Instance(device).Uuid : null;
        return uuid is null ? NvmlReturn.NotSupported : NvmlReturn.Success;
    }

    public void Dispose() => Disposed = true;

    private (string? Name, string? Uuid, long Total) Instance(nint handle) => Cards[(int)((handle - 1000) / 100)].Instances![(int)((handle - 1000) % 100)];

    internal sealed record Card(string? Name, long Total, long Free, string? BusId = null, (int, int)? Capability = null)
    {
        public NvmlReturn MemoryResult { get; init; }

        public bool Lost { get; init; }

        public List<(string? Name, string? Uuid, long Total)>? Instances { get; init; }
    }
}

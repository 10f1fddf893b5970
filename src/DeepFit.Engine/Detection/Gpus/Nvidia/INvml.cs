namespace DeepFit.Engine.Detection.Gpus.Nvidia;

/// <summary>Return codes of NVML (<c>nvmlReturn_t</c> of nvml.h) that the reader tells apart.</summary>
internal enum NvmlReturn
{
    Success = 0,
    NotSupported = 3,
    NoPermission = 4,
    NotFound = 6,
    FunctionNotFound = 13,
    GpuIsLost = 15,
    LibRmVersionMismatch = 18,
    Unknown = 999,
}

/// <summary>
/// The few functions of the NVIDIA Management Library that detection needs. A function that the library lacks returns
/// <see cref="NvmlReturn.FunctionNotFound"/>; nothing throws.
/// </summary>
internal interface INvml : IDisposable
{
    NvmlReturn Init();

    NvmlReturn DriverVersion(out string? version);

    NvmlReturn DeviceCount(out int count);

    NvmlReturn Device(int index, out nint device);

    NvmlReturn Name(nint device, out string? name);

    /// <summary>All and free memory of a device or a MIG instance, in bytes.</summary>
    NvmlReturn Memory(nint device, out long total, out long free);

    NvmlReturn BusId(nint device, out string? busId);

    NvmlReturn ComputeCapability(nint device, out int major, out int minor);

    NvmlReturn MigEnabled(nint device, out bool enabled);

    NvmlReturn MaxMigDevices(nint device, out int count);

    NvmlReturn MigDevice(nint device, int index, out nint instance);

    NvmlReturn Uuid(nint device, out string? uuid);
}

/// <summary>Opens the library; replaced in tests.</summary>
internal interface INvmlLoader
{
    /// <summary>The library, or null when this machine has none.</summary>
    INvml? TryLoad();
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace DeepFit.Engine.Detection.Gpus.Nvidia;

/// <summary>NVML through its C functions, bound at run time: the library comes with NVIDIA's driver and is absent elsewhere.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "Created by the loader.")]
internal sealed unsafe class Nvml : INvml
{
    // Sizes of nvml.h: NVML_DEVICE_NAME_V2_BUFFER_SIZE and NVML_DEVICE_UUID_V2_BUFFER_SIZE are 96, NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE is 80.
    private const int TextSize = 96;

    private readonly nint _library;
    private bool _initialized;

    private Nvml(nint library) => _library = library;

    /// <summary>Opens the driver's library where Linux, WSL, NixOS and Windows keep it.</summary>
    internal sealed class Loader : INvmlLoader
    {
        public INvml? TryLoad()
        {
            foreach (string path in Paths())
            {
                if (NativeLibrary.TryLoad(path, out nint library))
                    return new Nvml(library);
            }

            return null;
        }

        private static string[] Paths() => OperatingSystem.IsWindows()
            ?
            [
                Path.Combine(Environment.SystemDirectory, "nvml.dll"),
                Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "NVIDIA Corporation", "NVSMI", "nvml.dll"),
            ]
            : ["libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1", "/run/opengl-driver/lib/libnvidia-ml.so.1"];
    }

    public NvmlReturn Init()
    {
        if (!Find("nvmlInit_v2", out nint function))
            return NvmlReturn.FunctionNotFound;
        NvmlReturn code = ((delegate* unmanaged<NvmlReturn>)function)();
        _initialized = code == NvmlReturn.Success;
        return code;
    }

    public NvmlReturn DriverVersion(out string? version)
    {
        byte* buffer = stackalloc byte[TextSize];
        new Span<byte>(buffer, TextSize).Clear();
        NvmlReturn code = Find("nvmlSystemGetDriverVersion", out nint f) ? ((delegate* unmanaged<byte*, uint, NvmlReturn>)f)(buffer, TextSize) : NvmlReturn.FunctionNotFound;
        version = code == NvmlReturn.Success ? Utf8(buffer, TextSize) : null;
        return code;
    }

    public NvmlReturn DeviceCount(out int count)
    {
        NvmlReturn code = GetUInt("nvmlDeviceGetCount_v2", out uint value);
        count = (int)Math.Min(value, int.MaxValue);
        return code;
    }

    public NvmlReturn Device(int index, out nint device)
    {
        nint handle = 0;
        NvmlReturn code = Find("nvmlDeviceGetHandleByIndex_v2", out nint f)
            ? ((delegate* unmanaged<uint, nint*, NvmlReturn>)f)((uint)index, &handle) : NvmlReturn.FunctionNotFound;
        device = handle;
        return code;
    }

    public NvmlReturn Name(nint device, out string? name) => GetText("nvmlDeviceGetName", device, out name);

    public NvmlReturn Uuid(nint device, out string? uuid) => GetText("nvmlDeviceGetUUID", device, out uuid);

    public NvmlReturn Memory(nint device, out long total, out long free)
    {
        ulong* memory = stackalloc ulong[3]; // nvmlMemory_t: total, free, used
        memory[0] = memory[1] = memory[2] = 0;
        NvmlReturn code = Find("nvmlDeviceGetMemoryInfo", out nint f)
            ? ((delegate* unmanaged<nint, ulong*, NvmlReturn>)f)(device, memory) : NvmlReturn.FunctionNotFound;
        total = (long)Math.Min(memory[0], long.MaxValue);
        free = (long)Math.Min(memory[1], long.MaxValue);
        return code;
    }

    public NvmlReturn BusId(nint device, out string? busId)
    {
        // nvmlPciInfo_t: char busIdLegacy[16], five unsigned ints, char busId[32].
        const int BusIdOffset = 16 + (5 * 4);
        byte* info = stackalloc byte[BusIdOffset + 32];
        new Span<byte>(info, BusIdOffset + 32).Clear();
        NvmlReturn code = Find("nvmlDeviceGetPciInfo_v3", out nint f)
            ? ((delegate* unmanaged<nint, byte*, NvmlReturn>)f)(device, info) : NvmlReturn.FunctionNotFound;
        busId = code == NvmlReturn.Success ? Utf8(info + BusIdOffset, 32) : null;
        return code;
    }

    public NvmlReturn ComputeCapability(nint device, out int major, out int minor)
    {
        int high = 0;
        int low = 0;
        NvmlReturn code = Find("nvmlDeviceGetCudaComputeCapability", out nint f)
            ? ((delegate* unmanaged<nint, int*, int*, NvmlReturn>)f)(device, &high, &low) : NvmlReturn.FunctionNotFound;
        (major, minor) = (high, low);
        return code;
    }

    public NvmlReturn MigEnabled(nint device, out bool enabled)
    {
        uint current = 0;
        uint pending = 0;
        NvmlReturn code = Find("nvmlDeviceGetMigMode", out nint f)
            ? ((delegate* unmanaged<nint, uint*, uint*, NvmlReturn>)f)(device, &current, &pending) : NvmlReturn.FunctionNotFound;
        enabled = code == NvmlReturn.Success && current == 1;
        return code;
    }

    public NvmlReturn MaxMigDevices(nint device, out int count)
    {
        uint value = 0;
        NvmlReturn code = Find("nvmlDeviceGetMaxMigDeviceCount", out nint f)
            ? ((delegate* unmanaged<nint, uint*, NvmlReturn>)f)(device, &value) : NvmlReturn.FunctionNotFound;
        count = (int)Math.Min(value, int.MaxValue);
        return code;
    }

    public NvmlReturn MigDevice(nint device, int index, out nint instance)
    {
        nint handle = 0;
        NvmlReturn code = Find("nvmlDeviceGetMigDeviceHandleByIndex", out nint f)
            ? ((delegate* unmanaged<nint, uint, nint*, NvmlReturn>)f)(device, (uint)index, &handle) : NvmlReturn.FunctionNotFound;
        instance = handle;
        return code;
    }

    public void Dispose()
    {
        // The library stays loaded: NVIDIA's own tools never unload it, and its threads may outlive the shutdown.
        if (_initialized && Find("nvmlShutdown", out nint f))
            ((delegate* unmanaged<NvmlReturn>)f)();
        _initialized = false;
    }

    private static string? Utf8(byte* text, int size)
    {
        ReadOnlySpan<byte> bytes = new(text, size);
        int end = bytes.IndexOf((byte)0);
        string value = System.Text.Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        return value.Length == 0 ? null : value;
    }

    private bool Find(string name, out nint function) => NativeLibrary.TryGetExport(_library, name, out function);

    private NvmlReturn GetUInt(string name, out uint value)
    {
        uint result = 0;
        NvmlReturn code = Find(name, out nint f) ? ((delegate* unmanaged<uint*, NvmlReturn>)f)(&result) : NvmlReturn.FunctionNotFound;
        value = result;
        return code;
    }

    private NvmlReturn GetText(string name, nint device, out string? text)
    {
        byte* buffer = stackalloc byte[TextSize];
        new Span<byte>(buffer, TextSize).Clear();
        NvmlReturn code = Find(name, out nint f)
            ? ((delegate* unmanaged<nint, byte*, uint, NvmlReturn>)f)(device, buffer, TextSize) : NvmlReturn.FunctionNotFound;
        text = code == NvmlReturn.Success ? Utf8(buffer, TextSize) : null;
        return code;
    }
}

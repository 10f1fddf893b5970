using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>Everything the planner needs to know of a machine, real or imagined. <c>deepfit detect --json</c> prints it; <c>--machine FILE</c> reads it.</summary>
public sealed record MachineProfile
{
    /// <summary>A name for people: the host's, or the catalogue's.</summary>
    public required string Name { get; init; }

    /// <summary>The operating system.</summary>
    public OperatingSystemInfo Os { get; init; } = new();

    /// <summary>The processor.</summary>
    public required CpuInfo Cpu { get; init; }

    /// <summary>System memory.</summary>
    public required MemoryInfo Memory { get; init; }

    /// <summary>The disk that models go to, or null when unknown.</summary>
    public DiskInfo? Disk { get; init; }

    /// <summary>GPUs and other accelerators; empty when there are none.</summary>
    public IReadOnlyList<GpuDevice> Gpus { get; init; } = [];

    /// <summary>What the engine itself sees, in its order; empty when it was not asked.</summary>
    public IReadOnlyList<EngineDevice> EngineDevices { get; init; } = [];

    /// <summary>How many machines like this one are joined; the rest of the profile is of one of them. Default 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>What joins them, such as <c>ethernet</c>; null when unknown, or for one machine.</summary>
    public string? Interconnect { get; init; }

    /// <summary>What was assumed of a machine that was described in words; empty for one that was read.</summary>
    public IReadOnlyList<BilingualText> Assumptions { get; init; } = [];
}

/// <summary>The operating system and what it runs inside of.</summary>
public sealed record OperatingSystemInfo
{
    /// <summary><c>linux</c>, <c>windows</c> or <c>macos</c>.</summary>
    public string Family { get; init; } = "linux";

    /// <summary>The name and version for people, such as <c>Debian GNU/Linux 12</c>.</summary>
    public string? Description { get; init; }

    /// <summary><c>x64</c> or <c>arm64</c>.</summary>
    public string Architecture { get; init; } = "x64";

    /// <summary><c>docker</c>, <c>podman</c>, <c>kubernetes</c>, <c>lxc</c> ... or null outside a container.</summary>
    public string? Container { get; init; }

    /// <summary>Whether this is Windows' Subsystem for Linux.</summary>
    public bool Wsl { get; init; }
}

/// <summary>A processor.</summary>
public sealed record CpuInfo
{
    /// <summary>The model's name as the system gives it.</summary>
    public required string Model { get; init; }

    /// <summary>Physical cores that this process may use.</summary>
    public required int PhysicalCores { get; init; }

    /// <summary>Logical processors that this process may use.</summary>
    public required int LogicalCores { get; init; }

    /// <summary>Performance cores of a hybrid processor, or null.</summary>
    public int? PerformanceCores { get; init; }

    /// <summary>Efficiency cores of a hybrid processor, or null.</summary>
    public int? EfficiencyCores { get; init; }

    /// <summary>CPU time limit in cores (cgroup quota), or null.</summary>
    public double? QuotaCores { get; init; }

    /// <summary>SIMD levels that matter to the engine, weakest first: <c>sse42 avx avx2 fma f16c avx512f avx512_vnni avx512_bf16 avx_vnni amx_int8 neon dotprod i8mm sve</c>.</summary>
    public IReadOnlyList<string> Simd { get; init; } = [];

    /// <summary>NUMA nodes. Default 1.</summary>
    public int NumaNodes { get; init; } = 1;

    /// <summary>Processors of this model in the machine; cores and bandwidth are of all together. Default 1.</summary>
    public int Sockets { get; init; } = 1;

    /// <summary>Highest clock in MHz, or null.</summary>
    public double? MaxMhz { get; init; }
}

/// <summary>System memory.</summary>
public sealed record MemoryInfo
{
    /// <summary>All memory that the system or the container's limit allows, in bytes.</summary>
    public required ByteSize Total { get; init; }

    /// <summary>What a new process can have now: page cache counts as free, cgroup limits and other processes do not.</summary>
    public required ByteSize Available { get; init; }

    /// <summary>The cgroup's limit, when that is what bounds <see cref="Total"/>.</summary>
    public ByteSize? CgroupLimit { get; init; }

    /// <summary>Measured or known read bandwidth, all cores, in bytes per second; null when unknown.</summary>
    public ByteRate? Bandwidth { get; init; }

    /// <summary><c>measured</c>, or the source of the figure.</summary>
    public string? BandwidthBasis { get; init; }

    /// <summary>Swap, in bytes.</summary>
    public ByteSize Swap { get; init; }
}

/// <summary>The disk that models go to.</summary>
public sealed record DiskInfo
{
    /// <summary>The folder that was asked about.</summary>
    public required string Path { get; init; }

    /// <summary>Free bytes for this user.</summary>
    public required ByteSize Free { get; init; }

    /// <summary>Capacity of the file system.</summary>
    public ByteSize? Total { get; init; }

    /// <summary>Measured sequential read rate, or null.</summary>
    public ByteRate? ReadRate { get; init; }

    /// <summary><c>ssd</c>, <c>nvme</c>, <c>hdd</c>, <c>network</c> or null.</summary>
    public string? Kind { get; init; }
}

/// <summary>A GPU or accelerator.</summary>
public sealed record GpuDevice
{
    /// <summary>The product's name, such as <c>NVIDIA GeForce RTX 3090</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>nvidia amd intel apple huawei moorethreads hygon cambricon</c> or another lower-case word.</summary>
    public required string Vendor { get; init; }

    /// <summary>Memory that a model can use in full: VRAM, or the cap on unified memory (Metal's working set).</summary>
    public required ByteSize Memory { get; init; }

    /// <summary>What is free of it now.</summary>
    public ByteSize? MemoryFree { get; init; }

    /// <summary>Whether the memory is the system's own (Apple, integrated GPUs): what the GPU takes, the CPU does not have.</summary>
    public bool Unified { get; init; }

    /// <summary>An integrated GPU's carve-out, in bytes, or null.</summary>
    public ByteSize? CarveOut { get; init; }

    /// <summary>Memory bandwidth, or null when unknown.</summary>
    public ByteRate? Bandwidth { get; init; }

    /// <summary>Dense FP16 matrix throughput in TFLOPS, or null when unknown.</summary>
    public double? Fp16Tflops { get; init; }

    /// <summary>FP16 throughput without matrix units in TFLOPS, or null when unknown.</summary>
    public double? Fp16VectorTflops { get; init; }

    /// <summary>The generation of its cores, such as <c>ampere</c> or <c>rdna3</c>, or null when unknown.</summary>
    public string? Architecture { get; init; }

    /// <summary>What its bus to the processor carries one way, or null when unknown or when the memory is the system's own.</summary>
    public ByteRate? PcieBytesPerSecond { get; init; }

    /// <summary>Back ends of llama.cpp that can use it: <c>cuda vulkan metal rocm sycl cann musa</c>.</summary>
    public IReadOnlyList<string> Backends { get; init; } = [];

    /// <summary>Driver version, or null.</summary>
    public string? Driver { get; init; }

    /// <summary>CUDA compute capability of an NVIDIA GPU, such as <c>8.6</c>, or null.</summary>
    public string? ComputeCapability { get; init; }

    /// <summary>PCI address or another stable identifier, or null.</summary>
    public string? Id { get; init; }
}

/// <summary>A device as the engine lists it (<c>ggml_backend_dev_get_props</c>).</summary>
/// <param name="Name">The engine's name: <c>CPU</c>, <c>Vulkan0</c>, <c>CUDA0</c>, <c>Metal</c>.</param>
/// <param name="Description">The device's own name.</param>
/// <param name="Type"><c>cpu</c>, <c>gpu</c>, <c>igpu</c>, <c>accel</c> or <c>meta</c>.</param>
/// <param name="MemoryFree">Free bytes by the driver's word.</param>
/// <param name="MemoryTotal">All bytes by the driver's word.</param>
public sealed record EngineDevice(string Name, string Description, string Type, ByteSize MemoryFree, ByteSize MemoryTotal);

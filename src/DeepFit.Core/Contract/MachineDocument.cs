namespace DeepFit.Core.Contract;

/// <summary>The contract's <c>MachineProfile</c>: what <c>deepfit detect --json</c> prints and <c>--machine FILE</c> reads.</summary>
public sealed record MachineDocument
{
    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The operating system.</summary>
    public required OperatingSystemDocument Os { get; init; }

    /// <summary>The processor.</summary>
    public required CpuDocument Cpu { get; init; }

    /// <summary>System memory.</summary>
    public required MachineMemoryDocument Memory { get; init; }

    /// <summary>The disk that models go to, or null when unknown.</summary>
    public required DiskDocument? Disk { get; init; }

    /// <summary>GPUs and other accelerators.</summary>
    public required IReadOnlyList<GpuDocument> Gpus { get; init; }

    /// <summary>What the engine itself sees, in its order.</summary>
    public required IReadOnlyList<EngineDeviceDocument> EngineDevices { get; init; }

    /// <summary>How many machines like this one are joined; all else is of one of them.</summary>
    public required int Nodes { get; init; }

    /// <summary>What joins them, or null.</summary>
    public required string? Interconnect { get; init; }

    /// <summary>What was assumed of a machine that was described in words, in the run's language; empty for one that was read.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }
}

/// <summary>The operating system.</summary>
/// <param name="Family"><c>linux</c>, <c>windows</c> or <c>macos</c>.</param>
/// <param name="Description">Name and version for people, or null.</param>
/// <param name="Architecture"><c>x64</c> or <c>arm64</c>.</param>
/// <param name="Container">The container's kind, or null.</param>
/// <param name="Wsl">Whether this is Windows' Subsystem for Linux.</param>
public sealed record OperatingSystemDocument(string Family, string? Description, string Architecture, string? Container, bool Wsl);

/// <summary>A processor; the members are those of <see cref="Hardware.CpuInfo"/>.</summary>
/// <param name="Model">Model name.</param>
/// <param name="PhysicalCores">Physical cores.</param>
/// <param name="LogicalCores">Logical processors.</param>
/// <param name="PerformanceCores">Performance cores, or null.</param>
/// <param name="EfficiencyCores">Efficiency cores, or null.</param>
/// <param name="QuotaCores">CPU time limit in cores, or null.</param>
/// <param name="Simd">SIMD levels, weakest first.</param>
/// <param name="NumaNodes">NUMA nodes.</param>
/// <param name="MaxMhz">Highest clock in MHz, or null.</param>
/// <param name="Sockets">Processors.</param>
public sealed record CpuDocument(
    string Model,
    int PhysicalCores,
    int LogicalCores,
    int? PerformanceCores,
    int? EfficiencyCores,
    double? QuotaCores,
    IReadOnlyList<string> Simd,
    int NumaNodes,
    double? MaxMhz,
    int Sockets);

/// <summary>System memory; sizes in bytes.</summary>
/// <param name="TotalBytes">All memory.</param>
/// <param name="AvailableBytes">What a new process can have.</param>
/// <param name="CgroupLimitBytes">The cgroup's limit, or null.</param>
/// <param name="BandwidthBytesPerSecond">Read bandwidth of all cores, or null.</param>
/// <param name="BandwidthBasis"><c>measured</c>, or the source of the figure.</param>
/// <param name="SwapBytes">Swap.</param>
public sealed record MachineMemoryDocument(
    long TotalBytes,
    long AvailableBytes,
    long? CgroupLimitBytes,
    long? BandwidthBytesPerSecond,
    string? BandwidthBasis,
    long SwapBytes);

/// <summary>The disk that models go to; sizes in bytes.</summary>
/// <param name="Path">The folder that was asked about.</param>
/// <param name="FreeBytes">Free bytes for this user.</param>
/// <param name="TotalBytes">Capacity, or null.</param>
/// <param name="ReadBytesPerSecond">Sequential read rate, or null.</param>
/// <param name="Kind"><c>ssd</c>, <c>nvme</c>, <c>hdd</c>, <c>network</c> or null.</param>
public sealed record DiskDocument(string Path, long FreeBytes, long? TotalBytes, long? ReadBytesPerSecond, string? Kind);

/// <summary>A GPU or accelerator; the members are those of <see cref="Hardware.GpuDevice"/>, sizes in bytes.</summary>
/// <param name="Name">Product name.</param>
/// <param name="Vendor">Vendor, one lower-case word.</param>
/// <param name="MemoryBytes">Memory that a model can use.</param>
/// <param name="MemoryFreeBytes">What is free of it now, or null.</param>
/// <param name="Unified">Whether it is the system's own memory.</param>
/// <param name="CarveOutBytes">An integrated GPU's carve-out, or null.</param>
/// <param name="BandwidthBytesPerSecond">Memory bandwidth, or null.</param>
/// <param name="Fp16Tflops">Dense FP16 matrix throughput in TFLOPS, or null.</param>
/// <param name="Fp16VectorTflops">FP16 throughput without matrix units in TFLOPS, or null.</param>
/// <param name="Architecture">Generation of its cores, or null.</param>
/// <param name="PcieBytesPerSecond">What its bus carries one way, or null.</param>
/// <param name="Backends">llama.cpp back ends that can use it.</param>
/// <param name="Driver">Driver version, or null.</param>
/// <param name="ComputeCapability">CUDA compute capability, or null.</param>
/// <param name="Id">A stable identifier, or null.</param>
public sealed record GpuDocument(
    string Name,
    string Vendor,
    long MemoryBytes,
    long? MemoryFreeBytes,
    bool Unified,
    long? CarveOutBytes,
    long? BandwidthBytesPerSecond,
    double? Fp16Tflops,
    double? Fp16VectorTflops,
    string? Architecture,
    long? PcieBytesPerSecond,
    IReadOnlyList<string> Backends,
    string? Driver,
    string? ComputeCapability,
    string? Id);

/// <summary>A device as the engine lists it; sizes in bytes.</summary>
/// <param name="Name">The engine's name.</param>
/// <param name="Description">The device's own name.</param>
/// <param name="Type"><c>cpu</c>, <c>gpu</c>, <c>igpu</c>, <c>accel</c> or <c>meta</c>.</param>
/// <param name="MemoryFreeBytes">Free bytes by the driver's word.</param>
/// <param name="MemoryTotalBytes">All bytes by the driver's word.</param>
public sealed record EngineDeviceDocument(string Name, string Description, string Type, long MemoryFreeBytes, long MemoryTotalBytes);

using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Planning;

/// <summary>Machines of the kinds that people have, as a machine file would describe them.</summary>
internal static class Machines
{
    public static MachineProfile Cpu(double ramGiB, double bandwidth = 45, int cores = 8, double? availableGiB = null, double? diskGB = null, string simd = "avx2") => new()
    {
        Name = $"laptop with {ramGiB} GiB",
        Cpu = new CpuInfo { Model = "laptop", PhysicalCores = cores, LogicalCores = 2 * cores, Simd = ["sse42", "avx", simd] },
        Memory = new MemoryInfo
        {
            Total = ByteSize.FromGiB(ramGiB),
            Available = ByteSize.FromGiB(availableGiB ?? (ramGiB * 0.8)),
            Bandwidth = ByteRate.FromGBPerSecond(bandwidth),
            BandwidthBasis = "measured",
        },
        Disk = diskGB is { } free ? new DiskInfo { Path = "/models", Free = ByteSize.FromGB(free) } : null,
    };

    public static MachineProfile WithGpus(double ramGiB, int count, double gpuGiB, double bandwidth, string name = "NVIDIA GeForce RTX 4090", string vendor = "nvidia") =>
        Cpu(ramGiB, 60, 12) with
        {
            Name = $"{count} x {name}",
            Gpus = [.. Enumerable.Range(0, count).Select(i => new GpuDevice
            {
                Name = name,
                Vendor = vendor,
                Memory = ByteSize.FromGiB(gpuGiB),
                MemoryFree = ByteSize.FromGiB(gpuGiB * 0.98),
                Bandwidth = ByteRate.FromGBPerSecond(bandwidth),
                Backends = ["cuda", "vulkan"],
            })],
        };

    public static MachineProfile Mac(double gib, double bandwidth, double tflops) => new()
    {
        Name = $"Mac with {gib} GB",
        Os = new OperatingSystemInfo { Family = "macos", Architecture = "arm64" },
        Cpu = new CpuInfo { Model = "Apple M", PhysicalCores = 16, LogicalCores = 16, PerformanceCores = 12, EfficiencyCores = 4, Simd = ["neon", "dotprod", "i8mm"] },
        Memory = new MemoryInfo { Total = ByteSize.FromGiB(gib), Available = ByteSize.FromGiB(gib * 0.85), Bandwidth = ByteRate.FromGBPerSecond(bandwidth) },
        Gpus =
        [
            new GpuDevice
            {
                Name = "Apple M4 Max", Vendor = "apple", Memory = ByteSize.FromGiB(gib * 0.75), Unified = true, Bandwidth = ByteRate.FromGBPerSecond(bandwidth),
                Fp16Tflops = tflops, Backends = ["metal"],
            },
        ],
    };

    public static MachineProfile Server(double ramGiB = 512, double bandwidth = 300, int cores = 64) => Cpu(ramGiB, bandwidth, cores, ramGiB * 0.97, simd: "avx512f") with { Name = "server" };

    /// <summary>The 2-core machine that the project's own speeds were measured on.</summary>
    public static MachineProfile TwoCores() => Cpu(24, 15, 2, 22.5, simd: "avx512f") with { Name = "two cores" };
}

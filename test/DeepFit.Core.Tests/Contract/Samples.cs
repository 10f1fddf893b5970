using System.Text;
using System.Text.Json;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Contract;

/// <summary>Records with every member set, and what the contract makes of them.</summary>
internal static class Samples
{
    public static Configuration Configuration(string variant = "7b", double generationTps = 3.456789) => new()
    {
        Variant = variant,
        Quantization = "Q4_K_M",
        Options = new RuntimeOptions { Context = 16384, KvTypeK = GgmlType.Q8_0, KvTypeV = GgmlType.F16, GpuLayers = 29, TensorSplit = [0.75, 0.25] },
        FileBytes = new ByteSize(4_683_073_504),
        Fits = true,
        LimitedBy = null,
        Reason = new BilingualText("Fits with room to spare.", "放得下，还有余量。"),
        Memory = new MemoryEstimate(
            EstimateBasis.Simulated,
            [
                new DeviceMemory("CPU", new(100), new(20), new(3), new(4), new ByteSize(1000)),
                new DeviceMemory("CUDA0", new(200), new(40), new(6), new(8)),
            ]),
        Speed = Speed(generationTps),
        Quality = new QualityEstimate
        {
            Basis = EstimateBasis.Estimated,
            Score = 61.2345,
            QuantizationLoss = 1.23456,
            Uncertainty = 2.5,
            Benchmarks = new Dictionary<string, double> { ["aime_2024_pass1"] = 55.5, ["math_500_pass1"] = 92.8 },
            Assumes = new BilingualText("Published scores.", "已发表的分数。"),
        },
    };

    public static SpeedEstimate Speed(double generationTps) => new()
    {
        Basis = EstimateBasis.Measured,
        PromptTps = 15.61234,
        PromptTpsLow = 14.00001,
        PromptTpsHigh = 17.5,
        GenerationTps = generationTps,
        GenerationTpsLow = 3.1,
        GenerationTpsHigh = 3.9,
        SecondsToFirstToken = 32.01234,
        SecondsToAnswer = 812.34567,
        PromptTokens = 500,
        ReasoningTokens = 2000,
        AnswerTokens = 500,
        Assumes = new BilingualText("Four threads.", "四个线程。"),
    };

    public static MachineProfile Machine() => new()
    {
        Name = "workstation",
        Os = new OperatingSystemInfo { Family = "windows", Description = "Windows 11", Architecture = "x64", Container = "docker", Wsl = true },
        Cpu = new CpuInfo
        {
            Model = "Intel(R) Core(TM) i9-13900K",
            PhysicalCores = 24,
            LogicalCores = 32,
            PerformanceCores = 8,
            EfficiencyCores = 16,
            QuotaCores = 12.5,
            Simd = ["sse42", "avx", "avx2", "fma", "f16c"],
            NumaNodes = 2,
            MaxMhz = 5800.5,
        },
        Memory = new MemoryInfo
        {
            Total = ByteSize.FromGiB(64),
            Available = ByteSize.FromGiB(50),
            CgroupLimit = ByteSize.FromGiB(64),
            Bandwidth = ByteRate.FromGBPerSecond(78.25),
            BandwidthBasis = "measured",
            Swap = ByteSize.FromGiB(8),
        },
        Disk = new DiskInfo
        {
            Path = "D:\\models",
            Free = ByteSize.FromGB(900),
            Total = ByteSize.FromGB(2000),
            ReadRate = ByteRate.FromGBPerSecond(3.5),
            Kind = "nvme",
        },
        Gpus =
        [
            new GpuDevice
            {
                Name = "NVIDIA GeForce RTX 3090",
                Vendor = "nvidia",
                Memory = ByteSize.FromGiB(24),
                MemoryFree = ByteSize.FromGiB(23),
                Bandwidth = ByteRate.FromGBPerSecond(936),
                Fp16Tflops = 71.2,
                Fp16VectorTflops = 35.6,
                Architecture = "ampere",
                PcieBytesPerSecond = ByteRate.FromGBPerSecond(31.5),
                Backends = ["cuda", "vulkan"],
                Driver = "570.86",
                ComputeCapability = "8.6",
                Id = "0000:01:00.0",
            },
            new GpuDevice
            {
                Name = "Intel(R) UHD Graphics 770",
                Vendor = "intel",
                Memory = ByteSize.FromGiB(32),
                Unified = true,
                CarveOut = ByteSize.FromMiB(128),
                Fp16VectorTflops = 1.59,
                Architecture = "xe-lp",
                Backends = ["vulkan"],
            },
        ],
        EngineDevices = [new EngineDevice("Vulkan0", "NVIDIA GeForce RTX 3090", "gpu", ByteSize.FromGiB(23), ByteSize.FromGiB(24))],
    };

    public static string Text(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static JsonElement Json(Action<Stream> write)
    {
        using var document = JsonDocument.Parse(Text(write));
        return document.RootElement.Clone();
    }

    public static string Print(this MachineProfile machine) => Text(s => ContractJson.Write(s, machine.ToDocument()));

    public static string[] Names(this JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];
}

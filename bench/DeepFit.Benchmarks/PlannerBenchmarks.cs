using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Units;

namespace DeepFit.Benchmarks;

/// <summary>
/// A whole recommendation, all variants and quantizations: <c>dotnet run -c Release --project bench/DeepFit.Benchmarks -- --filter '*Planner*'</c>. The column
/// Configurations/s is the planner's rate on one core, every configuration with memory, speed, quality and fit; the rows' exact checks and words are in it.
/// </summary>
[MemoryDiagnoser]
[Config(typeof(Columns))]
public class PlannerBenchmarks
{
    private MachineProfile machine = null!;

    /// <summary>What the recommendation is for.</summary>
    [Params("laptop", "two 24 GB GPUs", "eight 80 GB GPUs")]
    public string Machine { get; set; } = "laptop";

    /// <summary>How many configurations one recommendation weighs.</summary>
    public static int Consider(string name) => Recommender.Recommend(MachineOf(name)).Considered;

    [GlobalSetup]
    public void Setup() => machine = MachineOf(Machine);

    [Benchmark]
    public Recommendation Recommend() => Recommender.Recommend(machine);

    private static MachineProfile MachineOf(string name)
    {
        (double ram, int gpus, double gib, double bandwidth) = name switch
        {
            "two 24 GB GPUs" => (64.0, 2, 24.0, 936.0),
            "eight 80 GB GPUs" => (1024.0, 8, 80.0, 3350.0),
            _ => (32.0, 0, 0.0, 0.0),
        };
        return new MachineProfile
        {
            Name = name,
            Cpu = new CpuInfo { Model = name, PhysicalCores = 8, LogicalCores = 16, Simd = ["avx2"] },
            Memory = new MemoryInfo
            {
                Total = ByteSize.FromGiB(ram),
                Available = ByteSize.FromGiB(ram * 0.85),
                Bandwidth = ByteRate.FromGBPerSecond(60),
                BandwidthBasis = "measured",
            },
            Gpus = [.. Enumerable.Range(0, gpus).Select(i => new GpuDevice
            {
                Name = $"NVIDIA GPU {i}", Vendor = "nvidia", Memory = ByteSize.FromGiB(gib), Bandwidth = ByteRate.FromGBPerSecond(bandwidth), Backends = ["cuda"],
            })],
        };
    }

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new ConfigurationsPerSecondColumn());
    }
}

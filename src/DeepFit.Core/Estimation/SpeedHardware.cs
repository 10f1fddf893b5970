using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>One device as the speed model sees it.</summary>
internal sealed record SpeedDevice
{
    /// <summary>The engine's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whose constants are its own: <c>nvidia hbm amd cdna apple apple-ultra igpu intel intel-igpu other cpu cpu-measured</c>.</summary>
    public required string Class { get; init; }

    /// <summary>Bandwidth that generation reaches: the device's, times its efficiency; of the cache alone where <see cref="Calibrated"/>.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Whether layers were measured on it: then reading their weights is part of <see cref="GenerationFlops"/>.</summary>
    public bool Calibrated { get; init; }

    /// <summary>Whether a layer was measured at depth: then attention's arithmetic is part of reading the cache.</summary>
    public bool AttentionMeasured { get; init; }

    /// <summary>Arithmetic that generation reaches, in operations on Q4_K weights per second.</summary>
    public required double GenerationFlops { get; init; }

    /// <summary>Arithmetic that prompt processing reaches.</summary>
    public required double PromptFlops { get; init; }

    /// <summary>Fixed cost of a layer.</summary>
    public required double SecondsPerLayer { get; init; }

    /// <summary>The bandwidth before the efficiency.</summary>
    public required ByteRate Nominal { get; init; }

    /// <summary>Whether the bandwidth is known, not assumed.</summary>
    public required bool Known { get; init; }

    /// <summary>What carries weights to it during prompts, when they lie in system memory; 0 where they need not be carried.</summary>
    public double BusBytesPerSecond { get; init; }
}

/// <summary>A machine as the speed model sees it.</summary>
internal sealed class SpeedHardware
{
    /// <summary>Cores at which <c>core_exponent</c> changes nothing.</summary>
    private const double UnitCores = 8;

    private SpeedHardware(SpeedHardware other)
    {
        (Cpu, Gpus, Nodes, RamBytes, DiskBytesPerSecond, DiskKnown) = (other.Cpu, other.Gpus, other.Nodes, other.RamBytes, other.DiskBytesPerSecond, other.DiskKnown);
    }

    private SpeedHardware(SpeedDevice cpu, SpeedDevice[] gpus, MachineProfile machine, SpeedConstants constants)
    {
        Cpu = cpu;
        Gpus = gpus;
        Nodes = Math.Max(1, machine.Nodes);
        RamBytes = machine.Memory.Available.Bytes;
        bool rate = machine.Disk?.ReadRate is { BytesPerSecond: > 0 };
        DiskKnown = rate;
        DiskBytesPerSecond = rate ? machine.Disk!.ReadRate!.Value.BytesPerSecond : constants.Get("general", "disk", "assumed_gb_s") * 1e9;
    }

    public SpeedDevice Cpu { get; private init; }

    public SpeedDevice[] Gpus { get; private init; }

    /// <summary>Joined machines.</summary>
    public int Nodes { get; }

    /// <summary>System memory that can hold weights.</summary>
    public double RamBytes { get; }

    /// <summary>Rate at which weights that memory does not hold come from the disk.</summary>
    public double DiskBytesPerSecond { get; }

    /// <summary>Whether that rate was measured, not assumed.</summary>
    public bool DiskKnown { get; }

    public static SpeedHardware Of(MachineProfile machine, EstimationTarget target, IReadOnlyList<GpuDevice?> devices, SpeedConstants constants)
    {
        var gpus = new SpeedDevice[target.Gpus.Count];
        for (int i = 0; i < gpus.Length; i++)
        {
            gpus[i] = OfGpu(target.Gpus[i], i < devices.Count ? devices[i] : null, machine, constants);
        }

        return new SpeedHardware(OfCpu(machine, constants), gpus, machine, constants);
    }

    /// <summary>The same machine with calibrated devices; null leaves one as it is.</summary>
    public SpeedHardware With(SpeedDevice? cpu, SpeedDevice[]? gpus) => new(this) { Cpu = cpu ?? Cpu, Gpus = gpus ?? Gpus };

    /// <summary>Physical cores that count: efficiency cores half, at most the time limit.</summary>
    internal static double EffectiveCores(CpuInfo cpu)
    {
        double cores = cpu is { PerformanceCores: { } fast, EfficiencyCores: { } slow } ? fast + (slow / 2.0) : cpu.PhysicalCores;
        return Math.Max(0.5, Math.Min(cores, cpu.QuotaCores ?? double.MaxValue));
    }

    private static SpeedDevice OfCpu(MachineProfile machine, SpeedConstants constants)
    {
        double cores = EffectiveCores(machine.Cpu);
        bool known = machine.Memory.Bandwidth is { BytesPerSecond: > 0 };
        ByteRate nominal = known
            ? machine.Memory.Bandwidth!.Value
            : ByteRate.FromGBPerSecond(Math.Min(constants.Get("general", "cpu", "assumed_gb_s_most"), cores * constants.Get("general", "cpu", "assumed_gb_s_per_core")));
        bool measured = known && string.Equals(machine.Memory.BandwidthBasis, "measured", StringComparison.OrdinalIgnoreCase);
        string of = measured ? "cpu-measured" : "cpu";

        // Threads on one socket read the other's memory slowly: a further socket adds only a part of its bandwidth, and of its arithmetic.
        int sockets = Math.Max(1, machine.Cpu.Sockets);
        double share = sockets == 1 || measured ? 1 : (1 + ((sockets - 1) * constants.Get("general", "cpu", "further_socket_share"))) / sockets;
        double effective = UnitCores * Math.Pow(cores / UnitCores, constants.Get("general", "cpu", "core_exponent"));
        double flops = effective * share * constants.GflopsPerCore(machine.Cpu.Simd) * 1e9;
        double vector = effective * share * constants.GflopsPerCore(machine.Cpu.Simd, matrixUnits: false) * 1e9;
        return new SpeedDevice
        {
            Name = "CPU",
            Class = of,
            BytesPerSecond = nominal.BytesPerSecond * share * constants.Get("device", of, "generation_efficiency"),
            GenerationFlops = vector * constants.Get("general", "cpu", "generation_flops_share"),
            PromptFlops = flops,
            SecondsPerLayer = constants.Get("device", of, "layer_microseconds") * 1e-6,
            Nominal = nominal,
            Known = known,
        };
    }

    private static SpeedDevice OfGpu(GpuTarget target, GpuDevice? gpu, MachineProfile machine, SpeedConstants constants)
    {
        string of = gpu is null ? (target.Unified ? "igpu" : "other") : constants.ClassOf(gpu);
        ByteRate? own = gpu?.Bandwidth ?? (target.Unified ? machine.Memory.Bandwidth : null);
        bool known = own is { BytesPerSecond: > 0 };
        ByteRate nominal = known ? own!.Value : ByteRate.FromGBPerSecond(constants.Get("device", of, "assumed_gb_s"));
        double balanced = nominal.BytesPerSecond * constants.Get("device", of, "flops_per_byte");


        // Apple's GPUs have no matrix units of their own: the one rate that is published is the vector rate.
        double? published = gpu?.Fp16VectorTflops ?? (of is "apple" or "apple-ultra" ? gpu?.Fp16Tflops : null);
        double vector = published is > 0 and { } tflops ? tflops * 1e12 : balanced;
        double slow = gpu?.Architecture is { } architecture ? constants.Find("architecture", architecture, "generation_time") ?? 1 : 1;
        double fast = gpu?.Architecture is { } generation ? constants.Find("architecture", generation, "prompt_rate") ?? 1 : 1;
        double weight = constants.Get("general", "prompt", "arithmetic_exponent");
        return new SpeedDevice
        {
            Name = target.Name,
            Class = of,
            BytesPerSecond = nominal.BytesPerSecond * constants.Get("device", of, "generation_efficiency") / slow,
            GenerationFlops = vector * constants.Get("device", of, "generation_flops_share") / slow,
            PromptFlops = Math.Pow(vector, weight) * Math.Pow(balanced, 1 - weight) * constants.Get("device", of, "prompt_flops_share") * fast,
            SecondsPerLayer = constants.Get("device", of, "layer_microseconds") * 1e-6 * slow,
            Nominal = nominal,
            Known = known,
            BusBytesPerSecond = target.Unified ? 0 : gpu?.PcieBytesPerSecond?.BytesPerSecond ?? (constants.Get("general", "bus", "assumed_gb_s") * 1e9),
        };
    }
}

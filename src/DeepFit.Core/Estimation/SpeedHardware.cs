using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>One device as the speed model sees it.</summary>
/// <param name="Name">The engine's name.</param>
/// <param name="Kind">Row of constants.</param>
/// <param name="BytesPerSecond">Memory bandwidth that generation reaches: the device's, times its efficiency.</param>
/// <param name="FlopsPerSecond">Arithmetic that prompt processing reaches.</param>
/// <param name="SecondsPerLayer">Fixed cost of a layer.</param>
/// <param name="GenerationLow">Logarithm of the low end of generation speed over the estimate.</param>
/// <param name="GenerationHigh">The high end.</param>
/// <param name="PromptLow">The same for prompts.</param>
/// <param name="PromptHigh">The high end.</param>
/// <param name="Nominal">The bandwidth before the efficiency.</param>
/// <param name="Known">Whether the bandwidth is known, not assumed.</param>
internal sealed record SpeedDevice(
    string Name,
    string Kind,
    double BytesPerSecond,
    double FlopsPerSecond,
    double SecondsPerLayer,
    double GenerationLow,
    double GenerationHigh,
    double PromptLow,
    double PromptHigh,
    ByteRate Nominal,
    bool Known);

/// <summary>A machine as the speed model sees it.</summary>
internal sealed class SpeedHardware
{
    private SpeedHardware(SpeedDevice cpu, SpeedDevice[] gpus)
    {
        Cpu = cpu;
        Gpus = gpus;
    }

    public SpeedDevice Cpu { get; }

    public SpeedDevice[] Gpus { get; }

    public static SpeedHardware Of(MachineProfile machine, EstimationTarget target, IReadOnlyList<GpuDevice?> devices)
    {
        var gpus = new SpeedDevice[target.Gpus.Count];
        for (int i = 0; i < gpus.Length; i++)
        {
            gpus[i] = OfGpu(target.Gpus[i], i < devices.Count ? devices[i] : null, machine);
        }

        return new SpeedHardware(OfCpu(machine), gpus);
    }

    private static SpeedDevice OfCpu(MachineProfile machine)
    {
        SpeedConstants constants = SpeedConstants.Default;
        double cores = EffectiveCores(machine.Cpu);
        bool known = machine.Memory.Bandwidth is { BytesPerSecond: > 0 };
        ByteRate nominal = known
            ? machine.Memory.Bandwidth!.Value
            : ByteRate.FromGBPerSecond(Math.Min(constants.Get("general", "cpu", "assumed_gb_s_most"), cores * constants.Get("general", "cpu", "assumed_gb_s_per_core")));
        bool measured = known && string.Equals(machine.Memory.BandwidthBasis, "measured", StringComparison.OrdinalIgnoreCase);
        string kind = measured ? "cpu-measured" : "cpu";
        double gflops = cores * constants.GflopsPerCore(machine.Cpu.Simd);
        return Device("CPU", kind, nominal, known, gflops * 1e9);
    }

    /// <summary>Physical cores that count: efficiency cores half, at most the time limit.</summary>
    internal static double EffectiveCores(CpuInfo cpu)
    {
        double cores = cpu is { PerformanceCores: { } fast, EfficiencyCores: { } slow } ? fast + (slow / 2.0) : cpu.PhysicalCores;
        return Math.Max(0.5, Math.Min(cores, cpu.QuotaCores ?? double.MaxValue));
    }

    private static SpeedDevice OfGpu(GpuTarget target, GpuDevice? gpu, MachineProfile machine)
    {
        SpeedConstants constants = SpeedConstants.Default;
        string kind = gpu is null ? (target.Unified ? "igpu" : "other") : constants.KindOf(gpu);
        ByteRate? own = gpu?.Bandwidth ?? (target.Unified ? machine.Memory.Bandwidth : null);
        bool known = own is { BytesPerSecond: > 0 };
        ByteRate nominal = known ? own!.Value : ByteRate.FromGBPerSecond(constants.Get("device", kind, "assumed_gb_s"));
        double perBandwidth = constants.Get("device", kind, "prompt_tflops_per_tb_s") * nominal.BytesPerSecond;
        double flops = gpu?.Fp16Tflops is { } tflops && constants.Find("device", kind, "prompt_tflops_fraction") is { } fraction
            ? tflops * 1e12 * fraction
            : perBandwidth;
        return Device(target.Name, kind, nominal, known, flops);
    }

    private static SpeedDevice Device(string name, string kind, ByteRate nominal, bool known, double flops)
    {
        SpeedConstants constants = SpeedConstants.Default;
        double least = constants.Get("general", "interval", "log_half_width_least");
        double unknown = known ? 0 : constants.Get("general", "unknown", "log_half_width");
        return new SpeedDevice(
            name,
            kind,
            nominal.BytesPerSecond * constants.Get("device", kind, "generation_efficiency"),
            flops,
            constants.Get("device", kind, "layer_microseconds") * 1e-6,
            Math.Min(constants.Get("device", kind, "generation_log_low"), -least) - unknown,
            Math.Max(constants.Get("device", kind, "generation_log_high"), least) + unknown,
            Math.Min(constants.Get("device", kind, "prompt_log_low"), -least) - unknown,
            Math.Max(constants.Get("device", kind, "prompt_log_high"), least) + unknown,
            nominal,
            known);
    }
}

using CsCheck;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Tests.Planning;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Estimation;

public class SpeedModelTests
{
    private static readonly string[] Variants = ["1.5b", "7b", "32b", "671b"];
    private static readonly string[] Types = ["Q4_K_M", "Q8_0", "IQ2_XXS", "F16"];
    private static readonly RuntimeOptions Full = new() { GpuLayers = 999 };

    [Fact]
    public void More_bandwidth_arithmetic_or_cores_never_slow_anything()
    {
        Gen.Select(Gen.Double[20, 3000], Gen.Double[1.0, 3], Gen.Int[1, 128], Gen.Int[0, Variants.Length - 1], Gen.Int[0, Types.Length - 1])
            .Sample((bandwidth, factor, cores, v, q) =>
            {
                string variant = Variants[v], quantization = Types[q];
                double slow = Seconds(Machines.Cpu(2000, bandwidth, cores), variant, new RuntimeOptions(), quantization).Generation;
                Seconds(Machines.Cpu(2000, bandwidth * factor, cores), variant, new RuntimeOptions(), quantization).Generation.ShouldBeLessThanOrEqualTo(slow * 1.0000001);
                Seconds(Machines.Cpu(2000, bandwidth, cores * 2), variant, new RuntimeOptions(), quantization).Generation.ShouldBeLessThanOrEqualTo(slow * 1.0000001);
                double gpu = Seconds(Machines.WithGpus(2000, 1, 2000, bandwidth), variant, Full, quantization).Generation;
                Seconds(Machines.WithGpus(2000, 1, 2000, bandwidth * factor), variant, Full, quantization).Generation.ShouldBeLessThanOrEqualTo(gpu * 1.0000001);
            }, iter: 200);
    }

    [Fact]
    public void The_time_of_a_token_grows_in_a_straight_line_with_the_depth_on_a_GPU()
    {
        MachineProfile machine = Machines.WithGpus(64, 1, 24, 1008);
        double at0 = Seconds(machine, "7b", Full, depth: 0).Generation, at1 = Seconds(machine, "7b", Full, depth: 10000).Generation, at2 = Seconds(machine, "7b", Full, depth: 20000).Generation;
        (at2 - at1).ShouldBe(at1 - at0, (at1 - at0) * 1e-6);
        at1.ShouldBeGreaterThan(at0);
    }

    [Fact]
    public void Each_boundary_between_devices_costs_time_and_a_network_more()
    {
        MachineProfile one = Machines.WithGpus(256, 1, 96, 900), two = Machines.WithGpus(256, 2, 48, 900), joined = one with { Nodes = 2 };
        double alone = Seconds(one, "32b", Full).Generation;
        double split = Seconds(two, "32b", Full).Generation;
        double network = Seconds(joined, "32b", Full).Generation;
        (split - alone).ShouldBe(SpeedConstants.Default.Get("general", "boundary", "device_microseconds") * 1e-6, 1e-6);
        network.ShouldBeGreaterThan(split);
    }

    [Fact]
    public void A_long_prompt_is_on_several_GPUs_at_once_and_a_short_one_is_not()
    {
        MachineProfile one = Machines.WithGpus(256, 1, 96, 900), four = Machines.WithGpus(256, 4, 96, 900);
        Seconds(four, "32b", Full, prompt: 512).Prompt.ShouldBe(Seconds(one, "32b", Full, prompt: 512).Prompt, 1e-9);
        Seconds(four, "32b", Full, prompt: 4096).Prompt.ShouldBeLessThan(0.6 * Seconds(one, "32b", Full, prompt: 4096).Prompt);
    }

    [Fact]
    public void Weights_that_memory_does_not_hold_come_from_the_disk_for_every_token()
    {
        MachineProfile small = Machines.Cpu(256, 100, 32) with { Disk = new DiskInfo { Path = "/", Free = ByteSize.FromGB(1000), ReadRate = ByteRate.FromGBPerSecond(2) } };
        MachineProfile slow = small with { Disk = small.Disk! with { ReadRate = ByteRate.FromGBPerSecond(1) } };
        double fits = Seconds(Machines.Cpu(1024, 100, 32), "671b", new RuntimeOptions()).Generation;
        double half = Seconds(small, "671b", new RuntimeOptions()).Generation, slower = Seconds(slow, "671b", new RuntimeOptions()).Generation;
        half.ShouldBeGreaterThan(3 * fits);
        (slower - fits).ShouldBe(2 * (half - fits), 1e-6);

        // the share of the experts that is missing, read at the disk's rate: 8 of 256 are used
        SpeedLayout sums = SpeedLayout.Of(Layout("671b", "Q4_K_M"));
        double missing = sums.TotalBytes + (sums.CacheBytes(Core.Gguf.GgmlType.F16, Core.Gguf.GgmlType.F16) * 8192 * 61) - small.Memory.Available.Bytes;
        (half - fits).ShouldBe(missing * sums.ExpertShare / 2e9, 0.02 * (half - fits));
    }

    [Fact]
    public void A_dense_model_beyond_memory_reads_more_than_what_is_missing_and_no_more_than_everything()
    {
        MachineProfile machine = Machines.Cpu(32, 60, 8, availableGiB: 28) with { Disk = new DiskInfo { Path = "/", Free = ByteSize.FromGB(1000), ReadRate = ByteRate.FromGBPerSecond(3) } };
        SpeedLayout sums = SpeedLayout.Of(Layout("70b", "Q4_K_M"));
        double read = (Seconds(machine, "70b", new RuntimeOptions()).Generation - Seconds(Machines.Cpu(128, 60, 8), "70b", new RuntimeOptions()).Generation) * 3e9;
        read.ShouldBeInRange(sums.TotalBytes - machine.Memory.Available.Bytes, sums.TotalBytes);
    }

    [Fact]
    public void Prompts_of_layers_on_the_CPU_carry_the_weights_over_the_bus_once_a_batch()
    {
        MachineProfile wide = WithBus(32), narrow = WithBus(1);
        var half = new RuntimeOptions { GpuLayers = 30 };
        double slow = Seconds(narrow, "32b", half).Prompt, fast = Seconds(wide, "32b", half).Prompt;
        SpeedLayout sums = SpeedLayout.Of(Layout("32b", "Q4_K_M"));
        (slow - fast).ShouldBe(sums.Dense[sums.Layers + 1 - 30] / 512.0 * ((1 / 1e9) - (1 / 32e9)), 1e-9);
        Seconds(narrow, "32b", half with { UBatch = 256 }).Prompt.ShouldBeGreaterThan(1.5 * slow);
    }

    [Fact]
    public void A_second_socket_adds_less_than_it_has()
    {
        MachineProfile one = Machines.Server(1024, 300, 32);
        MachineProfile two = Machines.Server(1024, 600, 64) with { Memory = Machines.Server(1024, 600, 64).Memory with { BandwidthBasis = "2 x 8 x ddr5-4800" } };
        two = two with { Cpu = two.Cpu with { Sockets = 2 } };
        one = one with { Memory = one.Memory with { BandwidthBasis = "8 x ddr5-4800" } };
        double alone = Seconds(one, "671b", new RuntimeOptions()).Generation, both = Seconds(two, "671b", new RuntimeOptions()).Generation;
        both.ShouldBeInRange(0.6 * alone, alone);
    }

    private static MachineProfile WithBus(double gigabytes)
    {
        MachineProfile machine = Machines.WithGpus(64, 1, 12, 504);
        return machine with { Gpus = [machine.Gpus[0] with { PcieBytesPerSecond = ByteRate.FromGBPerSecond(gigabytes) }] };
    }

    private static ModelLayout Layout(string variant, string quantization) => ModelCatalog.Default.Find(variant).Layout(Quantizations.Find(quantization));

    private static SpeedSeconds Seconds(MachineProfile machine, string variant, RuntimeOptions options, string quantization = "Q4_K_M", int prompt = 512, double depth = 64)
    {
        MachineBudget budget = MachineBudget.Of(machine);
        SpeedHardware hardware = SpeedHardware.Of(machine, budget.Target, budget.DevicesOf(budget.Target), SpeedConstants.Default);
        var model = new SpeedModel(hardware, SpeedConstants.Default);
        return model.Seconds(SpeedLayout.Of(Layout(variant, quantization)), options, SpeedPlacement.Splits(budget.Target, null), prompt, depth);
    }
}

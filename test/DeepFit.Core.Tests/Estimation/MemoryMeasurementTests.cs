using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Tests.Planning;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Estimation;

public sealed class MemoryMeasurementTests
{
    private static readonly ModelLayout Layout = ModelCatalog.Default.Find("7b").Layout(Quantizations.Find("Q4_K_M"));
    private static readonly EstimationTarget Target = new(ByteSize.FromGiB(64), [new GpuTarget("Vulkan0", "vulkan", ByteSize.FromGiB(24))]);
    private static readonly RuntimeOptions Served = new() { Context = 8192, FewOutputs = true };

    [Fact]
    public void What_a_real_run_took_replaces_the_estimate_of_this_very_configuration()
    {
        MemoryEstimate estimate = MemoryEstimator.Estimate(Layout, Served with { FewOutputs = false }, Target);

        MemoryEstimate known = MemoryMeasurement.Correct([Of(Served, 5_000)], "7B", Layout, Served with { FewOutputs = false }, estimate);

        known.Basis.ShouldBe(EstimateBasis.Verified);
        known.Devices.Select(d => d.Device).ShouldBe(["CPU", "Vulkan0"]);
        known.Devices[0].Compute.ShouldBe(ByteSize.FromMiB(5_000));
        known.Devices[0].Available.ShouldBe(ByteSize.FromGiB(64));
        known.Devices[1].Total.ShouldBe(ByteSize.Zero);
    }

    [Fact]
    public void Another_configuration_another_model_and_other_devices_are_not_taken_for_it()
    {
        MemoryMeasurement measured = Of(Served, 5_000);
        foreach (RuntimeOptions other in (RuntimeOptions[])
        [
            Served with { Context = 4096 }, Served with { Parallel = 2 }, Served with { KvTypeK = GgmlType.Q8_0 }, Served with { UBatch = 256 }, Served with { FlashAttention = false },
            Served with { GpuLayers = 1 }, Served with { TensorSplit = [1] },
        ])
        {
            MemoryEstimate estimate = MemoryEstimator.Estimate(Layout, other, Target);
            MemoryMeasurement.Correct([measured], "7b", Layout, other, estimate).ShouldBeSameAs(estimate);
        }

        MemoryEstimate same = MemoryEstimator.Estimate(Layout, Served, Target);
        MemoryMeasurement[] strangers =
        [
            measured with { Variant = "8b" }, measured with { Quantization = "Q8_0" }, measured with { TensorBytes = new ByteSize(Layout.TensorBytes.Bytes * 9 / 10) },
            measured with { Devices = [.. measured.Devices, measured.Devices[0] with { Device = "CUDA0" }] }, measured with { Devices = [measured.Devices[0] with { Device = "Metal" }] },
        ];
        MemoryMeasurement.Correct(strangers, "7b", Layout, Served, same).ShouldBeSameAs(same);
        MemoryEstimate simulated = same with { Basis = EstimateBasis.Simulated };
        MemoryMeasurement.Correct([measured], "7b", Layout, Served, simulated).ShouldBeSameAs(simulated); // that rung was asked for
    }

    [Fact]
    public void The_newest_run_counts_and_all_layers_are_all_layers()
    {
        var options = new RuntimeOptions { GpuLayers = 99, TensorSplit = [1] };
        MemoryMeasurement old = Of(options, 100), recent = Of(options, 200) with { MeasuredAt = DateTimeOffset.UnixEpoch.AddDays(1) };
        RuntimeOptions asked = options with { GpuLayers = Layout.Architecture.LayerCount + 1, TensorSplit = new List<double> { 1 } };

        MemoryEstimate known = MemoryMeasurement.Correct([recent, old], "7b", Layout, asked, MemoryEstimator.Estimate(Layout, asked, Target));

        (known.Basis, known.Devices[0].Compute).ShouldBe((EstimateBasis.Verified, ByteSize.FromMiB(200)));
    }

    [Fact]
    public void The_judge_and_the_recommender_count_with_it()
    {
        MachineProfile machine = Machines.Cpu(16);
        ModelVariant variant = ModelCatalog.Default.Find("7b");
        Configuration plain = Recommender.Recommend(machine, new RecommendRequest { Variants = [variant] }).Pick!;
        ModelLayout layout = variant.Layout(Quantizations.Find(plain.Quantization));
        MemoryMeasurement Took(double compute) => Of(plain.Options, compute) with { Quantization = plain.Quantization, TensorBytes = layout.TensorBytes };

        Configuration known = Recommender.Recommend(machine, new RecommendRequest { Variants = [variant], Memories = [Took(10)] }).Pick!;
        Configuration other = Recommender.Recommend(machine, new RecommendRequest { Variants = [variant], Memories = [Took(100_000)] }).Pick!;
        var judge = new Judge(machine, [], memories: [Took(100_000)]);
        Configuration judged = judge.Of(new PlannedModel("7b", layout, variant, null), plain.Options, MemoryEstimator.Estimate(layout, plain.Options, judge.Target));

        (known.Memory.Basis, known.Memory.Devices[0].Compute).ShouldBe((EstimateBasis.Verified, ByteSize.FromMiB(10)));
        (other.Quantization, other.Options).ShouldNotBe((plain.Quantization, plain.Options)); // it was seen not to fit
        (judged.Fits, judged.LimitedBy, judged.Memory.Basis).ShouldBe((false, "ram", EstimateBasis.Verified));
    }

    private static MemoryMeasurement Of(RuntimeOptions options, double computeMiB) => new(
        "7b", "Q4_K_M", Layout.TensorBytes, options,
        [new DeviceMemory("CPU", ByteSize.FromMiB(4000), ByteSize.FromMiB(400), ByteSize.FromMiB(computeMiB), ByteSize.FromMiB(50)), .. options.GpuLayers == 0
            ? (DeviceMemory[])[]
            : [new DeviceMemory("Vulkan0", ByteSize.FromMiB(4000), ByteSize.Zero, ByteSize.Zero, ByteSize.Zero)]],
        "m", "llama.cpp", DateTimeOffset.UnixEpoch);
}

using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Tests.LlamaCpp;

/// <summary>Expected figures: <c>llama-fit-params --fit-print on</c> of llama.cpp v0.4.0, MiB; repacked weights, which it leaves out, counted on the CPU.</summary>
[Collection(Engine.Collection)]
public class DryRunTests
{
    [Theory]
    [InlineData("1.5b", "F16", 8192, "F16", "F16", 512, 1, true, 3389, 224, 302)]
    [InlineData("7b", "F16", 32768, "Q8_0", "Q8_0", 512, 1, true, 14526, 952, 318)]
    [InlineData("7b", "Q4_K_M", 8192, "F16", "F16", 512, 1, true, 4460, 448, 311)]
    [InlineData("8b", "F16", 8192, "F16", "F16", 2048, 4, true, 15317, 1024, 1066)]
    [InlineData("8b-0528", "F16", 4096, "F16", "F16", 512, 4, false, 15623, 576, 312)]
    [InlineData("14b", "Q4_K_M", 4096, "Q4_0", "Q4_0", 128, 1, true, 8566, 216, 79)]
    [InlineData("70b", "F16", 131072, "F16", "F16", 512, 1, false, 134573, 40960, 16724)]
    [InlineData("671b", "F16", 32768, "F16", "F16", 512, 1, true, 1280086, 2196, 440)]
    [InlineData("671b", "F16", 32768, "Q8_0", "Q8_0", 512, 1, true, 1280086, 1166, 440)]
    public async Task The_layout_on_the_CPU_equals_the_engines_own_figures(
        string variant, string quantization, int context, string typeK, string typeV, int ubatch, int parallel, bool flashAttention, int weights, int cache, int compute)
    {
        Engine.Require();
        var options = new RuntimeOptions
        {
            Context = context,
            KvTypeK = Enum.Parse<GgmlType>(typeK),
            KvTypeV = Enum.Parse<GgmlType>(typeV),
            UBatch = ubatch,
            Parallel = parallel,
            FlashAttention = flashAttention,
        };
        MemoryEstimate estimate = await new DryRun(Engine.CpuOnly()).SimulateAsync(Engine.Layout(variant, quantization), options, TestContext.Current.CancellationToken);
        estimate.Basis.ShouldBe(EstimateBasis.Simulated);
        DeviceMemory cpu = estimate.Devices.ShouldHaveSingleItem();
        cpu.Device.ShouldBe("CPU");
        Whole(cpu).ShouldBe((weights, cache, compute));
        cpu.Overhead.ShouldBeGreaterThan(ByteSize.Zero); // the output buffer
    }

    [Theory]
    [InlineData("1.5b", "F16", true, 14, 0, 2229, 120, 302, 1160, 104, 86)]
    [InlineData("1.5b", "F16", true, 29, 0, 890, 0, 302, 2499, 224, 66)]
    [InlineData("7b", "Q4_K_M", false, 14, 0, 2714, 240, 496, 1745, 208, 175)]
    [InlineData("671b", "Q4_K_M", true, 62, 61, 376954, 0, 438, 8796, 549, 223)]
    public async Task The_layout_on_a_Vulkan_device_equals_the_engines_own_figures(
        string variant, string quantization, bool flashAttention, int layers, int cpuMoe, int weights, int cache, int compute, int gpuWeights, int gpuCache, int gpuCompute)
    {
        Engine.Require();
        IReadOnlyList<EngineDevice> devices = await new EngineDevices(Engine.Vulkan()).ListAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(devices.Any(d => d.Name == "Vulkan0" && d.Description.Contains("llvmpipe", StringComparison.Ordinal)), "the figures are of llvmpipe (Debian's mesa-vulkan-drivers)");
        var options = new RuntimeOptions { Context = 8192, FlashAttention = flashAttention, GpuLayers = layers, CpuMoeLayers = cpuMoe };
        MemoryEstimate estimate = await new DryRun(Engine.Vulkan()).SimulateAsync(Engine.Layout(variant, quantization), options, TestContext.Current.CancellationToken);
        estimate.Devices.Select(d => d.Device).ShouldBe(["CPU", "Vulkan0"]);
        Whole(estimate.Devices[0]).ShouldBe((weights, cache, compute));
        Whole(estimate.Devices[1]).ShouldBe((gpuWeights, gpuCache, gpuCompute));
    }

    [Theory]
    [InlineData("1.5b", true)]
    [InlineData("7b", false)]
    [InlineData("671b", true)]
    public async Task No_layers_on_a_GPU_leave_it_alone(string variant, bool flashAttention)
    {
        Engine.Require();
        IReadOnlyList<EngineDevice> devices = await new EngineDevices(Engine.Vulkan()).ListAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(devices.Any(d => d.Name == "Vulkan0"), "there is no Vulkan device (Debian's mesa-vulkan-drivers has one)");
        var options = new RuntimeOptions { Context = 8192, FlashAttention = flashAttention, GpuLayers = 0 };
        var target = new EstimationTarget(null, [new GpuTarget("Vulkan0", "vulkan", null, Unified: false)]);

        MemoryEstimate simulated = await new DryRun(Engine.Vulkan()).SimulateAsync(Engine.Layout(variant, "Q4_K_M"), options, TestContext.Current.CancellationToken);
        MemoryEstimate estimated = MemoryEstimator.Estimate(Engine.Layout(variant, "Q4_K_M"), options, target);

        simulated.Devices.Skip(1).ShouldAllBe(d => d.Total == ByteSize.Zero);
        estimated.Devices[1].Total.ShouldBe(ByteSize.Zero);
        Whole(simulated.Devices[0]).ShouldBe(Whole(estimated.Devices[0]));
        (await new DryRun(Engine.Vulkan()).SimulateAsync(Engine.Layout("1.5b", "Q4_K_M"), options with { GpuLayers = 1 }, TestContext.Current.CancellationToken))
            .Devices[1].Compute.ShouldBeGreaterThan(ByteSize.Zero); // one layer is the difference
    }

    [Theory]
    [InlineData("1.5b", 4096, 1, true, 512)]
    [InlineData("1.5b", 32768, 4, false, 64)]
    [InlineData("7b", 3000, 7, true, 512)]
    [InlineData("8b", 4096, 1, true, 512)]
    [InlineData("70b", 32768, 4, true, 512)]
    [InlineData("671b", 4096, 4, true, 512)]
    public async Task What_a_server_reserves_is_estimated_as_the_engine_lays_it_out(string variant, int context, int parallel, bool flashAttention, int ubatch)
    {
        Engine.Require();
        var options = new RuntimeOptions { Context = context, Parallel = parallel, FlashAttention = flashAttention, UBatch = ubatch, FewOutputs = true };
        MemoryEstimate simulated = await new DryRun(Engine.CpuOnly()).SimulateAsync(Engine.Layout(variant, "Q4_K_M"), options, TestContext.Current.CancellationToken);
        MemoryEstimate estimated = MemoryEstimator.Estimate(Engine.Layout(variant, "Q4_K_M"), options, EstimationTarget.CpuOnly);
        estimated.Devices[0].Compute.InMiB.ShouldBe(simulated.Devices[0].Compute.InMiB, 0.01);
        estimated.Devices[0].Compute.ShouldBeLessThanOrEqualTo(
            MemoryEstimator.Estimate(Engine.Layout(variant, "Q4_K_M"), options with { FewOutputs = false }, EstimationTarget.CpuOnly).Devices[0].Compute);
    }

    [Theory]
    [InlineData("671b", "F16", "Q8_0", true, "MLA")]
    [InlineData("7b", "F16", "Q8_0", false, "flash attention")]
    public async Task What_the_engine_refuses_is_a_refusal(string variant, string typeK, string typeV, bool flashAttention, string why)
    {
        Engine.Require();
        var options = new RuntimeOptions { KvTypeK = Enum.Parse<GgmlType>(typeK), KvTypeV = Enum.Parse<GgmlType>(typeV), FlashAttention = flashAttention };
        ConfigurationRefusedException error = await Should.ThrowAsync<ConfigurationRefusedException>(() =>
            new DryRun(Engine.CpuOnly()).SimulateAsync(Engine.Layout(variant, "Q4_K_M"), options, TestContext.Current.CancellationToken));
        error.Text.En.ShouldContain(why);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_the_engines_failure()
    {
        Engine.Require();
        await Should.ThrowAsync<EngineFailedException>(() => new DryRun(Engine.CpuOnly()).SimulateAsync(
            Engine.Layout("1.5b", "Q4_K_M"), new RuntimeOptions(), Path.Combine(Path.GetTempPath(), "no-such-model.gguf"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_engine_lists_its_devices()
    {
        Engine.Require();
        IReadOnlyList<EngineDevice> devices = await new EngineDevices(Engine.CpuOnly()).ListAsync(TestContext.Current.CancellationToken);
        EngineDevice cpu = devices.Single(d => d.Type == "cpu");
        cpu.Name.ShouldBe("CPU");
        cpu.MemoryTotal.ShouldBeGreaterThan(ByteSize.FromMiB(256));
    }

    private static (long Weights, long Cache, long Compute) Whole(DeviceMemory device) =>
        (device.Weights.Bytes / ByteSize.MiB, device.KvCache.Bytes / ByteSize.MiB, device.Compute.Bytes / ByteSize.MiB);
}

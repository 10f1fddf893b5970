using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Tests.Planning;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Estimation;

public class SpeedPlacementTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(49)]
    public void Layers_lie_where_the_memory_estimate_puts_them(int gpuLayers)
    {
        EstimationTarget target = new(ByteSize.FromGiB(64), [.. new[] { 24, 16, 8 }.Select((g, i) => new GpuTarget($"CUDA{i}", "cuda", ByteSize.FromGiB(g)))]);
        ModelLayout layout = ModelCatalog.Default.Find("14b").Layout(Quantizations.Find("Q4_K_M"));
        SpeedLayout sums = SpeedLayout.Of(layout);
        MemoryEstimate memory = MemoryEstimator.Estimate(layout, new RuntimeOptions { GpuLayers = gpuLayers }, target);
        float[] splits = SpeedPlacement.Splits(target, null);
        int begin = SpeedPlacement.FirstOnGpu(sums.Layers, gpuLayers);
        for (int d = 0; d < 3; d++)
        {
            int end = gpuLayers == 0 ? begin : SpeedPlacement.EndOn(splits, d, sums.Layers, gpuLayers);
            int last = Math.Min(end, sums.Layers);
            long bytes = (last > begin ? sums.Dense[last] - sums.Dense[begin] : 0) + (end > sums.Layers && begin <= sums.Layers && gpuLayers > 0 ? sums.OutputBytes : 0);
            memory.Devices[d + 1].Weights.Bytes.ShouldBe(bytes);
            begin = Math.Max(begin, end);
        }
    }

    [Fact]
    public void Dedicated_GPUs_put_integrated_ones_and_software_aside()
    {
        var machine = Machines.WithGpus(32, 1, 8, 448) with
        {
            EngineDevices =
            [
                new("CPU", "CPU", "cpu", default, default),
                new("Vulkan0", "NVIDIA GeForce RTX 4090", "gpu", ByteSize.FromGiB(7.5), ByteSize.FromGiB(8)),
                new("Vulkan1", "AMD Radeon Graphics (RADV)", "igpu", ByteSize.FromGiB(16), ByteSize.FromGiB(16)),
                new("Vulkan2", "llvmpipe (LLVM 15.0.6, 256 bits)", "gpu", ByteSize.FromGiB(32), ByteSize.FromGiB(32)),
            ],
        };
        MachineBudget budget = MachineBudget.Of(machine);
        budget.Target.Gpus.Select(g => g.Name).ShouldBe(["Vulkan0"]);
        budget.Devices[0].ShouldNotBeNull().Name.ShouldBe("NVIDIA GeForce RTX 4090");
    }
}

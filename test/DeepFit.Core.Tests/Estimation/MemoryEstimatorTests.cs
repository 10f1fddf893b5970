using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Estimation.Graph;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Estimation;

/// <summary>Holds the estimator against llama.cpp's own figures, cell by cell.</summary>
public class MemoryEstimatorTests
{
    private static readonly DeviceTraits Llvmpipe = new("vulkan", 64, 1L << 30, 128L << 20);

    public static TheoryData<string> Variants => ["1.5b", "7b", "8b", "8b-0528", "14b", "32b", "70b", "671b"];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_cell_of_the_engines_grid_is_exact_to_the_MiB(string variant)
    {
        ModelLayout model = F16(variant);
        int cells = 0;
        foreach (string[] cell in Rows("memory_grid_cpu.csv", variant))
        {
            var options = new RuntimeOptions
            {
                Context = Int(cell[1]),
                KvTypeK = Type(cell[2]),
                KvTypeV = Type(cell[3]),
                UBatch = Int(cell[4]),
                Batch = Int(cell[5]),
                Parallel = Int(cell[6]),
                FlashAttention = cell[7] == "on",
            };
            cells++;
            string where = string.Join(',', cell);
            if (cell[8] == "ERR")
            {
                Should.Throw<ConfigurationRefusedException>(() => MemoryEstimator.Estimate(model, options, EstimationTarget.CpuOnly), where);
                continue;
            }

            DeviceMemory cpu = MemoryEstimator.Estimate(model, options, EstimationTarget.CpuOnly).Devices.ShouldHaveSingleItem();
            Assert.Equal((where, cell[9], cell[10], cell[11]), (where, MiB(cpu.Weights), MiB(cpu.KvCache), MiB(cpu.Compute)));
            (cpu.Total - cpu.Weights - cpu.KvCache - cpu.Compute).ShouldBe(cpu.Overhead);
        }

        cells.ShouldBe(336);
    }

    [Theory]
    [InlineData("1.5b")]
    [InlineData("7b")]
    [InlineData("8b")]
    [InlineData("8b-0528")]
    [InlineData("70b")]
    [InlineData("671b")]
    public void Offloaded_layouts_match_the_engine_on_a_real_Vulkan_device(string variant)
    {
        ModelLayout model = F16(variant);
        var weights = new WeightTable(model);
        DeviceTraits[] devices = [Llvmpipe, DeviceTraits.For("cpu")];
        int cells = 0;
        foreach (string[] cell in Rows("memory_grid_vulkan.csv", variant))
        {
            var options = new RuntimeOptions
            {
                Context = Int(cell[1]),
                UBatch = Int(cell[2]),
                FlashAttention = cell[3] == "on",
                GpuLayers = Int(cell[4]),
                CpuMoeLayers = Int(cell[5]),
            };
            LayerPlacement placement = LayerPlacement.Create(model.Architecture.LayerCount, options.GpuLayers, [1.0]);
            long[] compute = MemoryEstimator.Compute(model.Architecture, weights, options, devices, placement);
            long[] held = weights.Place(placement, devices, options.CpuMoeLayers);
            string where = string.Join(',', cell);
            Assert.Equal(
                (where, cell[6], cell[8], cell[9], cell[11]),
                (where, MiB(new ByteSize(held[0])), MiB(new ByteSize(compute[0])), MiB(new ByteSize(held[1])), MiB(new ByteSize(compute[1]))));
            cells++;
        }

        cells.ShouldBeGreaterThanOrEqualTo(15);
    }

    // llama-fit-params of llama.cpp v0.4.0 on a file with one attn_kv_b per layer and no key_length_mla; MiB
    [Theory]
    [InlineData(4096, true, "F16", "F16", 512, 1, "19520", "312")]
    [InlineData(4096, false, "F16", "F16", 512, 1, "19520", "1248")]
    [InlineData(32768, true, "F16", "F16", 512, 1, "156160", "328")]
    [InlineData(32768, false, "F16", "F16", 128, 1, "156160", "2118")]
    [InlineData(4096, true, "F16", "F16", 512, 4, "19520", "309")]
    [InlineData(4096, true, "Q8_0", "Q8_0", 512, 1, "10370", "312")]
    [InlineData(4096, true, "Q8_0", "Q4_0", 2048, 1, "8418", "1250")]
    public void Files_of_R1_from_before_the_latent_cache_keep_every_head(
        int context, bool flashAttention, string typeK, string typeV, int ubatch, int parallel, string cacheMiB, string computeMiB)
    {
        ModelLayout modern = F16("671b");
        LatentAttention ranks = modern.Architecture.Mla!;
        ModelArchitecture architecture = modern.Architecture with
        {
            Mla = null,
            DecompressedMla = ranks,
            HeadCountKv = modern.Architecture.HeadCount,
            KeyLength = ranks.KeyLengthMla,
            ValueLength = ranks.ValueLengthMla,
        };
        var options = new RuntimeOptions
        {
            Context = context,
            FlashAttention = flashAttention,
            KvTypeK = Type(typeK),
            KvTypeV = Type(typeV),
            UBatch = ubatch,
            Parallel = parallel,
        };
        DeviceMemory cpu = MemoryEstimator.Estimate(modern with { Architecture = architecture }, options, EstimationTarget.CpuOnly).Devices[0];
        (MiB(cpu.KvCache), MiB(cpu.Compute)).ShouldBe((cacheMiB, computeMiB));
    }

    [Fact]
    public void R1_caches_576_elements_a_layer_and_token()
    {
        ModelLayout model = F16("671b");
        KvCacheLayout cache = KvCacheLayout.Create(model.Architecture, new RuntimeOptions { Context = 32768 });
        (cache.LayerCount, cache.KeyElements, cache.ValueElements).ShouldBe((61, 576, 0));
        MiB(cache.TotalBytes).ShouldBe("2196");
        MiB(KvCacheLayout.Create(model.Architecture, new RuntimeOptions { Context = 32768, KvTypeK = GgmlType.Q8_0, KvTypeV = GgmlType.Q8_0 }).TotalBytes).ShouldBe("1166");
    }

    [Fact]
    public void Without_flash_attention_the_compute_buffer_grows_with_the_context()
    {
        ModelLayout model = F16("70b");
        var options = new RuntimeOptions { Context = 131072 };
        ByteSize on = MemoryEstimator.Estimate(model, options, EstimationTarget.CpuOnly).Devices[0].Compute;
        ByteSize off = MemoryEstimator.Estimate(model, options with { FlashAttention = false }, EstimationTarget.CpuOnly).Devices[0].Compute;
        on.InGiB.ShouldBeInRange(0.3, 0.5);
        off.InGiB.ShouldBeGreaterThan(15);
    }

    [Fact]
    public void Two_GPUs_share_layers_by_their_free_memory_and_nothing_is_lost()
    {
        ModelLayout model = ModelCatalog.Default.Find("70b").Layout(Quantizations.Find("Q4_K_M"));
        var target = new EstimationTarget(
            ByteSize.FromGiB(64),
            [new GpuTarget("CUDA0", "cuda", ByteSize.FromGiB(48)), new GpuTarget("CUDA1", "cuda", ByteSize.FromGiB(24))]);
        var options = new RuntimeOptions { Context = 8192, GpuLayers = 81 };
        MemoryEstimate estimate = MemoryEstimator.Estimate(model, options, target);
        estimate.Devices.Select(d => d.Device).ShouldBe(["CPU", "CUDA0", "CUDA1"]);
        estimate.Devices.Sum(d => d.Weights.Bytes).ShouldBe(model.TensorBytes.Bytes);
        estimate.Devices.Sum(d => d.KvCache.Bytes).ShouldBe(KvCacheLayout.Create(model.Architecture, options).TotalBytes.Bytes);
        (estimate.Devices[1].KvCache.Bytes / (double)estimate.Devices[2].KvCache.Bytes).ShouldBeInRange(1.7, 2.3);
        estimate.Devices[0].KvCache.Bytes.ShouldBe(0);
        estimate.Devices.ShouldAllBe(d => d.Compute.Bytes > 0);
    }

    [Fact]
    public void Experts_on_the_CPU_leave_the_GPU_only_attention_and_shared_weights()
    {
        ModelLayout model = ModelCatalog.Default.Find("671b").Layout(Quantizations.Find("Q4_K_M"));
        var target = new EstimationTarget(ByteSize.FromGiB(512), [new GpuTarget("CUDA0", "cuda", ByteSize.FromGiB(48))]);
        MemoryEstimate estimate = MemoryEstimator.Estimate(model, new RuntimeOptions { GpuLayers = 62, CpuMoeLayers = 61 }, target);
        estimate.Devices[1].Weights.InGiB.ShouldBeInRange(8, 20);
        estimate.Devices[0].Weights.InGiB.ShouldBeGreaterThan(350);
        estimate.Devices.Sum(d => d.Weights.Bytes).ShouldBe(model.TensorBytes.Bytes);
    }

    [Fact]
    public void The_process_takes_tens_of_MiB_besides_and_a_CUDA_context_some_hundreds()
    {
        ModelLayout model = F16("1.5b");
        var target = new EstimationTarget(null, [new GpuTarget("CUDA0", "cuda", ByteSize.FromGiB(8)), new GpuTarget("Vulkan1", "vulkan", ByteSize.FromGiB(8))]);
        MemoryEstimate estimate = MemoryEstimator.Estimate(model, new RuntimeOptions { GpuLayers = 99 }, target);
        estimate.Devices[0].Overhead.InMiB.ShouldBeInRange(55, 70);
        estimate.Devices[1].Overhead.InMiB.ShouldBe(457);
        MemoryEstimator.Estimate(model, new RuntimeOptions { GpuLayers = 0 }, target).Devices[1].Total.ShouldBe(ByteSize.Zero);
    }

    [Theory]
    [InlineData(0, 512, 1)]
    [InlineData(-4096, 512, 1)]
    [InlineData(4096, 0, 1)]
    [InlineData(4096, 512, 0)]
    public void Counts_must_be_positive(int context, int ubatch, int parallel) =>
        Should.Throw<ArgumentOutOfRangeException>(() => MemoryEstimator.Estimate(
            F16("7b"), new RuntimeOptions { Context = context, UBatch = ubatch, Parallel = parallel }, EstimationTarget.CpuOnly));

    private static ModelLayout F16(string variant) => ModelCatalog.Default.Find(variant).Layout(Quantizations.Find("F16"));

    private static IEnumerable<string[]> Rows(string file, string variant) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "TestData", file))
            .Select(line => line.Split(','))
            .Where(cells => cells[0] == variant);

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static GgmlType Type(string text) => Enum.Parse<GgmlType>(text.ToUpperInvariant());

    // the engine's tool cuts to whole MiB
    private static string MiB(ByteSize size) => (size.Bytes / ByteSize.MiB).ToString(CultureInfo.InvariantCulture);
}

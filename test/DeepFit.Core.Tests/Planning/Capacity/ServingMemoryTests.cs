using DeepFit.Core.Models;
using DeepFit.Core.Planning.Capacity;

namespace DeepFit.Core.Tests.Planning.Capacity;

/// <summary>Weights and cache of vLLM and SGLang: published checkpoint sizes to the byte, published minimum configurations.</summary>
public sealed class ServingMemoryTests
{
    [Theory]
    [InlineData("671b")]
    [InlineData("671b-0528")]
    public void R1_in_its_native_FP8_has_exactly_the_published_bytes(string variant) =>
        Model(variant, "fp8").CheckpointBytes.Bytes.ShouldBe(688_574_839_360);

    [Theory]
    [InlineData("1.5b", 3554176000)]
    [InlineData("7b", 15231233024)]
    [InlineData("8b", 16060522496)]
    [InlineData("14b", 29540067328)]
    [InlineData("32b", 65527752704)]
    [InlineData("70b", 141107412992)]
    [InlineData("8b-0528", 16381470720)]
    public void Distilled_models_in_BF16_have_exactly_the_published_bytes(string variant, long bytes) =>
        Model(variant, "bf16").CheckpointBytes.Bytes.ShouldBe(bytes);

    [Fact]
    public void Formats_with_fewer_bits_are_smaller_but_keep_the_embeddings()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            long bf16 = Model(variant.Id, "bf16").LoadedBytes.Bytes;
            long fp8 = Model(variant.Id, "fp8").LoadedBytes.Bytes;
            long awq = Model(variant.Id, "awq").LoadedBytes.Bytes;
            long embeddings = 4L * variant.Architecture.VocabularySize * variant.Architecture.EmbeddingLength;

            fp8.ShouldBeInRange((bf16 + embeddings) / 2, (long)((bf16 + embeddings) / 2 * 1.01));
            awq.ShouldBeInRange((bf16 / 4) + (embeddings * 3 / 4), (long)(((bf16 / 4) + (embeddings * 3 / 4)) * 1.07));
            Model(variant.Id, "w4a16").LoadedBytes.Bytes.ShouldBeLessThan(awq); // no zeros
        }
    }

    // SGLang's table of minimum configurations for DeepSeek V3 and R1, and GPUStack's for vLLM
    [Theory]
    [InlineData("fp8", "H200 SXM", 1, true)]
    [InlineData("fp8", "B200 SXM", 1, true)]
    [InlineData("fp8", "Instinct MI300X", 1, true)]
    [InlineData("fp8", "H100 SXM", 1, false)]
    [InlineData("fp8", "H100 SXM", 2, true)]
    [InlineData("bf16", "H200 SXM", 1, false)]
    [InlineData("bf16", "H200 SXM", 2, true)]
    [InlineData("bf16", "H100 SXM", 2, false)]
    [InlineData("bf16", "H100 SXM", 4, true)]
    [InlineData("bf16", "A100 80GB SXM", 2, false)]
    [InlineData("bf16", "A100 80GB SXM", 4, true)]
    [InlineData("int8", "A100 80GB SXM", 1, false)]
    [InlineData("int8", "A100 80GB SXM", 2, true)]
    [InlineData("int8", "L40S", 4, true)]
    [InlineData("awq", "A100 80GB SXM", 1, true)]
    [InlineData("awq", "H100 SXM", 1, true)]
    public void Minimum_configurations_of_R1_agree_with_the_published_ones(string format, string device, int nodes, bool fits)
    {
        Accelerator gpu = Gpu(device);
        ServingMemory vllm = ServingMemory.Of(Model("671b", format), ServingEngine.Vllm, gpu, new ServingLayout(8, nodes));
        ServingMemory sglang = ServingMemory.Of(Model("671b", format), ServingEngine.SgLang, gpu, new ServingLayout(8 * nodes));

        (vllm.CacheTokens >= 4096).ShouldBe(fits, $"vLLM: {vllm.Weights} of weights, {vllm.Cache} for the cache");
        (sglang.CacheTokens >= 4096).ShouldBe(fits, $"SGLang: {sglang.Weights} of weights, {sglang.Cache} for the cache");
    }

    [Fact]
    public void The_published_log_of_two_4090s_agrees()
    {
        // vllm-project/vllm issue 13061: 14b, two RTX 4090, TP 2: "Loading model weights took 13.9476 GB" on each
        ServingMemory memory = ServingMemory.Of(Model("14b", "bf16"), ServingEngine.Vllm, Gpu("RTX 4090", 2), new ServingLayout(2));

        memory.Weights.InGiB.ShouldBe(13.9476, 0.02 * 13.9476);
        memory.CachePerToken.Bytes.ShouldBe(48 * 4 * 2 * 128 * 2); // four of the eight K/V heads on each
    }

    [Fact]
    public void K_V_heads_are_split_but_never_below_one_and_the_latent_cache_is_whole_on_every_rank()
    {
        ModelArchitecture llama = ModelCatalog.Default.Find("70b").Architecture;
        ServingMemory.TokenBytes(llama, new ServingLayout(1), llama.LayerCount, 16).ShouldBe(327_680);
        ServingMemory.TokenBytes(llama, new ServingLayout(8), llama.LayerCount, 16).ShouldBe(327_680 / 8);
        ServingMemory.TokenBytes(llama, new ServingLayout(16), llama.LayerCount, 16).ShouldBe(327_680 / 8);

        ModelArchitecture r1 = ModelCatalog.Default.Find("671b").Architecture;
        ServingMemory.TokenBytes(r1, new ServingLayout(1), r1.LayerCount, 16).ShouldBe(70_272);
        ServingMemory.TokenBytes(r1, new ServingLayout(8), r1.LayerCount, 16).ShouldBe(70_272);
        ServingMemory.TokenBytes(r1, new ServingLayout(8), r1.LayerCount, 8).ShouldBe(35_136);

        Accelerator gpu = Gpu("H200 SXM");
        ServingMemory shared = ServingMemory.Of(Model("671b", "fp8"), ServingEngine.SgLang, gpu, new ServingLayout(8));
        ServingMemory apart = ServingMemory.Of(Model("671b", "fp8"), ServingEngine.SgLang, gpu, new ServingLayout(8, DataParallelAttention: true));
        apart.CacheTokens.ShouldBeGreaterThan(4 * shared.CacheTokens);
        apart.Weights.ShouldBeGreaterThan(shared.Weights);
    }

    [Fact]
    public void Stages_and_ranks_hold_all_of_the_model_once_at_least()
    {
        foreach (string variant in (string[])["8b", "70b", "671b"])
        {
            ServingModel model = Model(variant, "bf16");
            foreach (ServingLayout layout in (ServingLayout[])[new(1), new(2), new(8), new(8, 2), new(4, 3)])
            {
                int[] stages = layout.Stages(model.Architecture.LayerCount);
                stages.Sum().ShouldBe(model.Architecture.LayerCount);
                long sum = 0;
                for (int stage = 0, from = 0; stage < stages.Length; from += stages[stage], stage++)
                {
                    sum += layout.Tensor * ServingMemory.StageWeights(model, layout, from, stages[stage], stage == 0, stage == stages.Length - 1);
                }

                // replicated norms, routers and compressing projections, the absorbed copy of kv_b, padding: a few percent more
                sum.ShouldBeInRange((long)(model.LoadedBytes.Bytes * 0.999999), (long)(model.LoadedBytes.Bytes * 1.06), $"{variant} {layout}");
            }
        }

        new ServingLayout(8, 2).Stages(61).ShouldBe([31, 30]);
    }

    [Theory]
    [InlineData("1.5b", 8, false)] // 12 heads
    [InlineData("1.5b", 4, true)]
    [InlineData("7b", 8, false)] // 28 heads
    [InlineData("32b", 8, true)]
    [InlineData("70b", 3, false)]
    [InlineData("671b", 16, true)]
    public void Ranks_that_do_not_divide_the_heads_are_refused(string variant, int tensor, bool allowed) =>
        (new ServingLayout(tensor).Refusal(ModelCatalog.Default.Find(variant).Architecture) is null).ShouldBe(allowed);

    [Fact]
    public void FP8_is_a_matter_of_the_GPU()
    {
        Gpu("H100 SXM").HasFp8.ShouldBeTrue();
        Gpu("L40S").HasFp8.ShouldBeTrue();
        Gpu("RTX 4090").HasFp8.ShouldBeTrue();
        Gpu("A100 80GB SXM").HasFp8.ShouldBeFalse();
        Gpu("RTX 3090").HasFp8.ShouldBeFalse();
    }

    private static ServingModel Model(string variant, string format) => ServingModel.Of(ModelCatalog.Default.Find(variant), WeightFormat.Find(format));

    private static Accelerator Gpu(string device, int count = 8) => CapacityCalibration.Node(device, count);
}

using CsCheck;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Engine.LlamaCpp.TestDriving;

namespace DeepFit.Engine.Tests.LlamaCpp;

public class TestDrivePlannerTests
{
    private const long Gibibyte = 1L << 30;

    private static readonly Gen<(string Variant, string Quantization, int GpuLayers, int CpuMoe, bool Gpu)> Cases = Gen.Select(
        Gen.OneOf("1.5b", "7b", "8b", "14b", "32b", "70b", "671b", "8b-0528"),
        Gen.OneOf("Q2_K", "IQ2_XXS", "Q4_K_M", "Q6_K", "Q8_0"),
        Gen.Int[0, 90],
        Gen.Int[0, 61],
        Gen.Bool);

    [Fact]
    public void A_token_of_the_whole_model_reads_what_the_weighted_probes_read() => Cases.Sample(
        c =>
        {
            ModelLayout layout = Engine.Layout(c.Variant, c.Quantization);
            TestDrivePlan plan = TestDrivePlanner.Plan(layout, Options(c.GpuLayers, c.CpuMoe), c.Gpu, 14 * Gibibyte);
            plan.Bytes.ShouldBeLessThanOrEqualTo(14 * Gibibyte);
            ModelLayout kept = plan.Experts > 0 ? ProbeLayout.KeepExperts(layout, plan.Experts) : layout;
            double weighted = plan.Probes.Sum(p => p.GenerationWeight * Active(ProbeLayout.Of(kept, p)));
            double whole = Active(layout) - MissingRouters(layout, plan);
            (weighted / whole).ShouldBe(1, 0.001, $"{c}: {string.Join(", ", plan.Probes.Select(p => $"{p.Name} x{p.GenerationWeight:0.00}"))}");
        },
        iter: 300);

    [Fact]
    public void Every_layer_of_the_whole_model_is_counted_once_for_the_prompt() => Cases.Sample(
        c =>
        {
            ModelLayout layout = Engine.Layout(c.Variant, c.Quantization);
            TestDrivePlan plan = TestDrivePlanner.Plan(layout, Options(c.GpuLayers, c.CpuMoe), c.Gpu, 14 * Gibibyte);
            plan.Probes.Sum(p => p.PromptWeight * p.Layers.Count).ShouldBe(layout.Architecture.LayerCount, 1e-6);
        },
        iter: 60);

    [Fact]
    public void A_small_model_is_run_whole()
    {
        TestDrivePlan plan = TestDrivePlanner.Plan(Engine.Layout("1.5b", "Q4_K_M"), new RuntimeOptions(), false, 14 * Gibibyte);
        TestDriveProbe probe = plan.Probes.ShouldHaveSingleItem();
        probe.Layers.Count.ShouldBe(28);
        probe.VocabularySize.ShouldBe(151936);
    }

    [Fact]
    public void R1_runs_all_its_dense_layers_and_the_slope_of_one_mixture()
    {
        TestDrivePlan plan = TestDrivePlanner.Plan(Engine.Layout("671b", "Q4_K_M"), new RuntimeOptions(), false, 14 * Gibibyte);
        plan.Experts.ShouldBe(64);
        plan.PromptScale.ShouldBe(0.25);
        plan.Bytes.ShouldBeLessThan(12 * Gibibyte);
        plan.Probes[0].Layers.ShouldBe([0, 1, 2, 60]);
        plan.Probes[1].PromptWeight.ShouldBe(28.5, 1e-9); // 57 of the 58 mixtures, the last being in every probe
        plan.Probes[2].PromptWeight.ShouldBe(-28.5, 1e-9);
        plan.Probes[2].Layers.ShouldBe([60]);
    }

    [Fact]
    public void Where_memory_is_short_R1_keeps_fewer_experts_and_as_many_tokens_for_each()
    {
        TestDrivePlan plan = TestDrivePlanner.Plan(Engine.Layout("671b", "Q4_K_M"), new RuntimeOptions(), false, 5 * Gibibyte);
        plan.Experts.ShouldBeLessThan(64);
        plan.PromptScale.ShouldBe(plan.Experts / 256.0);
        plan.Bytes.ShouldBeLessThanOrEqualTo(5 * Gibibyte);
    }

    [Fact]
    public void The_layers_kept_have_the_quantizations_in_the_models_proportions()
    {
        ModelLayout layout = Engine.Layout("7b", "Q4_K_M");
        LayerKind kind = LayerKinds.Of(layout, new RuntimeOptions(), false).Kinds.ShouldHaveSingleItem();
        kind.Signatures.ShouldBe(2);
        kind.Layers.Count.ShouldBe(27); // all but the last
        foreach (int count in (int[])[2, 4, 8, 27])
        {
            IReadOnlyList<int> layers = kind.Pick(count);
            layers.Count.ShouldBe(count);
            layers.ShouldBe(layers.Distinct().Order());
            (kind.ActiveBytes(layers) / (double)count).ShouldBe(kind.ActiveBytes(kind.Layers) / 27.0, kind.LayerBytes * 0.01);
        }
    }

    [Fact]
    public void Half_offloaded_layers_are_two_kinds_placed_as_in_the_whole_model()
    {
        TestDrivePlan plan = TestDrivePlanner.Plan(Engine.Layout("14b", "Q4_K_M"), Options(25, 0), true, 14 * Gibibyte);
        TestDriveProbe gpu = plan.Probes.Single(p => p.Name.StartsWith("dense-gpu+", StringComparison.Ordinal) && p.PromptWeight > 0);
        gpu.Layers.ShouldAllBe(i => i >= 24); // of 48 layers and the output, the last 25 are on the GPU
        gpu.GpuLayers.ShouldBe(gpu.Layers.Count + 1);
        plan.Probes.ShouldAllBe(p => p.Layers.Contains(47));
        TestDriveProbe cpu = plan.Probes.Single(p => p.Name.StartsWith("dense+", StringComparison.Ordinal) && p.PromptWeight > 0);
        cpu.GpuLayers.ShouldBe(2); // the last layer and the output
    }

    private static RuntimeOptions Options(int gpuLayers, int cpuMoe) => new() { GpuLayers = gpuLayers, CpuMoeLayers = cpuMoe };

    /// <summary>Bytes that one token reads: of the routed experts those that it uses, whatever their number.</summary>
    // with fewer experts a layer's router has fewer rows; slopes make up for that, the layers that are run for themselves do not
    private static double MissingRouters(ModelLayout layout, TestDrivePlan plan) => layout.Architecture.Experts is { } experts
        ? 4.0 * (layout.Architecture.EmbeddingLength + 1) * (experts.ExpertCount - plan.Experts) * plan.Probes[0].Layers.Count(l => l >= experts.LeadingDenseBlockCount)
        : 0;

    private static double Active(ModelLayout layout)
    {
        MixtureOfExperts? experts = layout.Architecture.Experts;
        double share = experts is { ExpertCount: > 0 } ? experts.ExpertUsedCount / (double)experts.ExpertCount : 1;
        return layout.Tensors.Sum(t => t.Name.EndsWith("_exps.weight", StringComparison.Ordinal) ? t.Bytes * share : t.Bytes);
    }
}

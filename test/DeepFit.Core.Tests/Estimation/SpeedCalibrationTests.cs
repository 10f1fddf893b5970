using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Tests.Planning;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Estimation;

/// <summary>
/// A machine whose true speeds are known: every weight of a type takes a time of its own, every layer one more, every byte of the cache one. Calibrated on single layers of
/// it, the estimator must find the speed of whole models.
/// </summary>
public class SpeedCalibrationTests
{
    private static readonly MachineProfile Machine = Machines.Cpu(256, 15, 2, simd: "avx512f");
    private const double LayerSeconds = 80e-6;
    private const double CacheRate = 9e9;

    [Theory]
    [InlineData("1.5b", "Q4_K_M")]
    [InlineData("7b", "Q4_K_M")]
    [InlineData("8b", "Q5_K_M")]
    [InlineData("14b", "Q8_0")]
    [InlineData("32b", "Q6_K")]
    [InlineData("70b", "Q4_K_S")]
    public void Layers_tell_the_speed_of_whole_models_of_measured_types(string variant, string quantization)
    {
        ModelLayout layout = Layout(variant, quantization);
        SpeedEstimate speed = Calibrated(CalibrationPlan.Of(ByteSize.FromGiB(16))).Estimate(variant, layout, new RuntimeOptions(), Short());
        speed.Basis.ShouldBe(EstimateBasis.Calibrated);
        speed.GenerationTps.ShouldBe(1 / Truth(layout, 72), 0.005 / Truth(layout, 72));
        (speed.GenerationTpsHigh / speed.GenerationTpsLow).ShouldBeLessThan(1.35);
        speed.Assumes.En.ShouldContain("measurements on this machine");
    }

    [Fact]
    public void A_layer_with_a_long_context_tells_the_cost_of_the_cache()
    {
        ModelLayout layout = Layout("14b", "Q4_K_M");
        UseProfile deep = UseProfile.Chat with { PromptTokens = 30000, ReasoningTokens = 0, AnswerTokens = 16 };
        SpeedEstimate speed = Calibrated(CalibrationPlan.Of(ByteSize.FromGiB(16))).Estimate("14b", layout, new RuntimeOptions { Context = 32768 }, deep);
        speed.GenerationTps.ShouldBe(1 / Truth(layout, 30008), 0.005 / Truth(layout, 30008));
    }

    [Fact]
    public void A_type_that_was_not_measured_takes_the_ratio_of_the_others()
    {
        IReadOnlyList<CalibrationProbe> two = [.. CalibrationPlan.Of(ByteSize.FromGiB(16)).Take(2)];
        var plain = new SpeedEstimator(Machine);
        double before4 = plain.Estimate("7b", Layout("7b", "Q4_K_S"), new RuntimeOptions(), Short()).GenerationTps, before6 = plain.Estimate("7b", Layout("7b", "Q6_K"), new RuntimeOptions(), Short()).GenerationTps;
        SpeedEstimator calibrated = Calibrated(two);
        double after4 = calibrated.Estimate("7b", Layout("7b", "Q4_K_S"), new RuntimeOptions(), Short()).GenerationTps, after6 = calibrated.Estimate("7b", Layout("7b", "Q6_K"), new RuntimeOptions(), Short()).GenerationTps;
        (after6 / before6).ShouldBe(after4 / before4, 0.1 * after4 / before4);
    }

    [Fact]
    public void A_test_drive_of_a_configuration_goes_before_its_layers()
    {
        List<SpeedMeasurement> kept = Measured(CalibrationPlan.Of(ByteSize.FromGiB(16)));
        kept.Add(new SpeedMeasurement("7b", "Q4_K_M", 72, 0, 15, 2.5, 0.02, 0.02, EstimateBasis.Measured, "here", "engine", DateTimeOffset.UnixEpoch));
        SpeedEstimate speed = new SpeedEstimator(Machine, null, kept).Estimate("7b", Layout("7b", "Q4_K_M"), new RuntimeOptions(), Short());
        speed.Basis.ShouldBe(EstimateBasis.Measured);
        speed.GenerationTps.ShouldBe(2.5, 0.01);
    }

    [Fact]
    public void Layers_on_the_CPU_say_nothing_of_a_GPU()
    {
        MachineProfile machine = Machines.WithGpus(64, 1, 24, 1008);
        SpeedEstimate speed = new SpeedEstimator(machine, null, Measured(CalibrationPlan.Of(ByteSize.FromGiB(16)))).Estimate("7b", Layout("7b", "Q4_K_M"), new RuntimeOptions { GpuLayers = 999 }, Short());
        speed.Basis.ShouldBe(EstimateBasis.Estimated);
        speed.GenerationTps.ShouldBe(new SpeedEstimator(machine).Estimate("7b", Layout("7b", "Q4_K_M"), new RuntimeOptions { GpuLayers = 999 }, Short()).GenerationTps);
    }

    [Fact]
    public void What_weighs_most_in_the_quantizations_is_measured_first()
    {
        IReadOnlyList<CalibrationProbe> plan = CalibrationPlan.Of(ByteSize.FromGiB(16));
        plan[0].Type.ShouldBe(GgmlType.Q4_K);
        plan[0].Variant.Id.ShouldBe("7b");
        plan[1].ShouldBe(new CalibrationProbe(ModelCatalog.Default.Find("1.5b"), GgmlType.Q4_K, 0));
        plan.Count(p => p.ContextDepth > 0).ShouldBe(1);
        plan.Select(p => p.Type).ShouldContain(GgmlType.Q6_K);
        plan.Distinct().Count().ShouldBe(plan.Count);
        CalibrationPlan.Of(ByteSize.FromGiB(3)).ShouldAllBe(p => p.Variant.Id == "1.5b");
    }

    [Fact]
    public void A_probe_has_every_matrix_of_its_layers_in_its_type()
    {
        ModelLayout layout = new CalibrationProbe(ModelCatalog.Default.Find("7b"), GgmlType.IQ4_XS, 0).Layout();
        layout.Tensors.Where(t => t.Shape.Count > 1 && t.Name.StartsWith("blk.", StringComparison.Ordinal)).ShouldAllBe(t => t.Type == GgmlType.IQ4_XS);
        layout.Tensors.Where(t => t.Shape.Count == 1).ShouldAllBe(t => t.Type == GgmlType.F32);
        layout.Tensors.Single(t => t.Name == "output.weight").Shape[1].ShouldBe(512);
    }

    private static SpeedEstimator Calibrated(IReadOnlyList<CalibrationProbe> probes) => new(Machine, null, Measured(probes));

    private static List<SpeedMeasurement> Measured(IReadOnlyList<CalibrationProbe> probes) =>
    [
        .. probes.Select(p =>
        {
            double weights = SpeedLayout.Of(p.Variant.Layout(Quantizations.Find("F16"))).DenseFlops[1] / 2;
            double cache = SpeedLayout.Of(p.Variant.Layout(Quantizations.Find("F16"))).CacheBytes(GgmlType.F16, GgmlType.F16) * p.ContextDepth;
            double seconds = LayerSeconds + (weights * PerWeight(p.Type)) + (cache / CacheRate);
            return new SpeedMeasurement(p.Variant.Id, p.Type.ToString(), p.ContextDepth, 0, 5 / seconds, 1 / seconds, 0.02, 0.02, EstimateBasis.Measured, "here", "engine", DateTimeOffset.UnixEpoch) { OneLayer = true };
        }),
    ];

    /// <summary>The machine's truth: fewer bits are read faster, some types are computed slower.</summary>
    private static double PerWeight(GgmlType type) => (type.BitsPerElement() * 4e-12) + (type is GgmlType.Q6_K or GgmlType.Q5_K ? 20e-12 : 7e-12);

    private static double Truth(ModelLayout layout, double depth)
    {
        SpeedLayout sums = SpeedLayout.Of(layout);
        double weights = layout.Tensors.Where(t => t.Shape.Count > 1 && (t.Name != "token_embd.weight" || layout.Architecture.TiedEmbeddings)).Sum(t => t.Elements * PerWeight(t.Type));
        return weights + (sums.Layers * LayerSeconds) + (sums.CacheBytes(GgmlType.F16, GgmlType.F16) * depth * sums.Layers / CacheRate);
    }

    private static ModelLayout Layout(string variant, string quantization) => ModelCatalog.Default.Find(variant).Layout(Quantizations.Find(quantization));

    private static UseProfile Short() => UseProfile.Chat with { PromptTokens = 64, ReasoningTokens = 0, AnswerTokens = 16 };
}

using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Tests.Planning;

namespace DeepFit.Core.Tests.Estimation;

public class SpeedEstimatorTests
{
    private static readonly RuntimeOptions Full = new() { GpuLayers = 999 };

    [Theory]
    [InlineData("1.5b", "Q4_K_M", 13.4)]
    [InlineData("1.5b", "Q8_0", 9.6)]
    [InlineData("1.5b", "Q6_K", 10.8)]
    [InlineData("7b", "Q4_K_M", 3.4)]
    [InlineData("7b", "Q8_0", 1.8)]
    [InlineData("8b", "Q4_K_M", 2.8)]
    [InlineData("14b", "Q4_K_M", 1.5)]
    public void Measured_generation_on_two_cores_lies_within_the_interval(string variant, string quantization, double measured)
    {
        var estimator = new SpeedEstimator(Machines.TwoCores());
        SpeedEstimate speed = estimator.Estimate(variant, Layout(variant, quantization), new RuntimeOptions(), Short());
        measured.ShouldBeInRange(speed.GenerationTpsLow * 0.99, speed.GenerationTpsHigh * 1.01);
        speed.Basis.ShouldBe(EstimateBasis.Estimated);
    }

    [Theory]
    [InlineData("8b", "Q4_K_M", 24, 936, "NVIDIA GeForce RTX 3090", 111.7)]
    [InlineData("32b", "Q4_K_M", 24, 936, "NVIDIA GeForce RTX 3090", 38.3)]
    [InlineData("14b", "Q4_K_M", 12, 672, "NVIDIA GeForce RTX 5070", 56.4)]
    [InlineData("70b", "Q4_K_M", 96, 1792, "NVIDIA RTX PRO 6000 Blackwell", 30.2)]
    public void Published_generation_on_GPUs_is_met_within_a_quarter(string variant, string quantization, double gib, double bandwidth, string name, double published)
    {
        var estimator = new SpeedEstimator(Machines.WithGpus(64, 1, gib, bandwidth, name));
        estimator.Estimate(variant, Layout(variant, quantization), Full, Short()).GenerationTps.ShouldBe(published, published * 0.25);
    }

    [Fact]
    public void Generation_slows_with_depth_and_seconds_count_the_reasoning()
    {
        var estimator = new SpeedEstimator(Machines.Cpu(32));
        SpeedEstimate chat = estimator.Estimate("7b", Layout("7b"), new RuntimeOptions(), UseProfile.Chat);
        SpeedEstimate reasoning = estimator.Estimate("7b", Layout("7b"), new RuntimeOptions(), UseProfile.Reasoning);
        reasoning.GenerationTps.ShouldBeLessThan(chat.GenerationTps);
        chat.SecondsToFirstToken.ShouldBe(chat.PromptTokens / chat.PromptTps, 1e-9);
        chat.SecondsToAnswer.ShouldBe(chat.SecondsToFirstToken + ((chat.ReasoningTokens + chat.AnswerTokens) / chat.GenerationTps), 1e-6);
        chat.ReasoningTokens.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_refresh_is_expected_to_think_longer()
    {
        UseProfile.Chat.ReasoningTokensOf("671b-0528").ShouldBe((int)Math.Round(UseProfile.Chat.ReasoningTokens * 23.0 / 12));
        UseProfile.Chat.ReasoningTokensOf("671b").ShouldBe(UseProfile.Chat.ReasoningTokens);
    }

    [Fact]
    public void A_partial_offload_lies_between_the_CPU_and_the_GPU_and_grows_with_the_layers()
    {
        var estimator = new SpeedEstimator(Machines.WithGpus(64, 1, 24, 1008));
        double before = 0;
        for (int layers = 0; layers <= 49; layers += 7)
        {
            double tps = estimator.Estimate("14b", Layout("14b"), new RuntimeOptions { GpuLayers = layers }, Short()).GenerationTps;
            tps.ShouldBeGreaterThan(before);
            before = tps;
        }
    }

    [Fact]
    public void Two_GPUs_take_turns()
    {
        double one = new SpeedEstimator(Machines.WithGpus(64, 1, 48, 900)).Estimate("32b", Layout("32b"), Full, Short()).GenerationTps;
        double two = new SpeedEstimator(Machines.WithGpus(64, 2, 48, 900)).Estimate("32b", Layout("32b"), Full, Short()).GenerationTps;
        two.ShouldBeInRange(0.98 * one, one); // one boundary between them
    }

    [Fact]
    public void Of_the_experts_only_the_chosen_are_read()
    {
        SpeedLayout sums = SpeedLayout.Of(Layout("671b"));
        sums.ActiveBytes.ShouldBeLessThan(0.07 * sums.TotalBytes);
        sums.TotalBytes.ShouldBe(Layout("671b").TensorBytes.Bytes);
        SpeedEstimate speed = new SpeedEstimator(Machines.Server()).Estimate("671b", Layout("671b"), new RuntimeOptions(), Short());
        speed.GenerationTps.ShouldBeInRange(4, 20);
    }

    [Fact]
    public void Experts_on_the_CPU_cost_speed()
    {
        var estimator = new SpeedEstimator(Machines.WithGpus(768, 8, 80, 3350, "NVIDIA H100"));
        double before = double.MaxValue;
        foreach (int layers in new[] { 0, 20, 40, 61 })
        {
            double tps = estimator.Estimate("671b", Layout("671b"), Full with { CpuMoeLayers = layers }, Short()).GenerationTps;
            tps.ShouldBeLessThan(before);
            before = tps;
        }
    }

    [Fact]
    public void With_several_users_each_is_slower_and_all_together_faster()
    {
        var estimator = new SpeedEstimator(Machines.TwoCores());
        double one = estimator.Estimate("1.5b", Layout("1.5b"), new RuntimeOptions(), Short()).GenerationTps;
        double four = estimator.Estimate("1.5b", Layout("1.5b"), new RuntimeOptions { Parallel = 4 }, Short()).GenerationTps;
        four.ShouldBeLessThan(one);
        (4 * four).ShouldBeInRange(1.5 * one, 3.5 * one); // llama-server: 12.1 for one client, 26 for four together
    }

    [Fact]
    public void A_test_drive_of_this_very_configuration_takes_the_estimates_place()
    {
        SpeedMeasurement drive = Measurement("7b", "Q4_K_M", 5.0, EstimateBasis.Measured);
        SpeedEstimate speed = new SpeedEstimator(Machines.TwoCores(), null, [drive]).Estimate("7b", Layout("7b"), new RuntimeOptions(), Short());
        speed.Basis.ShouldBe(EstimateBasis.Measured);
        speed.GenerationTps.ShouldBe(5.0, 0.01);
        speed.PromptTps.ShouldBe(15);
        (speed.GenerationTpsHigh / speed.GenerationTpsLow).ShouldBeLessThan(1.15);
    }

    [Fact]
    public void A_real_run_beats_a_test_drive()
    {
        SpeedMeasurement[] both = [Measurement("7b", "Q4_K_M", 4.0, EstimateBasis.Verified), Measurement("7b", "Q4_K_M", 5.0, EstimateBasis.Measured)];
        SpeedEstimate speed = new SpeedEstimator(Machines.TwoCores(), null, both).Estimate("7b", Layout("7b"), new RuntimeOptions(), Short());
        speed.Basis.ShouldBe(EstimateBasis.Verified);
        speed.GenerationTps.ShouldBe(4.0, 0.01);
    }

    [Fact]
    public void Test_drives_of_others_correct_the_estimate_and_are_named()
    {
        var plain = new SpeedEstimator(Machines.TwoCores());
        double estimated = plain.Estimate("7b", Layout("7b"), new RuntimeOptions(), Short()).GenerationTps;
        double of14 = plain.Estimate("14b", Layout("14b"), new RuntimeOptions(), Short()).GenerationTps;
        SpeedMeasurement drive = Measurement("7b", "Q4_K_M", 2 * estimated, EstimateBasis.Measured);
        SpeedEstimate corrected = new SpeedEstimator(Machines.TwoCores(), null, [drive]).Estimate("14b", Layout("14b"), new RuntimeOptions(), Short());
        corrected.Basis.ShouldBe(EstimateBasis.Calibrated);
        corrected.GenerationTps.ShouldBe(2 * of14, 0.02 * of14);
        corrected.Assumes.En.ShouldContain("calibrated by 1 measurement");
    }

    [Fact]
    public void Measuring_again_mends_a_bad_result()
    {
        double estimated = new SpeedEstimator(Machines.TwoCores()).Estimate("7b", Layout("7b"), new RuntimeOptions(), Short()).GenerationTps;
        SpeedMeasurement bad = Measurement("7b", "Q4_K_M", estimated / 20, EstimateBasis.Measured);
        SpeedMeasurement good = bad with { GenerationTps = estimated, MeasuredAt = bad.MeasuredAt.AddMinutes(1) };
        var estimator = new SpeedEstimator(Machines.TwoCores(), null, [good, bad]);
        estimator.Estimate("7b", Layout("7b"), new RuntimeOptions(), Short()).GenerationTps.ShouldBe(estimated, 0.02 * estimated);
        estimator.Estimate("14b", Layout("14b"), new RuntimeOptions(), Short()).Assumes.En.ShouldContain("calibrated by 1 measurement ");
    }

    [Fact]
    public void The_measurement_at_the_nearest_depth_counts()
    {
        SpeedMeasurement shallow = Measurement("7b", "Q4_K_M", 5.0, EstimateBasis.Measured);
        SpeedMeasurement deep = shallow with { ContextDepth = 30000, GenerationTps = 1.0 };
        var estimator = new SpeedEstimator(Machines.TwoCores(), null, [deep, shallow]);
        estimator.Estimate("7b", Layout("7b"), new RuntimeOptions(), Short()).GenerationTps.ShouldBe(5.0, 0.1);
    }

    [Fact]
    public void A_measurement_of_an_unknown_model_is_ignored()
    {
        SpeedMeasurement odd = Measurement("someone-elses.gguf", "Q4_K_M", 99, EstimateBasis.Measured);
        double with = new SpeedEstimator(Machines.TwoCores(), null, [odd]).Estimate("7b", Layout("7b"), new RuntimeOptions(), Short()).GenerationTps;
        with.ShouldBe(new SpeedEstimator(Machines.TwoCores()).Estimate("7b", Layout("7b"), new RuntimeOptions(), Short()).GenerationTps);
    }

    [Fact]
    public void An_unknown_bandwidth_is_assumed_and_the_interval_says_so()
    {
        var machine = Machines.Cpu(16) with { Memory = Machines.Cpu(16).Memory with { Bandwidth = null, BandwidthBasis = null } };
        SpeedEstimate speed = new SpeedEstimator(machine).Estimate("7b", Layout("7b"), new RuntimeOptions(), Short());
        (speed.GenerationTpsHigh / speed.GenerationTpsLow).ShouldBeGreaterThan(4);
        speed.Assumes.En.ShouldContain("assumed");
    }

    private static ModelLayout Layout(string variant, string quantization = "Q4_K_M") => ModelCatalog.Default.Find(variant).Layout(Quantizations.Find(quantization));

    /// <summary>As the published speeds were measured: a short prompt and few tokens.</summary>
    private static UseProfile Short() => UseProfile.Chat with { PromptTokens = 64, ReasoningTokens = 0, AnswerTokens = 16 };

    private static SpeedMeasurement Measurement(string variant, string quantization, double tps, EstimateBasis basis) =>
        new(variant, quantization, 72, 0, 15, tps, 0.04, 0.04, basis, "here", "llama.cpp v0.4.0", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
}

using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;

namespace DeepFit.Core.Tests.Estimation;

public class QualityEstimatorTests
{
    [Fact]
    public void Every_variant_has_a_score_for_every_use()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            foreach (UseProfile use in UseProfile.All)
            {
                QualityEstimate quality = QualityEstimator.Estimate(variant, variant.Layout(Quantizations.Find("Q4_K_M")), null, use);
                quality.Score.ShouldNotBeNull();
                quality.Score.Value.ShouldBeInRange(5, 100);
                quality.Benchmarks.ShouldNotBeEmpty();
                quality.Assumes.Zh.ShouldNotBeNullOrWhiteSpace();
            }
        }
    }

    [Theory]
    [InlineData("1.5b", "7b")]
    [InlineData("7b", "14b")]
    [InlineData("14b", "32b")]
    [InlineData("32b", "671b")]
    [InlineData("671b", "671b-0528")]
    public void The_better_published_variant_scores_higher_for_every_use(string less, string more)
    {
        foreach (UseProfile use in UseProfile.All)
        {
            Score(less, "Q4_K_M", use).ShouldBeLessThan(Score(more, "Q4_K_M", use), use.Id);
        }
    }

    [Fact]
    public void Published_scores_are_shown_as_published()
    {
        QualityEstimate quality = Estimate("7b", "F16", UseProfile.Reasoning);
        quality.Benchmarks["AIME 2024"].ShouldBe(55.5);
        quality.Benchmarks["MATH-500"].ShouldBe(92.8);
        quality.QuantizationLoss.ShouldBe(0, 0.05);
        Estimate("671b-0528", "Q8_0", UseProfile.Coding).Benchmarks["LiveCodeBench 2408-2505"].ShouldBe(73.3);
    }

    [Fact]
    public void The_refresh_is_marked_as_measured_on_later_benchmarks()
    {
        Estimate("671b-0528", "Q4_K_M", UseProfile.Coding).Assumes.En.ShouldContain("later versions");
        Estimate("8b-0528", "Q4_K_M", UseProfile.Coding).Uncertainty.ShouldNotBeNull()
            .ShouldBeGreaterThan(Estimate("8b", "Q4_K_M", UseProfile.Coding).Uncertainty!.Value);
    }

    [Fact]
    public void A_low_quantization_of_a_small_model_scores_visibly_less() =>
        (Score("7b", "Q4_K_M", UseProfile.Chat) - Score("7b", "Q2_K", UseProfile.Chat)).ShouldBeGreaterThan(4);

    [Fact]
    public void An_unknown_model_has_no_score() =>
        QualityEstimator.Estimate("my-model.gguf", ModelCatalog.Default.Find("7b").Layout(Quantizations.Find("Q4_K_M"))).Score.ShouldBeNull();

    [Fact]
    public void Weights_of_every_use_sum_to_one()
    {
        foreach (UseProfile use in UseProfile.All)
        {
            use.BenchmarkWeights.Values.Sum().ShouldBe(1, 1e-9);
        }
    }

    private static QualityEstimate Estimate(string variant, string quantization, UseProfile use)
    {
        ModelVariant found = ModelCatalog.Default.Find(variant);
        return QualityEstimator.Estimate(found, found.Layout(Quantizations.Find(quantization)), null, use);
    }

    private static double Score(string variant, string quantization, UseProfile use) => Estimate(variant, quantization, use).Score!.Value;
}

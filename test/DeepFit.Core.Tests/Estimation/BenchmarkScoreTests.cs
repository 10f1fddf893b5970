using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;

namespace DeepFit.Core.Tests.Estimation;

public class BenchmarkScoreTests
{
    private static readonly EmbeddedTable Repeats = EmbeddedTable.Load("benchmark_repeats.csv");

    [Fact]
    public void Every_published_score_has_a_source_and_an_interval_around_it_unless_it_is_a_rating()
    {
        int counted = 0;
        foreach (BenchmarkScore score in All())
        {
            score.Source.ShouldNotBeNullOrWhiteSpace();
            score.Source.ShouldNotContain("recalled");
            if (score is { Low: { } low, High: { } high })
            {
                low.ShouldBeInRange(0, score.Value);
                high.ShouldBeInRange(score.Value, 100);
                counted++;
            }
        }

        counted.ShouldBeGreaterThan(40);
    }

    [Theory]
    [InlineData("7b", "AIME 2024", 55.5, 30, 64)]
    [InlineData("14b", "GPQA Diamond", 59.1, 198, 64)]
    [InlineData("671b-0528", "AIME 2025", 87.5, 30, 16)]
    [InlineData("32b", "MMLU", 81.12, 14042, 1)]
    public void The_standard_error_is_that_of_so_many_answers(string variant, string benchmark, double value, int questions, int samples)
    {
        BenchmarkScore score = BenchmarkTable.Default.Scores(variant).Single(s => s.Name == benchmark);
        (score.Value, score.Questions, score.Samples).ShouldBe((value, questions, samples));
        score.StandardError!.Value.ShouldBe(100 * Math.Sqrt(value / 100 * (1 - (value / 100)) / (questions * samples)), 1e-9);
    }

    [Fact]
    public void Few_questions_are_worth_less_than_many()
    {
        double Width(string name) => BenchmarkTable.Default.Scores("7b").Where(s => s.Name == name).Select(s => s.High!.Value - s.Low!.Value).Single();
        Width("AIME 2024").ShouldBeGreaterThan(1.5 * Width("GPQA Diamond"));
        Width("AIME 2024 (cons@64)").ShouldBeGreaterThan(3 * Width("AIME 2024"));
    }

    [Fact]
    public void Eight_in_ten_re_measurements_lie_where_the_intervals_say()
    {
        double between = BenchmarkTable.Default.ProtocolSpread;
        between.ShouldBeInRange(0.2, 2);
        IReadOnlyList<(double Difference, double Variance)> all = BenchmarkTable.Default.Differences;
        all.Count.ShouldBe(Repeats.Count);
        double inside = all.Count(d => Math.Abs(d.Difference) <= BenchmarkSpread.Z80 * Math.Sqrt(d.Variance + (2 * between * between))) / (double)all.Count;
        inside.ShouldBeInRange(0.7, 0.95);
    }

    [Fact]
    public void The_spread_between_evaluators_is_nothing_where_chance_explains_all_and_is_found_where_it_does_not()
    {
        BenchmarkSpread.Between([(0.5, 1), (-0.5, 1), (0.2, 1)]).ShouldBe(0);

        // differences of ±5 around an error of 1: 25 = 1 + 2σ²
        BenchmarkSpread.Between([(5, 1), (-5, 1)]).ShouldBe(Math.Sqrt(12), 1e-9);
    }

    [Fact]
    public void Sources_that_disagree_are_both_kept()
    {
        BenchmarkScore aime = BenchmarkTable.Default.Scores("7b").Single(s => s.Name == "AIME 2024");
        aime.Value.ShouldBe(55.5);
        aime.Others.Select(o => o.Value).ShouldBe([52.0, 53.9, 53.17]);
        aime.Others.Select(o => o.Source).Distinct().Count().ShouldBe(2);
        All().Sum(s => s.Others.Count).ShouldBe(Repeats.Count);
    }

    [Fact]
    public void What_is_read_off_neighbours_is_less_certain_than_what_was_published()
    {
        BenchmarkTable.Default.InferredSpread.ShouldBeInRange(2 * BenchmarkTable.Default.ProtocolSpread, 20);
        BenchmarkTable.Default.Score("8b-0528", "MATH-500")!.Value.Inferred.ShouldBeTrue();
        BenchmarkTable.Default.Score("8b", "MATH-500")!.Value.Variance.ShouldBeLessThan(BenchmarkTable.Default.Score("8b-0528", "MATH-500")!.Value.Variance);
    }

    [Fact]
    public void The_score_lies_within_its_interval_and_the_loss_within_its_own()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            foreach (string quantization in (string[])["Q8_0", "Q4_K_M", "Q2_K", "IQ1_S"])
            {
                QualityEstimate q = QualityEstimator.Estimate(variant, variant.Layout(Quantizations.Find(quantization)), null, UseProfile.Reasoning);
                q.Score!.Value.ShouldBeInRange(q.ScoreLow!.Value, q.ScoreHigh!.Value);
                q.QuantizationLoss.ShouldBeInRange(q.QuantizationLossLow, q.QuantizationLossHigh);
                q.Sources.ShouldNotBeEmpty();
                q.Scores.Sum(s => s.Weight).ShouldBeInRange(0.5, 1.0001);
            }
        }
    }

    [Fact]
    public void A_later_version_of_a_benchmark_weighs_what_it_stands_for()
    {
        IReadOnlyList<BenchmarkScore> scores = QualityEstimator.Scores("671b-0528", UseProfile.Coding);
        scores.Single(s => s.Name == "LiveCodeBench 2408-2505").Weight.ShouldBe(UseProfile.Coding.BenchmarkWeights["LiveCodeBench"]);
        QualityEstimator.Scores("671b", UseProfile.Coding).Single(s => s.Name == "LiveCodeBench 2408-2505").Weight.ShouldBe(0);
    }

    private static IEnumerable<BenchmarkScore> All() => ModelCatalog.Default.Variants.SelectMany(v => BenchmarkTable.Default.Scores(v.Id));
}

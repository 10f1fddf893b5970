using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;

namespace DeepFit.Core.Tests.Estimation;

public class QuantizationLossTests
{
    private const double B = 1e9;

    /// <summary>
    /// RedHatAI's int4 (GPTQ, group 128) is taken to diverge like Q4_K_S without an importance matrix: least squares of log(loss) over log(parameters).
    /// </summary>
    [Fact]
    public void Size_exponent_and_factor_are_what_four_sizes_at_four_bits_give()
    {
        (double Parameters, double Loss)[] rows = [.. Recoveries().Where(r => r.Quantization == "W4A16").Select(r => (r.Parameters, -Math.Log(r.Value)))];
        rows.Length.ShouldBe(4);
        double mx = rows.Average(r => Math.Log(r.Parameters / QuantizationLoss.ReferenceParameters)), my = rows.Average(r => Math.Log(r.Loss));
        double slope = rows.Sum(r => (Math.Log(r.Parameters / QuantizationLoss.ReferenceParameters) - mx) * (Math.Log(r.Loss) - my))
            / rows.Sum(r => Math.Pow(Math.Log(r.Parameters / QuantizationLoss.ReferenceParameters) - mx, 2));
        double atReference = Math.Exp(my - (slope * mx));
        QuantizationLoss.SizeExponent.ShouldBe(-slope, 0.005);
        QuantizationLoss.PerDivergence.ShouldBe(atReference / QuantizationLoss.Divergence("Q4_K_S", false, 4.5), 0.005);
    }

    [Fact]
    public void Factor_of_the_671B_is_the_median_of_what_was_measured_on_R1_and_V3()
    {
        double[] factors =
        [
            .. Recoveries().Where(r => r.Model.StartsWith("DeepSeek-", StringComparison.Ordinal) && r.Parameters > 600 * B)
                .Select(r => -Math.Log(r.Value) / (QuantizationLoss.PerDivergence * QuantizationLoss.Divergence(r.Quantization, false, 4)))
                .Order(),
        ];
        factors.Length.ShouldBeGreaterThanOrEqualTo(8);
        QuantizationLoss.MoeSizeFactor.ShouldBe(Quantile(factors, 0.5), 0.01);
    }

    /// <summary>Recipes of other makers are taken to diverge like the nearest of llama.cpp's without an importance matrix: int4 like Q4_K_S, int3 like Q3_K_S.</summary>
    [Fact]
    public void Noise_around_the_formula_is_the_likeliest_for_what_was_measured()
    {
        var likeness = new Dictionary<string, string>
        {
            ["W4A16"] = "Q4_K_S",
            ["AWQ W4G128"] = "Q4_K_S",
            ["GPTQ W4G128"] = "Q4_K_S",
            ["AWQ W3G128"] = "Q3_K_S",
            ["GPTQ W3G128"] = "Q3_K_S",
        };
        (double Share, double Loss)[] rows =
        [
            .. Recoveries().Where(r => likeness.ContainsKey(r.Quantization) || r.Quantization.StartsWith('Q'))
                .Select(r => (QuantizationLoss.Share(likeness.GetValueOrDefault(r.Quantization, r.Quantization), false, 4, r.Parameters, r.Parameters > 600 * B), 1 - r.Value)),
        ];
        rows.Length.ShouldBe(18);
        double Likelihood(double noise, double relative) => rows.Sum(r =>
        {
            double variance = (noise * noise) + Math.Pow(relative * r.Share, 2);
            return -0.5 * (Math.Log(variance) + (Math.Pow(r.Loss - r.Share, 2) / variance));
        });
        (double Noise, double Relative) best = Enumerable.Range(1, 40)
            .SelectMany(n => Enumerable.Range(0, 60).Select(r => (Noise: n * 0.0005, Relative: r * 0.02))).MaxBy(c => Likelihood(c.Noise, c.Relative));
        QuantizationLoss.MeasurementNoise.ShouldBe(best.Noise, 0.0003);
        QuantizationLoss.RelativeNoise.ShouldBe(best.Relative, 0.011);
        double inside = rows.Count(r => QuantizationLoss.Interval(r.Share) is var (low, high) && r.Loss >= low && r.Loss <= high) / 18.0;
        inside.ShouldBeInRange(0.7, 0.95);
    }

    [Fact]
    public void What_was_measured_of_a_model_is_kept_as_it_is() =>
        QuantizationLoss.Measured("DeepSeek-R1-Distill-Qwen-32B").Select(m => m.Quantization).ShouldBe(["W4A16", "Q4_K_M", "Q3_K_M"]);

    [Theory]
    [InlineData("Q8_0 Q6_K Q5_K_M Q5_K_S Q4_K_M Q4_K_S Q3_K_M Q3_K_S Q2_K")]
    [InlineData("IQ4_NL IQ4_XS IQ3_M IQ3_S IQ3_XS IQ3_XXS IQ2_M IQ2_S IQ2_XS IQ2_XXS IQ1_M IQ1_S")]
    public void Fewer_bits_of_a_family_cost_more(string names)
    {
        double[] losses = [.. names.Split(' ').Select(n => QuantizationLoss.Share(n, n[0] == 'I', 4, 7.6 * B, false))];
        losses.ShouldBe(losses.Order());
        losses[0].ShouldBeLessThan(losses[^1]);
    }

    [Fact]
    public void Small_models_lose_more() => QuantizationLoss.Share("Q4_K_M", false, 4.8, 1.8 * B, false)
        .ShouldBeGreaterThan(3 * QuantizationLoss.Share("Q4_K_M", false, 4.8, 14 * B, false));

    [Fact]
    public void Two_bits_break_a_small_model_and_four_do_not()
    {
        QuantizationLoss.Share("Q2_K", false, 3.0, 1.8 * B, false).ShouldBeGreaterThan(0.25);
        QuantizationLoss.Share("Q4_K_M", false, 4.9, 7.6 * B, false).ShouldBeLessThan(0.02);
    }

    [Fact]
    public void IQ_quants_cost_less_than_K_quants_of_as_many_bits() => QuantizationLoss.Share("IQ3_S", true, 3.44, 7.6 * B, false)
        .ShouldBeLessThan(QuantizationLoss.Share("Q3_K_S", false, 3.41, 7.6 * B, false));

    [Fact]
    public void A_recipe_that_no_table_knows_is_judged_by_its_bits_and_never_better_with_fewer()
    {
        double before = 1;
        for (double bits = 1.5; bits < 17; bits += 0.25)
        {
            double loss = QuantizationLoss.Share("CUSTOM", false, bits, 7.6 * B, false);
            loss.ShouldBeLessThanOrEqualTo(before);
            before = loss;
        }

        before.ShouldBe(0);
    }

    [Fact]
    public void A_quantized_cache_costs_little_at_eight_bits_and_more_at_four()
    {
        QuantizationLoss.CacheShare(GgmlType.F16, 7 * B, false).ShouldBe(0);
        QuantizationLoss.CacheShare(GgmlType.Q8_0, 7 * B, false).ShouldBeInRange(0.0001, 0.002);
        QuantizationLoss.CacheShare(GgmlType.Q4_0, 1.777 * B, false).ShouldBe(1 - 0.9425, 0.005);
    }

    private static IEnumerable<(string Model, double Parameters, string Quantization, double Value)> Recoveries()
    {
        EmbeddedTable table = EmbeddedTable.Load("quant_quality.csv");
        for (int i = 0; i < table.Count; i++)
        {
            if (table.Text(i, "kind") == "recovery")
            {
                yield return (table.Text(i, "model"), table.Number(i, "parameters"), table.Text(i, "quantization"), table.Number(i, "value"));
            }
        }
    }

    private static double Quantile(double[] sorted, double p)
    {
        double at = p * (sorted.Length - 1);
        int below = (int)at;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (at - below));
    }
}

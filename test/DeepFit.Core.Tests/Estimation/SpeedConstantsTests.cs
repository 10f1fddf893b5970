using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;

namespace DeepFit.Core.Tests.Estimation;

public class SpeedConstantsTests
{
    private static readonly SpeedConstants Constants = SpeedConstants.Default;

    [Theory]
    [InlineData("nvidia")]
    [InlineData("hbm")]
    [InlineData("amd")]
    [InlineData("apple")]
    [InlineData("igpu")]
    [InlineData("cpu")]
    [InlineData("cpu-measured")]
    public void Generation_constants_are_what_the_calibration_rows_give(string kind)
    {
        SpeedDerivation.Kind derived = SpeedDerivation.Generation(kind);
        derived.Count.ShouldBeGreaterThan(5);
        Constants.Get("device", kind, "generation_efficiency").ShouldBe(derived.Efficiency, 0.0051);
        Constants.Get("device", kind, "layer_microseconds").ShouldBe(derived.LayerMicroseconds, 2.6);
        Constants.Get("device", kind, "generation_log_low").ShouldBeLessThanOrEqualTo(derived.Low + 0.005);
        Constants.Get("device", kind, "generation_log_high").ShouldBeGreaterThanOrEqualTo(derived.High - 0.005);
    }

    [Theory]
    [InlineData("nvidia")]
    [InlineData("hbm")]
    [InlineData("amd")]
    [InlineData("apple")]
    [InlineData("igpu")]
    public void Prompt_constants_are_what_the_calibration_rows_give(string kind)
    {
        (double median, double low, double high, int _) = SpeedDerivation.Prompt(kind, ofTflops: false);
        Constants.Get("device", kind, "prompt_tflops_per_tb_s").ShouldBe(median, median * 0.005);
        if (Constants.Find("device", kind, "prompt_tflops_fraction") is { } fraction)
        {
            (median, low, high, _) = SpeedDerivation.Prompt(kind, ofTflops: true);
            fraction.ShouldBe(median, median * 0.005);
        }

        Constants.Get("device", kind, "prompt_log_low").ShouldBeLessThanOrEqualTo(low + 0.01);
        Constants.Get("device", kind, "prompt_log_high").ShouldBeGreaterThanOrEqualTo(high - 0.01);
    }

    [Fact]
    public void Costs_of_types_on_a_CPU_and_its_arithmetic_are_what_the_calibration_rows_give()
    {
        double q6K = SpeedDerivation.TypeCost(GgmlType.Q6_K, 0);
        Constants.CpuCost(GgmlType.Q6_K).ShouldBe(q6K, 0.01);
        Constants.CpuCost(GgmlType.Q8_0).ShouldBe(SpeedDerivation.TypeCost(GgmlType.Q8_0, q6K), 0.01);
        Constants.CpuCost(GgmlType.IQ4_XS).ShouldBe(SpeedDerivation.TypeCost(GgmlType.IQ4_XS, q6K), 0.01);
        (double gflops, double low, double high) = SpeedDerivation.CpuCore();
        Constants.GflopsPerCore(["avx2", "avx512f"]).ShouldBe(gflops, 1);
        Constants.Get("device", "cpu", "prompt_log_low").ShouldBeLessThanOrEqualTo(low);
        Constants.Get("device", "cpu", "prompt_log_high").ShouldBeGreaterThanOrEqualTo(high);
    }

    [Fact]
    public void Constants_of_a_mixture_of_experts_are_what_its_rows_leave()
    {
        (double microseconds, double prompt) = SpeedDerivation.Moe();
        Constants.Get("general", "moe", "layer_microseconds").ShouldBe(microseconds, 10);
        Constants.Get("general", "moe", "prompt_factor").ShouldBe(prompt, 0.005);
    }

    [Fact]
    public void Four_in_five_of_the_calibration_rows_lie_within_the_interval()
    {
        string[] kinds = ["nvidia", "hbm", "amd", "apple", "igpu", "cpu", "cpu-measured"];
        foreach (string kind in kinds)
        {
            double share = SpeedDerivation.Coverage(kind, Constants);
            share.ShouldBeGreaterThanOrEqualTo(0.75, kind);
        }
    }

    [Fact]
    public void Every_row_has_a_source_and_says_what_it_is()
    {
        EmbeddedTable table = EmbeddedTable.Load("speed_constants.csv");
        for (int i = 0; i < table.Count; i++)
        {
            table.Text(i, "source").ShouldNotBeNullOrWhiteSpace();
            table.Text(i, "kind").ShouldBeOneOf("derived", "measured", "assumption", "definition");
        }
    }
}

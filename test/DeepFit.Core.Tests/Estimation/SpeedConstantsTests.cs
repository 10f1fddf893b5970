using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Estimation;

public class SpeedConstantsTests
{
    private static readonly SpeedConstants Constants = SpeedConstants.Default;

    [Fact]
    public void Every_row_has_a_source_and_says_what_it_is()
    {
        EmbeddedTable table = EmbeddedTable.Load("speed_constants.csv");
        for (int i = 0; i < table.Count; i++)
        {
            string kind = table.Text(i, "kind"), source = table.Text(i, "source");
            source.ShouldNotBeNullOrWhiteSpace();
            (kind is "fitted" or "derived" or "measured" or "assumption" or "definition" || kind.StartsWith("like ", StringComparison.Ordinal)).ShouldBeTrue(kind);
            if (kind == "fitted")
            {
                source.ShouldStartWith("bench/DeepFit.SpeedFit");
            }
        }
    }

    [Theory]
    [InlineData("NVIDIA A100-SXM4-80GB", "nvidia", "ampere", false, "hbm")]
    [InlineData("NVIDIA GeForce RTX 3090", "nvidia", "ampere", false, "nvidia")]
    [InlineData("NVIDIA H100 80GB HBM3", "nvidia", "hopper", false, "hbm")]
    [InlineData("Apple M2 Ultra", "apple", "apple-m2", true, "apple-ultra")]
    [InlineData("Apple M4 Max", "apple", "apple-m4", true, "apple")]
    [InlineData("AMD Instinct MI300X", "amd", "cdna3", false, "cdna")]
    [InlineData("AMD Radeon 890M", "amd", "rdna3.5", true, "igpu")]
    [InlineData("Intel Arc B580", "intel", "xe2", false, "intel")]
    [InlineData("Intel Arc 140V", "intel", "xe2", true, "intel-igpu")]
    [InlineData("a card of tomorrow", "nvidia", null, false, "nvidia")]
    [InlineData("a card of nobody", "unknown", null, false, "other")]
    public void A_device_has_the_constants_of_its_class(string name, string vendor, string? architecture, bool unified, string expected) =>
        Constants.ClassOf(new GpuDevice { Name = name, Vendor = vendor, Architecture = architecture, Unified = unified, Memory = ByteSize.FromGiB(8) }).ShouldBe(expected);

    [Fact]
    public void Every_class_has_all_its_constants()
    {
        EmbeddedTable table = EmbeddedTable.Load("speed_constants.csv");
        IEnumerable<string> classes = Enumerable.Range(0, table.Count).Where(i => table.Text(i, "section") == "class").Select(i => table.Text(i, "name"));
        foreach (string of in classes.Concat(["apple", "apple-ultra", "intel-igpu", "hbm"]).Distinct())
        {
            foreach (string name in new[] { "generation_efficiency", "layer_microseconds", "generation_flops_share", "prompt_flops_share", "flops_per_byte", "assumed_gb_s" })
            {
                Constants.Get("device", of, name).ShouldBeGreaterThan(0, $"{of} {name}");
            }

            Constants.Get("device", of, "generation_efficiency").ShouldBeLessThanOrEqualTo(1, of);
        }
    }

    [Fact]
    public void Other_values_are_tried_without_touching_the_shipped_ones()
    {
        SpeedConstants tried = Constants.With([KeyValuePair.Create(("cpu-type", "Q6_K", "cost"), 9.0)]);
        tried.CpuCost(GgmlType.Q6_K).ShouldBe(9);
        Constants.CpuCost(GgmlType.Q6_K).ShouldNotBe(9);
        tried.CpuCost(GgmlType.Q8_0).ShouldBe(Constants.CpuCost(GgmlType.Q8_0));
    }
}

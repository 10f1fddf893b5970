using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Contract;

public class ContractComparisonTests
{
    private static DifferenceDocument Row(ComparisonDocument comparison, string name) => comparison.Differences.Single(d => d.Name == name);

    private static ConfigurationDocument Document(double generationTps, long fileBytes) =>
        (Samples.Configuration(generationTps: generationTps) with { FileBytes = new ByteSize(fileBytes) }).ToDocument(Language.English);

    [Fact]
    public void Higher_speed_and_smaller_files_are_better()
    {
        ComparisonDocument comparison = ContractComparison.Of([Document(4, 1000), Document(6, 3000)]);
        Row(comparison, "generation_tps").Best.ShouldBe(1);
        Row(comparison, "generation_tps").Ratios.ShouldBe([1, 1.5]);
        Row(comparison, "file_bytes").Best.ShouldBe(0);
        Row(comparison, "file_bytes").Values.ShouldBe([1000, 3000]);
    }

    [Fact]
    public void Equal_figures_have_no_best() =>
        Row(ContractComparison.Of([Document(4, 1000), Document(4, 1000)]), "generation_tps").Best.ShouldBeNull();

    [Fact]
    public void An_unknown_speed_stays_unknown()
    {
        ComparisonDocument comparison = ContractComparison.Of([Document(4, 1000) with { Speed = null }, Document(6, 3000)]);
        DifferenceDocument row = Row(comparison, "generation_tps");
        row.Values.ShouldBe([null, 6]);
        row.Ratios.ShouldBe([null, null]);
        row.Best.ShouldBeNull();
    }

    [Fact]
    public void Context_has_no_better_side() =>
        Row(ContractComparison.Of([Document(4, 1000) with { Context = 1 }, Document(4, 1000)]), "context").Best.ShouldBeNull();

    [Fact]
    public void One_configuration_is_no_comparison() => Should.Throw<ArgumentException>(() => ContractComparison.Of([Document(4, 1000)]));
}

using DeepFit.Core.Contract;

namespace DeepFit.Core.Tests.Contract;

public class ContractNumbersTests
{
    [Theory]
    [InlineData(0.000123456, 0.0001235)]
    [InlineData(123456.7, 123500)]
    [InlineData(-9.99999, -10)]
    [InlineData(0, 0)]
    public void Four_digits_are_kept(double value, double rounded) => ContractNumbers.Significant(value).ShouldBe(rounded);

    [Fact]
    public void Halves_round_away_from_zero() => ContractNumbers.Decimals(61.25, 1).ShouldBe(61.3);

    [Fact]
    public void There_is_no_negative_zero() => double.IsNegative(ContractNumbers.Decimals(-0.001, 1)!.Value).ShouldBeFalse();

    [Fact]
    public void What_is_not_finite_is_null()
    {
        ContractNumbers.Significant(double.NaN).ShouldBeNull();
        ContractNumbers.Decimals(double.PositiveInfinity, 1).ShouldBeNull();
        ContractNumbers.WholeBytes(double.NaN).ShouldBeNull();
        ContractNumbers.WholeBytes(1e300).ShouldBeNull();
        ContractNumbers.WholeBytes(null).ShouldBeNull();
    }

    [Fact]
    public void A_rate_is_whole_bytes() => ContractNumbers.WholeBytes(1.5e9 + 0.4).ShouldBe(1_500_000_000);
}

using DeepFit.Core.Units;

namespace DeepFit.Core.Tests;

public class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(317_456_384, "302.8 MiB")]
    [InlineData(4_683_073_504, "4.36 GiB")]
    [InlineData(404_430_188_519, "376.7 GiB")]
    public void Text_uses_the_binary_unit_that_fits(long bytes, string text) => new ByteSize(bytes).ToString().ShouldBe(text);

    [Fact]
    public void GiB_and_GB_differ()
    {
        ByteSize.FromGiB(1).Bytes.ShouldBe(1_073_741_824);
        ByteSize.FromGB(1).Bytes.ShouldBe(1_000_000_000);
    }

    [Fact]
    public void Overflow_is_an_error() => Should.Throw<OverflowException>(() => new ByteSize(long.MaxValue) + new ByteSize(1));
}

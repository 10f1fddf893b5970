using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Text;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(4_683_073_248, "4.68 GB")]
    [InlineData(42_520_398_880, "42.5 GB")]
    [InlineData(404_000_000_000, "404 GB")]
    [InlineData(9_999_000_000, "10.0 GB")]
    public void Downloads_are_in_the_gb_of_hubs(long bytes, string text) => Figures.Gb(new ByteSize(bytes)).ShouldBe(text);

    [Theory]
    [InlineData(302.75, "303 MiB")]
    [InlineData(4464.0, "4.36 GiB")]
    [InlineData(23000.0, "22.5 GiB")]
    public void Memory_is_in_gib(double mebibytes, string text) => Figures.GiB(ByteSize.FromMiB(mebibytes)).ShouldBe(text);

    [Theory]
    [InlineData(0.42, "0.4 s", "0.4 秒")]
    [InlineData(12, "12 s", "12 秒")]
    [InlineData(540, "9 min", "9 分钟")]
    [InlineData(3900, "1 h 5 min", "1 小时 5 分")]
    [InlineData(86400, "24 h", "24 小时")]
    [InlineData(400000, "5 days", "5 天")]
    [InlineData(double.PositiveInfinity, "–", "–")]
    public void Durations_are_said_as_people_say_them(double seconds, string en, string zh)
    {
        Figures.Duration(seconds).En.ShouldBe(en);
        Figures.Duration(seconds).Zh.ShouldBe(zh);
    }
}

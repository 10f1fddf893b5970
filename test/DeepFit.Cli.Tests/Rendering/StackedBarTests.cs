using DeepFit.Cli.Rendering;

namespace DeepFit.Cli.Tests.Rendering;

public sealed class StackedBarTests
{
    [Theory]
    [InlineData(new double[] { 90, 5, 3, 2 }, 100, 50)]
    [InlineData(new double[] { 90, 50, 3, 2 }, 100, 10)]
    [InlineData(new double[] { 1000, 1, 1, 1 }, 1e6, 48)]
    public void Every_part_of_a_bar_is_seen_and_none_is_pushed_out(double[] values, double total, int room)
    {
        int[] cells = StackedBar.Share(values, total, room);
        cells.ShouldAllBe(count => count >= 1);
        cells.Sum().ShouldBeLessThanOrEqualTo(room);
    }
}

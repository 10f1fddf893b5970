using DeepFit.Core.Estimation;

namespace DeepFit.Core.Tests.Estimation;

public class EmbeddedTableTests
{
    [Fact]
    public void Quotes_hold_commas_quotes_and_line_breaks()
    {
        EmbeddedTable table = EmbeddedTable.Parse("a,b\r\n\"x, y\",\"he said \"\"no\"\"\nand left\"\n1.5,\n", "test");
        table.Count.ShouldBe(2);
        table.Text(0, "a").ShouldBe("x, y");
        table.Text(0, "b").ShouldBe("he said \"no\"\nand left");
        table.Number(1, "a").ShouldBe(1.5);
        table.NumberOrNull(1, "b").ShouldBeNull();
    }

    [Fact]
    public void A_row_of_another_length_is_an_error() => Should.Throw<FormatException>(() => EmbeddedTable.Parse("a,b\n1\n", "test"));

    [Theory]
    [InlineData("benchmarks.csv")]
    [InlineData("quant_quality.csv")]
    [InlineData("speed_constants.csv")]
    [InlineData("uses.csv")]
    public void Every_row_of_the_shipped_tables_names_its_source(string file)
    {
        EmbeddedTable table = EmbeddedTable.Load(file);
        table.Count.ShouldBeGreaterThan(10);
        for (int i = 0; i < table.Count; i++)
        {
            table.Text(i, "source").ShouldNotBeNullOrWhiteSpace($"{file} row {i + 2}");
            table.Text(i, "source").ShouldNotContain("recalled");
        }
    }
}

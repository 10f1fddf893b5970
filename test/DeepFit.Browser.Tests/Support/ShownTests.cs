using System.Text.Json;

namespace DeepFit.Browser.Tests.Support;

/// <summary>What the page's figures are held against is itself right; these need no browser.</summary>
public sealed class ShownTests
{
    [Theory]
    [InlineData("900", "900 B")]
    [InlineData("536870912", "512 MiB")]
    [InlineData("8289286881", "7.72 GiB")]
    [InlineData("405542214861", "377.7 GiB")]
    public void Sizes_are_written_as_the_page_writes_them(string bytes, string shown) => Shown.Bytes(Number(bytes)).ShouldBe(shown);

    [Theory]
    [InlineData("0.155", "0.16")]
    [InlineData("4.44", "4.4")]
    [InlineData("9.96", "10")]
    [InlineData("1234.4", "1,234")]
    public void Rates_are_written_as_the_page_writes_them(string rate, string shown) => Shown.Rate(Number(rate)).ShouldBe(shown);

    private static JsonElement Number(string text) => JsonDocument.Parse(text).RootElement;
}

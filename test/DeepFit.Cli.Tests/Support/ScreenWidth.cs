using System.Text;
using System.Text.RegularExpressions;

namespace DeepFit.Cli.Tests.Support;

/// <summary>Measures screens on its own, by the ranges of Unicode's EastAsianWidth.txt, so that the program's own measure is held against another.</summary>
internal static partial class ScreenWidth
{
    public static int Of(string line) => WithoutColour(line).EnumerateRunes().Sum(Columns);

    public static string WithoutColour(string text) => Escape().Replace(text, "");

    public static void ShouldFit(string screen, int width)
    {
        string[] wide = [.. screen.Split('\n').Where(line => Of(line) > width)];
        wide.ShouldBeEmpty($"lines wider than {width} columns");
    }

    private static int Columns(Rune rune) => rune.Value switch
    {
        >= 0x1100 and <= 0x115F => 2,
        >= 0x2E80 and <= 0xA4CF => 2,
        >= 0xAC00 and <= 0xD7A3 => 2,
        >= 0xF900 and <= 0xFAFF => 2,
        >= 0xFE30 and <= 0xFE6F => 2,
        >= 0xFF01 and <= 0xFF60 => 2,
        >= 0xFFE0 and <= 0xFFE6 => 2,
        >= 0x20000 => 2,
        _ => 1,
    };

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escape();
}

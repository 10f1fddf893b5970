using System.Text;
using Wcwidth;

namespace DeepFit.Cli.Rendering;

/// <summary>How many terminal columns text takes: East Asian wide and full-width characters and most emoji take two (Unicode's EastAsianWidth.txt), ambiguous ones one, marks none.</summary>
internal static class Cells
{
    /// <summary>Columns of a text.</summary>
    public static int Width(ReadOnlySpan<char> text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Width(rune);
        }

        return width;
    }

    /// <summary>Columns of a character.</summary>
    public static int Width(Rune rune) => rune.Value < 0x300 ? (rune.Value < 32 ? 0 : 1) : Math.Max(0, UnicodeCalculator.GetWidth(rune));

    /// <summary>The text, filled with blanks to a number of columns.</summary>
    public static string PadRight(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    /// <summary>The text, filled with blanks on the left to a number of columns.</summary>
    public static string PadLeft(string text, int width) => new string(' ', Math.Max(0, width - Width(text))) + text;

    /// <summary>The text, cut to a number of columns; an ellipsis shows the cut.</summary>
    public static string Cut(string text, int width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        var kept = new StringBuilder();
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int next = Width(rune);
            if (used + next > width - 1)
            {
                break;
            }

            kept.Append(rune.ToString());
            used += next;
        }

        return kept.Append('…').ToString();
    }

    /// <summary>Whether a character takes two columns.</summary>
    public static bool IsWide(int c) => c >= 0x1100 && Rune.IsValid(c) && Width(new Rune(c)) == 2;
}

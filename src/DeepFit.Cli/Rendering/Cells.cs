using System.Text;

namespace DeepFit.Cli.Rendering;

/// <summary>How many terminal columns text takes: East Asian wide and full-width characters take two (Unicode's EastAsianWidth.txt), ambiguous ones one.</summary>
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
    public static int Width(Rune rune) => rune.Value < 0x300 ? (rune.Value < 32 ? 0 : 1) : IsCombining(rune.Value) ? 0 : IsWide(rune.Value) ? 2 : 1;

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
    public static bool IsWide(int c) => c is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x20000 and <= 0x3FFFD);

    private static bool IsCombining(int c) => c is (>= 0x300 and <= 0x36F) or (>= 0x200B and <= 0x200F) or 0xFEFF or (>= 0xFE00 and <= 0xFE0F);
}

using System.Text;

namespace DeepFit.Core.Exports.Text;

/// <summary>Comments of exported files: on lines of their own, no wider than a screen, and never able to end early.</summary>
internal static class Comments
{
    private const int Width = 100;

    /// <summary>A text on lines of at most 100 columns; East Asian characters count two.</summary>
    /// <param name="text">The text; what is not printable becomes a blank.</param>
    /// <param name="indent">Columns that stand before it.</param>
    public static IReadOnlyList<string> Wrap(string text, int indent = 0)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        int columns = 0;
        foreach (string part in Parts(Clean(text)))
        {
            int width = Columns(part);
            if (columns > 0 && columns + Columns(part.TrimEnd()) > Width - indent)
            {
                lines.Add(line.ToString().TrimEnd());
                line.Clear();
                columns = 0;
            }

            line.Append(part);
            columns += width;
        }

        lines.Add(line.ToString().TrimEnd());
        return lines;
    }

    /// <summary>A text for an XML comment, in which two dashes must not meet.</summary>
    public static string Xml(string text)
    {
        string clean = Clean(text);
        while (clean.Contains("--", StringComparison.Ordinal))
        {
            clean = clean.Replace("--", "- -", StringComparison.Ordinal);
        }

        return clean.EndsWith('-') ? clean + " " : clean;
    }

    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    // what may stand at the start of a line: words with the blanks after them, and every East Asian character with what must not begin a line
    private static IEnumerable<string> Parts(string text)
    {
        int start = 0;
        for (int i = 1; i < text.Length; i++)
        {
            bool breaks = (text[i - 1] == ' ' && text[i] != ' ')
                || ((IsWide(text[i]) || IsWide(text[i - 1])) && text[i] != ' ' && !char.IsLowSurrogate(text[i]) && !IsClosing(text[i]) && !IsOpening(text[i - 1]));
            if (breaks)
            {
                yield return text[start..i];
                start = i;
            }
        }

        yield return text[start..];
    }

    private static int Columns(string text) => text.Sum(c => IsWide(c) ? 2 : 1);

    private static bool IsWide(char c) => c is (>= '\u2E80' and <= '\uA4CF') or (>= '\uAC00' and <= '\uD7A3') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFE30' and <= '\uFE6F') or (>= '\uFF01' and <= '\uFF60');

    private static bool IsClosing(char c) => c is '，' or '。' or '、' or '；' or '：' or '）' or '”' or '？' or '！';

    private static bool IsOpening(char c) => c is '（' or '“';
}

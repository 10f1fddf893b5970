using System.Buffers;
using System.Text;

namespace DeepFit.Core.Exports.Text;

/// <summary>Puts any text between the quotes of a shell or of a file format, so that it comes out again as it went in. None takes control characters: see <see cref="ExportCheck"/>.</summary>
internal static class Quoting
{
    private static readonly SearchValues<char> Bare =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=+,@%");

    // PowerShell takes each of these for a single quote (System.Management.Automation, CharExtensions.IsSingleQuote)
    private static readonly SearchValues<char> PowerShellQuotes = SearchValues.Create("'\u2018\u2019\u201A\u201B");

    /// <summary>A word for a POSIX shell (POSIX.1-2017, 2.2.2: nothing is special between single quotes).</summary>
    public static string Shell(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Bare) ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>A string for PowerShell: verbatim, its quotes doubled (about_Quoting_Rules).</summary>
    public static string PowerShell(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (char c in text)
        {
            quoted.Append(c);
            if (PowerShellQuotes.Contains(c))
            {
                quoted.Append(c);
            }
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>A word of systemd's command lines: C escapes, specifiers and variables doubled (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting").</summary>
    /// <param name="text">The text.</param>
    /// <param name="program">Whether it is the program itself, in which no variable is replaced.</param>
    public static string Systemd(string text, bool program = false)
    {
        string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal);
        escaped = program ? escaped : escaped.Replace("$", "$$", StringComparison.Ordinal);
        return text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Bare) ? escaped : "\"" + escaped.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
    }

    /// <summary>An argument of a Windows command line, as CommandLineToArgvW and the C runtime read it back.</summary>
    public static string WindowsArgument(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAny(" \t\""))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        int slashes = 0;
        foreach (char c in text)
        {
            if (c == '\\')
            {
                slashes++;
                continue;
            }

            // backslashes count double before a quote, and as they are before anything else
            quoted.Append('\\', c == '"' ? (2 * slashes) + 1 : slashes).Append(c);
            slashes = 0;
        }

        return quoted.Append('\\', 2 * slashes).Append('"').ToString();
    }

    /// <summary>A value of a Compose file: <c>$</c> is doubled, since Compose replaces variables.</summary>
    public static string Compose(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>An argument of a Kubernetes container: <c>$(NAME)</c> would be replaced, <c>$$(NAME)</c> is not.</summary>
    public static string Kubernetes(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}

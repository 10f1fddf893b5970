using System.Text;

namespace DeepFit.Cli.Chat;

/// <summary>Makes a model's text safe for a terminal: it may hold anything, control sequences too.</summary>
internal static class TerminalText
{
    /// <summary>The text without control characters other than line feeds and tabs.</summary>
    public static string Safe(string text)
    {
        if (!text.Any(IsControl))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!IsControl(c))
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}

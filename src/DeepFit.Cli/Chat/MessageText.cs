namespace DeepFit.Cli.Chat;

/// <summary>How a message of several lines is typed: between <c>"""</c>, or with a backslash at the end of each line but the last.</summary>
internal static class MessageText
{
    private const string Quotes = "\"\"\"";

    /// <summary>What Enter makes of a message that is not finished: the same with another line begun; null where it is finished.</summary>
    public static string? Continued(string typed)
    {
        if (typed.TrimStart().StartsWith(Quotes, StringComparison.Ordinal))
        {
            string text = typed.Trim();
            return text.Length >= 2 * Quotes.Length && text.EndsWith(Quotes, StringComparison.Ordinal) ? null : typed + "\n";
        }

        return typed.EndsWith('\\') ? typed[..^1] + "\n" : null;
    }

    /// <summary>The message, without the quotation marks and the blanks around it.</summary>
    public static string Of(string typed)
    {
        string text = typed.Trim();
        if (!text.StartsWith(Quotes, StringComparison.Ordinal))
        {
            return text;
        }

        text = text[Quotes.Length..];
        return (text.EndsWith(Quotes, StringComparison.Ordinal) ? text[..^Quotes.Length] : text).Trim('\n');
    }
}

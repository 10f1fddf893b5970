using System.Globalization;

namespace DeepFit.Engine.Detection;

/// <summary>Small readings that the parsers share. None throws.</summary>
internal static class ProbeLine
{
    /// <summary>Splits <c>key : value</c> at the first separator, both sides trimmed. False when there is none or the key is empty.</summary>
    internal static bool TryKeyValue(ReadOnlySpan<char> line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value, char separator = ':')
    {
        int at = line.IndexOf(separator);
        if (at <= 0)
        {
            key = value = default;
            return false;
        }

        key = line[..at].Trim();
        value = line[(at + 1)..].Trim();
        return key.Length > 0;
    }

    /// <summary>A whole number that is not negative, or null.</summary>
    internal static long? Number(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>A number of units of 1024 bytes as bytes, or null when it is none or does not fit.</summary>
    internal static long? KiB(ReadOnlySpan<char> text) => Number(text) is long number and < long.MaxValue / 1024 ? number * 1024 : null;

    /// <summary>The first line, trimmed; null when there is nothing in it.</summary>
    internal static string? FirstLine(string? text)
    {
        if (text is null)
            return null;
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim([' ', '\t', '\r', '\n', '\0']);
        int end = trimmed.IndexOfAny("\r\n\0");
        ReadOnlySpan<char> line = end < 0 ? trimmed : trimmed[..end].TrimEnd();
        return line.IsEmpty ? null : line.ToString();
    }
}

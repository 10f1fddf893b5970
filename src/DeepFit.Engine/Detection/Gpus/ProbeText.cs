using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>Small readings that several parsers share. None of them throws.</summary>
internal static class ProbeText
{
    /// <summary>A size of <paramref name="number"/> units, or null when the text is no number, is negative, or overflows.</summary>
    public static ByteSize? Size(ReadOnlySpan<char> number, long unit)
    {
        if (!double.TryParse(number.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
            return null;
        double bytes = value * unit;
        return bytes is >= 0 and < long.MaxValue / 2 ? new ByteSize((long)bytes) : null;
    }

    /// <summary>A size with its unit: <c>81920MiB</c>, <c>49152 MB</c>, <c>16 GB</c>, <c>68719476736</c>. MB and GB of tools are binary; null when odd.</summary>
    public static ByteSize? SizeWithUnit(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;

        ReadOnlySpan<char> unit = text[end..].Trim();
        long scale = unit switch
        {
            "" or "B" => 1,
            "KiB" or "KB" or "kB" or "K" => ByteSize.KiB,
            "MiB" or "MB" or "M" => ByteSize.MiB,
            "GiB" or "GB" or "G" => ByteSize.GiB,
            _ => 0,
        };
        return scale == 0 ? null : Size(text[..end], scale);
    }

    /// <summary>The part of a line before the first colon and the part after it, both trimmed; false when there is no colon.</summary>
    public static bool KeyValue(ReadOnlySpan<char> line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value)
    {
        int colon = line.IndexOf(':');
        key = colon < 0 ? line.Trim() : line[..colon].Trim();
        value = colon < 0 ? [] : line[(colon + 1)..].Trim();
        return colon >= 0;
    }

    /// <summary>One line of a small file: trimmed, or null when the file is missing or blank.</summary>
    public static string? ReadLine(IProbeHost host, string path) =>
        host.ReadFile(path)?.AsSpan().Trim().Trim('\0').ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Free of a shared memory: what is available, at most all of it.</summary>
    public static ByteSize AtMost(ByteSize size, ByteSize most) => ByteSize.Max(ByteSize.Zero, ByteSize.Min(size, most));
}

using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>Sizes and rates as people write them: <c>24 GiB</c>, <c>500 GB</c>, <c>936 GB/s</c>. GiB is 1024³ bytes, GB is 10⁹.</summary>
internal static class MachineFileUnits
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KIB", ByteSize.KiB), ("MIB", ByteSize.MiB), ("GIB", ByteSize.GiB), ("TIB", ByteSize.GiB * 1024.0),
        ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
    ];

    /// <summary>Most that is believed: 1 PiB.</summary>
    private const double Most = 1024.0 * 1024 * ByteSize.GiB;

    /// <summary>A size, or null when the text is none.</summary>
    public static ByteSize? ParseSize(string text) => Parse(text) is { } bytes ? new ByteSize((long)Math.Round(bytes)) : null;

    /// <summary>A rate, or null when the text is none.</summary>
    public static ByteRate? ParseRate(string text)
    {
        string number = text.Trim();
        return Parse(number.EndsWith("/s", StringComparison.OrdinalIgnoreCase) ? number[..^2] : number) is { } bytes ? new ByteRate(bytes) : null;
    }

    private static double? Parse(string text)
    {
        string rest = text.Trim();
        double factor = 1;
        foreach ((string unit, double bytes) in Units)
        {
            if (rest.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                factor = bytes;
                rest = rest[..^unit.Length].TrimEnd();
                break;
            }
        }

        return double.TryParse(rest, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && Math.Abs(value * factor) <= Most
            ? value * factor
            : null;
    }
}

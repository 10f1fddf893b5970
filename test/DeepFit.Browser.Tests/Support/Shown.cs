using System.Globalization;
using System.Text.Json;

namespace DeepFit.Browser.Tests.Support;

/// <summary>How the page writes figures in English, said again here so that what it shows can be held against the command line's JSON.</summary>
internal static class Shown
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A size: 512 MiB, 7.72 GiB, 377.7 GiB.</summary>
    public static string Bytes(JsonElement bytes)
    {
        double size = bytes.GetInt64();
        int unit = 0;
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
        {
            size /= 1024;
        }

        return $"{Number(size, unit < 3 || size >= 1000 ? 0 : size >= 100 ? 1 : 2)} {Units[unit]}";
    }

    /// <summary>Tokens per second: 0.16, 4.4, 25.</summary>
    public static string Rate(JsonElement tps) => tps.GetDouble() is var rate && rate < 0.995 ? Number(rate, 2) : Number(rate, rate < 9.95 ? 1 : 0);

    /// <summary>A score: 70.2.</summary>
    public static string Score(JsonElement score) => score.GetDouble().ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>An interval.</summary>
    public static string Interval(string low, string high) => $"{low} to {high}";

    private static string Number(double value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero).ToString("N" + decimals, CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace DeepFit.Core.Contract;

/// <summary>How figures are rounded for people and programs. What is not a finite number becomes null: JSON knows neither NaN nor infinity.</summary>
public static class ContractNumbers
{
    /// <summary>Rounds to significant digits; null for NaN and infinity.</summary>
    /// <param name="value">The figure.</param>
    /// <param name="digits">Significant digits, 1 to 15. Default 4.</param>
    public static double? Significant(double value, int digits = 4)
    {
        if (!double.IsFinite(value))
        {
            return null;
        }

        string format = "G" + digits.ToString(CultureInfo.InvariantCulture);
        double rounded = double.Parse(value.ToString(format, CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
        return rounded == 0 ? 0 : rounded; // no "-0"
    }

    /// <summary>Rounds to decimals; null for NaN and infinity.</summary>
    /// <param name="value">The figure.</param>
    /// <param name="decimals">Decimals, 0 to 15.</param>
    public static double? Decimals(double value, int decimals)
    {
        if (!double.IsFinite(value))
        {
            return null;
        }

        double rounded = Math.Round(value, decimals, MidpointRounding.AwayFromZero);
        return rounded == 0 ? 0 : rounded;
    }

    /// <summary>A rate in whole bytes per second; null for null, NaN, infinity and what a 64-bit integer cannot hold.</summary>
    public static long? WholeBytes(double? bytesPerSecond) =>
        bytesPerSecond is { } rate && double.IsFinite(rate) && Math.Abs(rate) < long.MaxValue ? (long)Math.Round(rate) : null;
}

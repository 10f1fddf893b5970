using System.Globalization;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>Names the edition of Windows.</summary>
internal static class WindowsOsParser
{
    // The registry of Windows 11 still says "Windows 10"; its builds begin here.
    private const int FirstWindows11Build = 22000;

    /// <summary>A description such as <c>Windows 11 Pro 23H2 (build 22631)</c>; null without a name.</summary>
    /// <param name="product">ProductName.</param>
    /// <param name="display">DisplayVersion, or null.</param>
    /// <param name="build">CurrentBuildNumber, or null.</param>
    internal static string? Describe(string? product, string? display, string? build)
    {
        if (string.IsNullOrWhiteSpace(product))
            return null;
        bool known = int.TryParse(build, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        string name = known && number >= FirstWindows11Build && product.StartsWith("Windows 10", StringComparison.Ordinal)
            ? string.Concat("Windows 11", product.AsSpan("Windows 10".Length)) : product;
        string version = string.IsNullOrWhiteSpace(display) ? "" : " " + display.Trim();
        return known ? string.Create(CultureInfo.InvariantCulture, $"{name}{version} (build {number})") : name + version;
    }
}

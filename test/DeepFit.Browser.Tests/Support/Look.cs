using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Support;

/// <summary>How a person's browser is set up.</summary>
/// <param name="Locale">The language that it prefers.</param>
/// <param name="Dark">Whether the system is dark.</param>
/// <param name="Width">Of the window, in pixels.</param>
public sealed record Look(string Locale = "en-US", bool Dark = false, int Width = 1440)
{
    /// <summary>A phone's width.</summary>
    public const int Phone = 390;

    /// <summary>A desk's.</summary>
    public const int Desk = 1440;

    /// <summary>Whether it prefers Chinese.</summary>
    public bool Chinese => Locale.StartsWith("zh", StringComparison.Ordinal);

    /// <summary>The looks that every view is tried in; each at both widths.</summary>
    public static IReadOnlyList<Look> All { get; } = [new(), new(Dark: true), new("zh-CN"), new("zh-CN", Dark: true)];

    /// <summary>In words that make a file's name.</summary>
    public string Name => $"{(Chinese ? "zh" : "en")}-{(Dark ? "dark" : "light")}-{Width}";

    internal BrowserNewContextOptions Options(Uri address) => new()
    {
        BaseURL = address.AbsoluteUri,
        Locale = Locale,
        ColorScheme = Dark ? ColorScheme.Dark : ColorScheme.Light,
        ReducedMotion = ReducedMotion.Reduce,
        ViewportSize = new ViewportSize { Width = Width, Height = Height(Width) },
        AcceptDownloads = true,
        TimezoneId = "UTC",
    };

    /// <summary>The height of a window of such a width.</summary>
    public static int Height(int width) => width < 600 ? 844 : 900;
}

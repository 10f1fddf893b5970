using System.Text;
using DeepFit.Core.Text;
using ScottPlot;

namespace DeepFit.Charts;

/// <summary>What a chart shows.</summary>
public enum ChartKind
{
    /// <summary>Generation speed against score, one point a configuration.</summary>
    SpeedQuality = 0,

    /// <summary>Memory by part, stacked, one bar a configuration and device, against what the machine has.</summary>
    Memory = 1,
}

/// <summary>What a chart is written as.</summary>
public enum ChartFormat
{
    /// <summary>Scalable Vector Graphics.</summary>
    Svg = 0,

    /// <summary>Portable Network Graphics.</summary>
    Png = 1,
}

/// <summary>A chart, ready to be written: <see cref="Width"/> × <see cref="Height"/> pixels on white.</summary>
public sealed class Chart
{
    /// <summary>Pixels across.</summary>
    public const int Width = 1200;

    /// <summary>Pixels down.</summary>
    public const int Height = 800;

    private readonly Plot plot;

    internal Chart(Plot plot, Language language, IReadOnlyList<ChartSeries> series, IReadOnlyList<PixelRect> labels)
    {
        this.plot = plot;
        Language = language;
        Series = series;
        Labels = labels;
    }

    /// <summary>The language of its labels: English where Chinese was asked for and no typeface on this machine has Chinese characters.</summary>
    public Language Language { get; }

    /// <summary>The figures that it shows.</summary>
    public IReadOnlyList<ChartSeries> Series { get; }

    /// <summary>Where the labels inside the chart stand, in pixels.</summary>
    internal IReadOnlyList<PixelRect> Labels { get; }

    /// <summary>The file's bytes.</summary>
    public byte[] Render(ChartFormat format) => format == ChartFormat.Png
        ? plot.GetImage(Width, Height).GetImageBytes(ImageFormat.Png)
        : Encoding.UTF8.GetBytes(ChartFonts.Unify(Tidy(plot.GetSvgXml(Width, Height)), Language));

    // Skia writes empty text elements and ends lists of coordinates with a comma, which strict readers of SVG refuse.
    private static string Tidy(string svg) => svg.Replace(", \"", "\"", StringComparison.Ordinal).Replace(" x=\"\" y=\"\"", "", StringComparison.Ordinal);
}

/// <summary>The figures of one configuration, or of one device of it, as a chart shows them.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Values">The figures by the contract's names.</param>
public sealed record ChartSeries(string Label, IReadOnlyDictionary<string, double> Values);

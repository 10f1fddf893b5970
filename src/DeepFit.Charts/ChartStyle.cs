using DeepFit.Core.Text;
using ScottPlot;

namespace DeepFit.Charts;

/// <summary>How charts look: the palette of Okabe and Ito, which colour-blind people tell apart, on white; shapes say what colours say.</summary>
internal static class ChartStyle
{
    public const float TitleSize = 22;
    public const float TextSize = 15;
    public const float LabelSize = 15;

    public static readonly Color Blue = Color.FromHex("#0072B2");
    public static readonly Color Sky = Color.FromHex("#56B4E9");
    public static readonly Color Orange = Color.FromHex("#E69F00");
    public static readonly Color Vermilion = Color.FromHex("#D55E00");
    public static readonly Color Grey = Color.FromHex("#8C8C8C");
    public static readonly Color Ink = Color.FromHex("#222222");

    /// <summary>An empty plot in the language's typeface, its data area at a known place, so that labels can be laid out in pixels.</summary>
    public static Plot Create(BilingualText title, Language language, string family, PixelPadding padding)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Layout.Fixed(padding);
        plot.Axes.Title.Label.Text = title.In(language);
        plot.Axes.Title.Label.FontSize = TitleSize;
        plot.Axes.Title.Label.ForeColor = Ink;
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Top.IsVisible = false;
        plot.Grid.MajorLineColor = Color.FromHex("#E4E4E4");
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.FontSize = TextSize;
            axis.Label.ForeColor = Ink;
            axis.TickLabelStyle.FontSize = TextSize;
            axis.TickLabelStyle.ForeColor = Ink;
        }

        plot.Axes.Left.Label.OffsetX = -8;
        plot.Font.Set(family);
        return plot;
    }

    /// <summary>The legend, set in the chart's typeface.</summary>
    public static void ShowLegend(Plot plot, string family, Alignment place)
    {
        plot.Legend.FontName = family;
        plot.Legend.FontSize = TextSize - 1;
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineColor = Color.FromHex("#CCCCCC");
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.ShowLegend(place);
    }

    /// <summary>A text with its upper left corner at a point.</summary>
    public static void Text(Plot plot, string text, Coordinates corner, string family, bool bold, Alignment alignment = Alignment.UpperLeft)
    {
        ScottPlot.Plottables.Text label = plot.Add.Text(text, corner);
        label.LabelFontName = family;
        label.LabelFontSize = LabelSize;
        label.LabelFontColor = Ink;
        label.LabelBold = bold;
        label.LabelAlignment = alignment;
        label.LabelPadding = 0;
    }

    /// <summary>Size of a text in pixels.</summary>
    public static PixelSize Measure(string text, string family, bool bold)
    {
        var style = new LabelStyle { FontName = family, FontSize = LabelSize, Bold = bold };
        using Paint paint = Paint.NewDisposablePaint();
        return style.Measure(text, paint).Size;
    }
}

using System.Globalization;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using ScottPlot;

namespace DeepFit.Charts;

/// <summary>Generation speed against score, with the 80% intervals of both, the frontier and the pick.</summary>
internal static class SpeedQualityChart
{
    private const float Left = 92, Right = 40, Top = 60, Bottom = 100;
    private const float MarkerSize = 13;

    /// <summary>Room for the legend in the lower left.</summary>
    private static readonly PixelRect Legend = new(Left, Left + 310, Chart.Height - Bottom, Chart.Height - Bottom - 150);

    /// <summary>Draws it.</summary>
    /// <exception cref="NothingToDrawException">No configuration runs there.</exception>
    public static Chart Draw(ChartSubject subject, string family)
    {
        Point[] points = [.. subject.Configurations.Where(c => c is { Speed: not null, Quality.Score: not null } && c.LimitedBy is not "ram").Select(c => new Point(c)).DistinctBy(p => p.Label)];
        if (points.Length == 0)
        {
            throw new NothingToDrawException(new(
                "There is nothing to draw: none of the configurations runs on this machine and has a score. `--chart-kind memory` shows what they need.",
                "没有可画的内容：没有任何配置既能在该机器上运行又有评分。可用 `--chart-kind memory` 查看各自所需的内存。"));
        }

        Language language = subject.Language;
        Plot plot = ChartStyle.Create(ChartTexts.SpeedTitle(subject.Use.Name, subject.Machine), language, family, new PixelPadding(Left, Right, Bottom, Top));
        AxisLimits limits = Limits(points);
        plot.Axes.SetLimits(limits);
        plot.Axes.Bottom.TickGenerator = Ticks(limits);
        plot.Axes.Left.Label.Text = ChartTexts.Score.In(language);
        string[] missing = [.. subject.Configurations.Where(c => c.Speed is null || c.LimitedBy is "ram").Select(c => c.Variant).Distinct()];
        plot.Axes.Bottom.Label.Text = $"{ChartTexts.Speed.In(language)}\n{ChartTexts.Intervals.In(language)}{(missing.Length > 0 ? ChartTexts.NotShown(missing).In(language) : "")}";

        Point[] frontier = Frontier(points);
        AddFrontier(plot, frontier, ChartTexts.Frontier.In(language));
        foreach (bool distilled in (bool[])[true, false])
        {
            Markers(plot, [.. points.Where(p => p.Distilled == distilled)], distilled, (distilled ? ChartTexts.Distilled : ChartTexts.R1).In(language));
        }

        Point? pick = subject.Pick is { } picked ? points.FirstOrDefault(p => p.Label == Point.Name(picked)) : null;
        if (pick is not null)
        {
            ScottPlot.Plottables.Marker ring = plot.Add.Marker(pick.X, pick.Y, MarkerShape.OpenCircle, MarkerSize + 12, ChartStyle.Vermilion);
            ring.MarkerStyle.LineWidth = 3;
            ring.LegendText = ChartTexts.Pick.In(language);
        }

        IReadOnlyList<PixelRect> labels = Labels(plot, points, frontier, pick, limits, family);
        ChartStyle.ShowLegend(plot, family, Alignment.LowerLeft);
        return new Chart(plot, language, [.. points.Select(p => p.Series)], labels);
    }

    private static AxisLimits Limits(Point[] points)
    {
        double low = points.Min(p => p.XLow), high = points.Max(p => p.XHigh);
        double margin = Math.Max(0.12, (high - low) * 0.1);
        double bottom = points.Min(p => p.YLow), top = points.Max(p => p.YHigh);
        double room = Math.Max(4, (top - bottom) * 0.12);

        // the legend stands in the lower left, where what is slow and bad would be
        return new AxisLimits(low - margin, high + margin, Math.Max(0, Math.Floor(bottom - (2.4 * room))), Math.Min(100, Math.Ceiling(top + room)));
    }

    private static ScottPlot.TickGenerators.NumericManual Ticks(AxisLimits limits)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        bool fine = limits.Right - limits.Left < 1.2;
        for (int power = -4; power <= 6; power++)
        {
            foreach (double step in fine ? (double[])[1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5])
            {
                double value = step * Math.Pow(10, power);
                if (Math.Log10(value) >= limits.Left && Math.Log10(value) <= limits.Right)
                {
                    ticks.AddMajor(Math.Log10(value), value.ToString("0.####", CultureInfo.InvariantCulture));
                }
            }
        }

        return ticks;
    }

    private static Point[] Frontier(Point[] points) =>
        [.. points.Where(p => !Array.Exists(points, o => o.X >= p.X && o.Y >= p.Y && (o.X > p.X || o.Y > p.Y))).OrderBy(p => p.X)];

    private static void AddFrontier(Plot plot, Point[] frontier, string name)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(frontier.Select(p => p.X).ToArray(), frontier.Select(p => p.Y).ToArray(), ChartStyle.Grey);
        line.LineWidth = 2;
        line.LinePattern = LinePattern.Dashed;
        line.LegendText = frontier.Length > 1 ? name : string.Empty;
    }

    private static void Markers(Plot plot, Point[] points, bool distilled, string name)
    {
        if (points.Length == 0)
        {
            return;
        }

        double[] xs = [.. points.Select(p => p.X)], ys = [.. points.Select(p => p.Y)];
        Color colour = distilled ? ChartStyle.Blue : ChartStyle.Orange;
        var bars = new ScottPlot.Plottables.ErrorBar(
            xs,
            ys,
            points.Select(p => p.X - p.XLow).ToArray(),
            points.Select(p => p.XHigh - p.X).ToArray(),
            points.Select(p => p.Y - p.YLow).ToArray(),
            points.Select(p => p.YHigh - p.Y).ToArray());
        plot.Add.Plottable(bars);
        bars.Color = colour.WithAlpha(0.55);
        bars.LineWidth = 2;
        bars.CapSize = 5;
        ScottPlot.Plottables.Scatter markers = plot.Add.ScatterPoints(xs, ys, colour);
        markers.MarkerShape = distilled ? MarkerShape.FilledCircle : MarkerShape.FilledDiamond;
        markers.MarkerSize = distilled ? MarkerSize : MarkerSize + 3;
        markers.LegendText = name;
    }

    private static List<PixelRect> Labels(Plot plot, Point[] points, Point[] frontier, Point? pick, AxisLimits limits, string family)
    {
        var area = new PixelRect(Left, Chart.Width - Right, Chart.Height - Bottom, Top);
        Pixel At(double x, double y) => new(
            Left + ((x - limits.Left) / (limits.Right - limits.Left) * area.Width), Chart.Height - Bottom - ((y - limits.Bottom) / (limits.Top - limits.Bottom) * area.Height));
        Coordinates Back(float x, float y) => new(
            limits.Left + ((x - Left) / area.Width * (limits.Right - limits.Left)), limits.Bottom + ((Chart.Height - Bottom - y) / area.Height * (limits.Top - limits.Bottom)));

        var layout = new LabelLayout(area);
        layout.Reserve(Legend);
        foreach (Point point in points)
        {
            Pixel at = At(point.X, point.Y);
            float half = (MarkerSize / 2) + (point == pick ? 7 : 1);
            layout.Reserve(new PixelRect(at.X - half, at.X + half, at.Y + half, at.Y - half));
            layout.Reserve(new PixelRect(At(point.XLow, point.Y).X, At(point.XHigh, point.Y).X, at.Y + 3, at.Y - 3));
            layout.Reserve(new PixelRect(at.X - 3, at.X + 3, At(point.X, point.YLow).Y, At(point.X, point.YHigh).Y));
        }

        for (int i = 1; i < frontier.Length; i++)
        {
            layout.ReserveLine(At(frontier[i - 1].X, frontier[i - 1].Y), At(frontier[i].X, frontier[i].Y));
        }

        var placed = new List<PixelRect>();
        foreach (Point point in points.OrderByDescending(p => p == pick))
        {
            PixelSize size = ChartStyle.Measure(point.Label, family, point == pick);
            PixelRect place = layout.Place(At(point.X, point.Y), size.Width + 2, size.Height + 2);
            ChartStyle.Text(plot, point.Label, Back(place.Left + 1, place.Top + 1), family, point == pick);
            placed.Add(place);
        }

        return placed;
    }

    /// <summary>A configuration on the chart; speeds as decimal logarithms.</summary>
    private sealed class Point
    {
        public Point(Configuration configuration)
        {
            SpeedEstimate speed = configuration.Speed!;
            QualityEstimate quality = configuration.Quality;
            Label = Name(configuration);
            Distilled = !ModelCatalog.Default.TryFind(configuration.Variant, out ModelVariant? variant) || variant.IsDistilled;
            (X, XLow, XHigh) = (Math.Log10(speed.GenerationTps), Math.Log10(speed.GenerationTpsLow), Math.Log10(speed.GenerationTpsHigh));
            (Y, YLow, YHigh) = (quality.Score!.Value, quality.ScoreLow ?? quality.Score.Value, quality.ScoreHigh ?? quality.Score.Value);
            Series = new ChartSeries(Label, new Dictionary<string, double>
            {
                ["generation_tps"] = ContractNumbers.Significant(speed.GenerationTps) ?? 0,
                ["generation_tps_low"] = ContractNumbers.Significant(speed.GenerationTpsLow) ?? 0,
                ["generation_tps_high"] = ContractNumbers.Significant(speed.GenerationTpsHigh) ?? 0,
                ["score"] = ContractNumbers.Decimals(Y, 1) ?? 0,
                ["score_low"] = ContractNumbers.Decimals(YLow, 1) ?? 0,
                ["score_high"] = ContractNumbers.Decimals(YHigh, 1) ?? 0,
            });
        }

        public string Label { get; }

        public bool Distilled { get; }

        public double X { get; }

        public double XLow { get; }

        public double XHigh { get; }

        public double Y { get; }

        public double YLow { get; }

        public double YHigh { get; }

        public ChartSeries Series { get; }

        public static string Name(Configuration c) => $"{Path.GetFileName(c.Variant)} {c.Quantization}";
    }
}

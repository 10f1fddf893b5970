using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using ScottPlot;

namespace DeepFit.Charts;

/// <summary>Memory by part, one bar a configuration and device that it uses, against what the device has.</summary>
internal static class MemoryChart
{
    private const float Top = 60, Bottom = 100, Right = 40, Space = 24;
    private const double Thickness = 0.62;

    private static readonly (BilingualText Name, string Key, Color Colour, Func<DeviceMemory, ByteSize> Size)[] Parts =
    [
        (ChartTexts.Weights, "weights_bytes", ChartStyle.Blue, d => d.Weights),
        (ChartTexts.Cache, "kv_cache_bytes", ChartStyle.Sky, d => d.KvCache),
        (ChartTexts.Compute, "compute_bytes", ChartStyle.Orange, d => d.Compute),
        (ChartTexts.Overhead, "overhead_bytes", ChartStyle.Grey, d => d.Overhead),
    ];

    /// <summary>Draws it.</summary>
    public static Chart Draw(ChartSubject subject, string family)
    {
        Language language = subject.Language;
        Row[] rows = [.. subject.Configurations.SelectMany(RowsOf).DistinctBy(r => r.Label)];
        float left = rows.Max(r => ChartStyle.Measure(r.Label, family, false).Width) + Space;
        Plot plot = ChartStyle.Create(ChartTexts.MemoryTitle(subject.Machine), language, family, new PixelPadding(left, Right, Bottom, Top));

        // room for the figures at the bars' ends
        double widest = rows.Max(r => r.Reach);
        float figures = rows.Max(r => ChartStyle.Measure(r.Figures.In(language), family, true).Width) + Space;
        double limit = widest * (Chart.Width - left - Right) / Math.Max(200, Chart.Width - left - Right - figures);
        plot.Axes.SetLimits(0, limit, -rows.Length + 0.4, 1.1);
        plot.Axes.Bottom.Label.Text = ChartTexts.Memory.In(language);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { MinimumTickSpacing = 60 };
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < rows.Length; i++)
        {
            ticks.AddMajor(-i, rows[i].Label);
        }

        plot.Axes.Left.TickGenerator = ticks;
        plot.Grid.YAxisStyle.IsVisible = false;
        foreach ((BilingualText name, _, Color colour, Func<DeviceMemory, ByteSize> size) in Parts)
        {
            AddPart(plot, rows, name.In(language), colour, size);
        }

        AddAvailable(plot, rows, ChartTexts.Available.In(language));
        var placed = new List<PixelRect>();
        for (int i = 0; i < rows.Length; i++)
        {
            string text = rows[i].Figures.In(language);
            bool picked = subject.Pick is { } pick && rows[i].Configuration == pick;
            ChartStyle.Text(plot, "  " + text, new Coordinates(rows[i].Reach, -i), family, picked || !rows[i].Configuration.Fits, Alignment.MiddleLeft);
            PixelSize size = ChartStyle.Measure("  " + text, family, true);
            float x = left + (float)(rows[i].Reach / limit * (Chart.Width - left - Right));
            float y = Top + (float)((1.1 + i) / (rows.Length + 0.7) * (Chart.Height - Top - Bottom));
            placed.Add(new PixelRect(x, x + size.Width, y + (size.Height / 2), y - (size.Height / 2)));
        }

        plot.Legend.Orientation = Orientation.Horizontal;
        ChartStyle.ShowLegend(plot, family, Alignment.UpperRight);
        return new Chart(plot, language, [.. rows.Select(r => r.Series)], placed);
    }

    private static IEnumerable<Row> RowsOf(Configuration configuration)
    {
        DeviceMemory[] used = [.. configuration.Memory.Devices.Where(d => d.Total.Bytes > 0)];
        return used.Select(device => new Row(configuration, device, used.Length > 1));
    }

    private static void AddPart(Plot plot, Row[] rows, string name, Color colour, Func<DeviceMemory, ByteSize> size)
    {
        var bars = new List<Bar>();
        for (int i = 0; i < rows.Length; i++)
        {
            double before = 0;
            foreach ((BilingualText Name, string Key, Color Colour, Func<DeviceMemory, ByteSize> Size) part in Parts.TakeWhile(p => p.Size != size))
            {
                before += part.Size(rows[i].Device).InGiB;
            }

            bars.Add(new Bar
            {
                Position = -i,
                ValueBase = before,
                Value = before + size(rows[i].Device).InGiB,
                FillColor = colour,
                LineColor = Colors.White,
                LineWidth = 1,
                Size = Thickness,
                Orientation = Orientation.Horizontal,
            });
        }

        ScottPlot.Plottables.BarPlot plottable = plot.Add.Bars(bars);
        plottable.LegendText = name;
    }

    private static void AddAvailable(Plot plot, Row[] rows, string name)
    {
        bool named = false;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Device.Available is not { } available)
            {
                continue;
            }

            ScottPlot.Plottables.LinePlot line = plot.Add.Line(available.InGiB, -i - 0.42, available.InGiB, -i + 0.42);
            line.LineColor = ChartStyle.Vermilion;
            line.LineWidth = 4;
            line.MarkerSize = 0;
            line.LegendText = named ? string.Empty : name;
            named = true;
        }
    }

    private sealed class Row(Configuration configuration, DeviceMemory device, bool several)
    {
        public Configuration Configuration => configuration;

        public DeviceMemory Device => device;

        public string Label { get; } = $"{Path.GetFileName(configuration.Variant)} {configuration.Quantization}{(several ? $" · {device.Device}" : "")}";

        /// <summary>Where the bar and its mark end, in GiB.</summary>
        public double Reach => Math.Max(device.Total.InGiB, device.Available?.InGiB ?? 0);

        public BilingualText Figures
        {
            get
            {
                BilingualText text = device.Available is { } available ? ChartTexts.Of(device.Total.InGiB, available.InGiB) : ChartTexts.Needed(device.Total.InGiB);
                return device.Available is { } has && device.Total > has ? new(text.En + ChartTexts.TooMuch.En, text.Zh + ChartTexts.TooMuch.Zh) : text;
            }
        }

        public ChartSeries Series
        {
            get
            {
                Dictionary<string, double> values = Parts.ToDictionary(p => p.Key, p => (double)p.Size(device).Bytes);
                values.Add("total_bytes", device.Total.Bytes);
                if (device.Available is { } available)
                {
                    values.Add("available_bytes", available.Bytes);
                }

                return new ChartSeries(Label, values);
            }
        }
    }
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>A part of a bar: without colour its texture tells it apart.</summary>
internal sealed record BarPart(double Value, char Texture, Style Style);

/// <summary>
/// A bar of stacked parts against a total. Parts that are there at all get at least one cell; what passes the total is marked.
/// </summary>
internal sealed class StackedBar(IReadOnlyList<BarPart> parts, double total, int width) : Renderable
{
    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(Math.Min(width, maxWidth), Math.Min(width, maxWidth));

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int room = Math.Min(width, maxWidth);
        bool colour = options.ColorSystem != ColorSystem.NoColors;
        int used = 0;
        int[] cells = Share([.. parts.Select(part => part.Value)], total, room);
        for (int i = 0; i < cells.Length; i++)
        {
            if (cells[i] > 0)
            {
                yield return new Segment(new string(colour ? '█' : parts[i].Texture, cells[i]), parts[i].Style);
                used += cells[i];
            }
        }

        if (used < room)
        {
            yield return new Segment(new string('·', room - used), Styles.Dim);
        }

        yield return Segment.LineBreak;
    }

    /// <summary>Cells for every part: proportional, at least one each, together no more than there are.</summary>
    internal static int[] Share(IReadOnlyList<double> values, double total, int room)
    {
        double sum = values.Sum();
        double scale = Math.Max(total, sum);
        int[] cells = new int[values.Count];
        if (scale <= 0)
        {
            return cells;
        }

        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = values[i] <= 0 ? 0 : Math.Max(1, (int)Math.Round(values[i] / scale * room));
        }

        while (cells.Sum() > room)
        {
            int largest = Array.IndexOf(cells, cells.Max());
            cells[largest]--;
        }

        return cells;
    }
}

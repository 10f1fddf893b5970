using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>A rounded frame over the full width, with a title in its upper edge.</summary>
internal sealed class Frame(string title, IRenderable body, Style style) : Renderable
{
    private const int Sides = 4;

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int inner = maxWidth - Sides;
        string shown = Cells.Cut(title, inner - 2);
        yield return new Segment("╭─ ", style);
        yield return new Segment(shown, new Style(style.Foreground, decoration: Decoration.Bold));
        yield return new Segment(" " + new string('─', inner - Cells.Width(shown) - 1) + "╮", style);
        yield return Segment.LineBreak;
        foreach (SegmentLine line in Segment.SplitLines(body.Render(options, inner)))
        {
            yield return new Segment("│ ", style);
            foreach (Segment segment in line)
            {
                yield return segment;
            }

            yield return new Segment(new string(' ', Math.Max(0, inner - line.Sum(segment => Cells.Width(segment.Text)))));
            yield return new Segment(" │", style);
            yield return Segment.LineBreak;
        }

        yield return new Segment("╰" + new string('─', maxWidth - 2) + "╯", style);
        yield return Segment.LineBreak;
    }
}

/// <summary>Something, moved to the right; no blanks at the ends of lines.</summary>
internal sealed class Indented(IRenderable body, int columns = 2) : Renderable
{
    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (SegmentLine line in Segment.SplitLines(body.Render(options, maxWidth - columns)))
        {
            yield return new Segment(new string(' ', columns));
            foreach (Segment segment in line)
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
        }
    }
}

using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>Facts with a name each: a dim name, then what is known, wrapped under itself. A name that repeats is written once.</summary>
internal sealed class FactRows(int indent = 2) : Renderable
{
    private const int Gap = 2;

    private readonly List<(string Name, IRenderable Value)> rows = [];

    public void Add(string name, params Ink[] value) => rows.Add((name, new FlowText(value)));

    public void Add(string name, IRenderable value) => rows.Add((name, value));

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(Math.Min(maxWidth, Left + 20), maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int left = Left;
        string previous = "";
        foreach ((string name, IRenderable value) in rows)
        {
            bool first = true;
            foreach (SegmentLine line in Segment.SplitLines(value.Render(options, maxWidth - left)))
            {
                string shown = first && name != previous ? name : "";
                if (shown.Length > 0)
                {
                    yield return new Segment(new string(' ', indent));
                    yield return new Segment(shown, Styles.Dim);
                }

                if (line.Count > 0)
                {
                    yield return new Segment(new string(' ', shown.Length > 0 ? left - indent - Cells.Width(shown) : left));
                    foreach (Segment segment in line)
                    {
                        yield return segment;
                    }
                }

                yield return Segment.LineBreak;
                first = false;
            }

            previous = name;
        }
    }

    private int Left => indent + Gap + (rows.Count == 0 ? 0 : rows.Max(row => Cells.Width(row.Name)));
}

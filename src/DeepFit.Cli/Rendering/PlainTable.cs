using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>
/// A table without vertical lines: a rule under the header, two blanks between columns, no blanks at the ends of lines. Columns are as wide as their
/// content; where that is too much, the columns that may wrap give way.
/// </summary>
internal sealed class PlainTable(bool headers = true, int indent = 0) : Renderable
{
    private const int Gap = 2;
    private const int Narrowest = 6;

    private readonly List<ColumnSpec> columns = [];
    private readonly List<IReadOnlyList<Ink>[]> rows = [];

    /// <summary>Adds a column; a line feed in the header begins its second line.</summary>
    public PlainTable Column(string header, bool right = false, bool wrap = false)
    {
        columns.Add(new ColumnSpec(header, right, wrap));
        return this;
    }

    /// <summary>Adds a row of cells in several pieces.</summary>
    public void RowOf(params IReadOnlyList<Ink>[] cells) => rows.Add(cells);

    /// <summary>Adds a row of single pieces.</summary>
    public void Row(params Ink[] cells) => rows.Add([.. cells.Select(cell => (IReadOnlyList<Ink>)[cell])]);

    protected override Measurement Measure(RenderOptions options, int maxWidth)
    {
        int width = Math.Min(maxWidth, Total(Widths(maxWidth)));
        return new Measurement(width, width);
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int[] widths = Widths(maxWidth);
        var output = new List<Segment>();
        if (headers)
        {
            Emit(output, [.. columns.Select(column => (IReadOnlyList<Ink>)[Ink.Strong(column.Header)])], widths);
            output.Add(new Segment(new string(' ', indent) + new string('─', Total(widths) - indent), Styles.Dim));
            output.Add(Segment.LineBreak);
        }

        foreach (IReadOnlyList<Ink>[] row in rows)
        {
            Emit(output, row, widths);
        }

        return output;
    }

    private void Emit(List<Segment> output, IReadOnlyList<Ink>[] cells, int[] widths)
    {
        List<List<Ink>>[] wrapped = [.. cells.Select((cell, i) => TextWrapper.Wrap(cell, widths[i]))];
        int height = wrapped.Max(lines => lines.Count);
        for (int line = 0; line < height; line++)
        {
            int owed = indent; // blanks are written only when something follows
            for (int i = 0; i < cells.Length; i++)
            {
                List<Ink> pieces = line < wrapped[i].Count ? wrapped[i][line] : [];
                int width = pieces.Sum(piece => Cells.Width(piece.Text));
                int before = columns[i].Right ? widths[i] - width : 0;
                if (width > 0)
                {
                    output.Add(new Segment(new string(' ', owed + before)));
                    output.AddRange(pieces.Select(piece => new Segment(piece.Text, piece.Style)));
                    owed = widths[i] - width - before + Gap;
                }
                else
                {
                    owed += widths[i] + Gap;
                }
            }

            output.Add(Segment.LineBreak);
        }
    }

    private int[] Widths(int maxWidth)
    {
        int[] widths = new int[columns.Count];
        for (int i = 0; i < widths.Length; i++)
        {
            widths[i] = headers ? Widest([Ink.Plain(columns[i].Header)]) : 0;
            foreach (IReadOnlyList<Ink>[] row in rows)
            {
                widths[i] = Math.Max(widths[i], Widest(row[i]));
            }
        }

        while (Total(widths) > maxWidth)
        {
            int widest = -1;
            for (int i = 0; i < widths.Length; i++)
            {
                if (columns[i].Wrap && widths[i] > Narrowest && (widest < 0 || widths[i] > widths[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                break;
            }

            widths[widest]--;
        }

        return widths;
    }

    private int Total(int[] widths) => indent + widths.Sum() + (Gap * (widths.Length - 1));

    private static int Widest(IReadOnlyList<Ink> cell) => TextWrapper.Wrap(cell, int.MaxValue / 4).Max(line => line.Sum(piece => Cells.Width(piece.Text)));

    private sealed record ColumnSpec(string Header, bool Right, bool Wrap);
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>Styled text that wraps as <see cref="TextWrapper"/> says; it may stand in panels and tables.</summary>
internal sealed class FlowText(IReadOnlyList<Ink> pieces, int hanging = 0, Justify alignment = Justify.Left) : Renderable
{
    public FlowText(params Ink[] pieces)
        : this((IReadOnlyList<Ink>)pieces)
    {
    }

    protected override Measurement Measure(RenderOptions options, int maxWidth)
    {
        int widest = TextWrapper.Wrap(pieces, int.MaxValue / 2).Max(line => line.Sum(piece => Cells.Width(piece.Text)));
        return new Measurement(Math.Min(maxWidth, TextWrapper.LongestAtom(pieces)), Math.Min(maxWidth, widest));
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (List<Ink> line in TextWrapper.Wrap(pieces, maxWidth, hanging))
        {
            int blanks = maxWidth - line.Sum(piece => Cells.Width(piece.Text));
            if (alignment == Justify.Right && blanks > 0)
            {
                yield return new Segment(new string(' ', blanks));
            }

            foreach (Ink piece in line)
            {
                yield return new Segment(piece.Text, piece.Style);
            }

            yield return Segment.LineBreak;
        }
    }
}

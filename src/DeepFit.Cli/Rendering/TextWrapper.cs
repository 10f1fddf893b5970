using System.Text;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>
/// Breaks text into lines as both languages want it: words stay whole, Chinese breaks between any two characters, no closing mark begins a line and no
/// opening mark ends one.
/// </summary>
internal static class TextWrapper
{
    /// <summary>A blank that does not break lines.</summary>
    public const char Glue = '\u00A0';

    private const string Closing = "，。、；：！？）》」』】”’…％·,.;:!?)]}%";
    private const string Opening = "（《「『【“‘([{";
    private const int LongestCommand = 48;

    /// <summary>Wraps pieces of text to a width.</summary>
    /// <param name="pieces">The text; a line feed begins a new line.</param>
    /// <param name="width">Columns of a line.</param>
    /// <param name="hanging">Blanks that lines after the first begin with.</param>
    public static List<List<Ink>> Wrap(IEnumerable<Ink> pieces, int width, int hanging = 0)
    {
        var lines = new List<List<Ink>>();
        var line = new LineBuilder();
        int room = Math.Max(4, width);
        hanging = Math.Min(hanging, room / 2);
        foreach (Atom atom in Atoms(pieces))
        {
            if (atom.IsBreak)
            {
                lines.Add(line.Take());
                line.Indent(hanging);
                continue;
            }

            if (line.Width + atom.Width > room && !(atom.IsBlank || line.IsEmpty))
            {
                lines.Add(line.Take());
                line.Indent(hanging);
            }

            if (atom.IsBlank && line.Width + atom.Width > room)
            {
                continue; // a blank at the end of a full line is the line break itself
            }

            if (atom.IsBlank && line.IsEmpty && lines.Count > 0)
            {
                continue;
            }

            foreach (Ink part in Fit(atom, room - hanging))
            {
                if (line.Width + Cells.Width(part.Text) > room && !line.IsEmpty)
                {
                    lines.Add(line.Take());
                    line.Indent(hanging);
                }

                line.Add(part);
            }
        }

        lines.Add(line.Take());
        return lines;
    }

    /// <summary>Wraps plain text.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width, int hanging = 0) =>
        [.. Wrap([Ink.Plain(text)], width, hanging).Select(line => string.Concat(line.Select(ink => ink.Text)).TrimEnd())];

    /// <summary>The widest piece that must not be broken, in columns.</summary>
    public static int LongestAtom(IEnumerable<Ink> pieces) => Atoms(pieces).Select(atom => atom.Width).DefaultIfEmpty(0).Max();

    /// <summary>An atom, in several parts if it is wider than a whole line (a path, an address).</summary>
    private static List<Ink> Fit(Atom atom, int room)
    {
        if (atom.Width <= room)
        {
            return atom.Pieces;
        }

        var parts = new List<Ink>();
        foreach (Ink piece in atom.Pieces)
        {
            var part = new StringBuilder();
            int used = 0;
            foreach (Rune rune in piece.Text.EnumerateRunes())
            {
                int next = Cells.Width(rune);
                if (used + next > room)
                {
                    parts.Add(new Ink(part.ToString(), piece.Style));
                    part.Clear();
                    used = 0;
                }

                part.Append(rune.ToString());
                used += next;
            }

            parts.Add(new Ink(part.ToString(), piece.Style));
        }

        return parts;
    }

    private static List<Atom> Atoms(IEnumerable<Ink> pieces)
    {
        var atoms = new List<Atom>();
        Rune previous = default;
        foreach (Ink piece in pieces)
        {
            foreach (Rune rune in Glued(piece.Text).EnumerateRunes())
            {
                if (rune.Value == '\n')
                {
                    atoms.Add(Atom.Break);
                }
                else if (rune.Value == ' ')
                {
                    atoms.Add(Atom.Blank(piece.Style));
                }
                else if (atoms.Count == 0 || atoms[^1].IsBreak || atoms[^1].IsBlank || MayBreakBetween(previous, rune))
                {
                    atoms.Add(new Atom());
                    atoms[^1].Append(rune, piece.Style);
                }
                else
                {
                    atoms[^1].Append(rune, piece.Style);
                }

                previous = rune;
            }
        }

        return atoms;
    }

    /// <summary>Short commands between back-ticks stay on one line.</summary>
    private static string Glued(string text)
    {
        int from = text.IndexOf('`', StringComparison.Ordinal);
        while (from >= 0)
        {
            int to = text.IndexOf('`', from + 1);
            if (to < 0)
            {
                break;
            }

            if (to - from <= LongestCommand)
            {
                text = string.Concat(text.AsSpan(0, from), text[from..to].Replace(' ', Glue), text.AsSpan(to));
            }

            from = text.IndexOf('`', to + 1);
        }

        return text;
    }

    private static bool MayBreakBetween(Rune before, Rune after)
    {
        bool wide = Cells.IsWide(before.Value) || Cells.IsWide(after.Value);
        return wide && !IsOneOf(Closing, after) && !IsOneOf(Opening, before);
    }

    private static bool IsOneOf(string set, Rune rune) => rune.IsBmp && set.Contains((char)rune.Value, StringComparison.Ordinal);

    private sealed class Atom
    {
        public static Atom Break { get; } = new() { IsBreak = true };

        public List<Ink> Pieces { get; } = [];

        public bool IsBreak { get; private init; }

        public bool IsBlank { get; private init; }

        public int Width { get; private set; }

        public static Atom Blank(Style style)
        {
            var atom = new Atom { IsBlank = true };
            atom.Append(new Rune(' '), style);
            return atom;
        }

        public void Append(Rune rune, Style style)
        {
            Width += Cells.Width(rune);
            if (Pieces.Count > 0 && Pieces[^1].Style.Equals(style))
            {
                Pieces[^1] = Pieces[^1] with { Text = Pieces[^1].Text + rune };
            }
            else
            {
                Pieces.Add(new Ink(rune.ToString(), style));
            }
        }
    }

    private sealed class LineBuilder
    {
        private List<Ink> pieces = [];
        private int indent;

        public int Width { get; private set; }

        public bool IsEmpty => Width == indent;

        public void Indent(int columns)
        {
            indent = columns;
            Width = columns;
            if (columns > 0)
            {
                pieces.Add(Ink.Plain(new string(' ', columns)));
            }
        }

        public void Add(Ink piece)
        {
            pieces.Add(piece with { Text = piece.Text.Replace(Glue, ' ') });
            Width += Cells.Width(piece.Text);
        }

        public List<Ink> Take()
        {
            List<Ink> taken = pieces;
            while (taken.Count > 0 && taken[^1].Text.AsSpan().Trim(' ').IsEmpty)
            {
                taken.RemoveAt(taken.Count - 1);
            }

            pieces = [];
            Width = 0;
            indent = 0;
            return taken;
        }
    }
}

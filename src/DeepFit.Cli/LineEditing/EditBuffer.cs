using System.Globalization;

namespace DeepFit.Cli.LineEditing;

/// <summary>A text that is being edited, and the cursor in it. What people see as one character (a base with its marks, an emoji of several parts) is never taken apart.</summary>
internal sealed class EditBuffer
{
    /// <summary>The text; lines are separated by a line feed.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The cursor: it stands before this character, 0 to the text's length.</summary>
    public int Cursor { get; private set; }

    /// <summary>Puts another text in place of this one, the cursor at its end.</summary>
    public void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    /// <summary>Puts text in at the cursor.</summary>
    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Does what a key says, where it edits or moves.</summary>
    /// <returns>Whether it did anything.</returns>
    public bool Apply(Key key)
    {
        (string text, int cursor) = (Text, Cursor);
        switch (key.Kind)
        {
            case KeyKind.Text or KeyKind.Paste:
                Insert(key.Text);
                break;
            case KeyKind.NewLine:
                Insert("\n");
                break;
            case KeyKind.Left:
                Cursor = Before(Cursor);
                break;
            case KeyKind.Right:
                Cursor = After(Cursor);
                break;
            case KeyKind.WordLeft:
                Cursor = WordBefore(Cursor);
                break;
            case KeyKind.WordRight:
                Cursor = WordAfter(Cursor);
                break;
            case KeyKind.Home:
                Cursor = LineStart;
                break;
            case KeyKind.End:
                Cursor = LineEnd;
                break;
            case KeyKind.Backspace:
                Remove(Before(Cursor), Cursor);
                break;
            case KeyKind.Delete:
                Remove(Cursor, After(Cursor));
                break;
            case KeyKind.DeleteWordLeft:
                Remove(WordBefore(Cursor), Cursor);
                break;
            case KeyKind.DeleteWordRight:
                Remove(Cursor, WordAfter(Cursor));
                break;
            case KeyKind.DeleteToStart:
                Remove(LineStart == Cursor ? Before(Cursor) : LineStart, Cursor);
                break;
            case KeyKind.DeleteToEnd:
                Remove(Cursor, LineEnd == Cursor ? After(Cursor) : LineEnd);
                break;
            case KeyKind.Up:
                MoveLine(-1);
                break;
            case KeyKind.Down:
                MoveLine(1);
                break;
            default:
                return false;
        }

        return text != Text || cursor != Cursor;
    }

    private int LineStart => Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;

    private int LineEnd => Text.IndexOf('\n', Cursor) is >= 0 and var at ? at : Text.Length;

    private void Remove(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Cursor = from;
    }

    // to the same column of the line above or below; where there is none, not at all
    private void MoveLine(int by)
    {
        int start = LineStart;
        int column = Elements(start, Cursor).Count;
        int other;
        if (by < 0)
        {
            if (start == 0)
            {
                return;
            }

            other = start == 1 ? 0 : Text.LastIndexOf('\n', start - 2) + 1;
        }
        else
        {
            if (LineEnd == Text.Length)
            {
                return;
            }

            other = LineEnd + 1;
        }

        int end = Text.IndexOf('\n', other) is >= 0 and var at ? at : Text.Length;
        List<int> elements = Elements(other, end);
        Cursor = column < elements.Count ? elements[column] : end;
    }

    private List<int> Elements(int from, int to)
    {
        var starts = new List<int>();
        for (int at = from; at < to; at += StringInfo.GetNextTextElementLength(Text, at))
        {
            starts.Add(at);
        }

        return starts;
    }

    private int After(int at) => at == Text.Length ? at : at + StringInfo.GetNextTextElementLength(Text, at);

    private int Before(int at)
    {
        int previous = 0;
        for (int next = 0; next < at; next += StringInfo.GetNextTextElementLength(Text, next))
        {
            previous = next;
        }

        return previous;
    }

    private int WordBefore(int at)
    {
        int from = at;
        while (from > 0 && !IsWord(Before(from)))
        {
            from = Before(from);
        }

        while (from > 0 && IsWord(Before(from)))
        {
            from = Before(from);
        }

        return from;
    }

    private int WordAfter(int at)
    {
        int to = at;
        while (to < Text.Length && !IsWord(to))
        {
            to = After(to);
        }

        while (to < Text.Length && IsWord(to))
        {
            to = After(to);
        }

        return to;
    }

    private bool IsWord(int at) => char.IsLetterOrDigit(Text, at) || Text[at] == '_';
}

using System.Globalization;
using System.Text;

namespace DeepFit.Cli.Tests.Support;

/// <summary>A terminal's screen with the control sequences that the editor uses: what a person would see, and where the cursor stands. Lines that scroll off are kept.</summary>
internal sealed class TestScreen(int width, int height)
{
    private readonly List<string?[]> rows = [new string?[width]];
    private bool wraps; // a full row: the next character goes to the next one

    public int Row { get; private set; }

    public int Column { get; private set; }

    private int Top => Math.Max(0, rows.Count - height);

    /// <summary>All lines, scrolled-off ones too, without blanks at their ends.</summary>
    public IReadOnlyList<string> Lines => [.. rows.Select(row => string.Concat(row.Select(cell => cell ?? " ")).TrimEnd())];

    public void Write(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '\x1b')
            {
                i = Sequence(text, i);
                continue;
            }

            int length = StringInfo.GetNextTextElementLength(text, i);
            string element = text.Substring(i, length);
            if (element == "\r\n")
            {
                length = 1; // one at a time
                element = "\r";
            }

            switch (element)
            {
                case "\r":
                    Column = 0;
                    wraps = false;
                    break;
                case "\n":
                    Down();
                    break;
                default:
                    Put(element);
                    break;
            }

            i += length;
        }
    }

    private int Sequence(string text, int at)
    {
        int end = at + 2;
        while (!char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        string argument = text[(at + 2)..end];
        int count = int.TryParse(argument, out int number) ? number : 1;
        switch (text[end])
        {
            case 'A':
                Row = Math.Max(Top, Row - count);
                wraps = false;
                break;
            case 'C':
                Column = Math.Min(width - 1, Column + count);
                wraps = false;
                break;
            case 'K':
                Array.Clear(rows[Row], Column, width - Column);
                break;
            case 'J' when argument.Length == 0:
                Array.Clear(rows[Row], Column, width - Column);
                for (int row = Row + 1; row < rows.Count; row++)
                {
                    Array.Clear(rows[row]);
                }

                break;
            case 'H':
                Row = Top;
                Column = 0;
                break;
            case 'J':
                for (int row = Top; row < rows.Count; row++)
                {
                    Array.Clear(rows[row]);
                }

                break;
            case 'h' or 'l' or 'm':
                break;
            default:
                throw new InvalidOperationException($"the screen does not know {text[at..(end + 1)].Replace("\x1b", "ESC", StringComparison.Ordinal)}");
        }

        return end + 1;
    }

    private void Put(string element)
    {
        int cells = Math.Min(2, ScreenWidth.Of(element));
        if (cells == 0)
        {
            return;
        }

        if (wraps || Column + cells > width)
        {
            Column = 0;
            Down();
        }

        rows[Row][Column] = element;
        if (cells == 2)
        {
            rows[Row][Column + 1] = "";
        }

        Column += cells;
        wraps = Column == width;
        Column = Math.Min(Column, width - 1);
    }

    private void Down()
    {
        wraps = false;
        Row++;
        if (Row == rows.Count)
        {
            rows.Add(new string?[width]);
        }
    }

    public override string ToString() => new StringBuilder().AppendJoin('\n', Lines).ToString();
}

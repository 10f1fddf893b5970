using System.Globalization;
using System.Text;
using DeepFit.Cli.Rendering;

namespace DeepFit.Cli.LineEditing;

/// <summary>Where a text that is being edited stands on the screen: its rows, broken at the terminal's edge as the terminal would, and the cursor's place.</summary>
/// <param name="Rows">The rows, prompts included.</param>
/// <param name="CursorRow">The cursor's row, from 0.</param>
/// <param name="CursorColumn">Its column, from 0.</param>
internal sealed record EditLayout(IReadOnlyList<string> Rows, int CursorRow, int CursorColumn)
{
    private const int TabWidth = 4;

    /// <summary>Lays a text out.</summary>
    /// <param name="prompt">Stands before the first line.</param>
    /// <param name="continuation">Stands before each line after a line feed.</param>
    /// <param name="text">The text.</param>
    /// <param name="cursor">The cursor's place in it.</param>
    /// <param name="width">Columns of the terminal, at least 2.</param>
    public static EditLayout Of(string prompt, string continuation, string text, int cursor, int width)
    {
        width = Math.Max(2, width);
        var rows = new List<string>();
        var row = new StringBuilder();
        int column = 0;
        (int Row, int Column) at = (0, 0);
        Put(prompt);
        for (int i = 0; i <= text.Length;)
        {
            if (i == cursor)
            {
                Fit(1); // the cursor takes a column of its own: at the edge it stands in the next row
                at = (rows.Count, column);
            }

            if (i == text.Length)
            {
                break;
            }

            int length = StringInfo.GetNextTextElementLength(text, i);
            if (text[i] == '\n')
            {
                Break();
                Put(continuation);
            }
            else
            {
                Put(text[i] == '\t' ? new string(' ', TabWidth) : text.Substring(i, length));
            }

            i += length;
        }

        rows.Add(row.ToString());
        return new EditLayout(rows, at.Row, at.Column);

        void Put(string piece)
        {
            for (int i = 0; i < piece.Length;)
            {
                int length = StringInfo.GetNextTextElementLength(piece, i);
                string element = piece.Substring(i, length);
                int cells = Cells.Width(element);
                Fit(cells);
                row.Append(element);
                column += cells;
                i += length;
            }
        }

        void Fit(int cells)
        {
            if (column + cells > width)
            {
                Break();
            }
        }

        void Break()
        {
            rows.Add(row.ToString());
            row.Clear();
            column = 0;
        }
    }
}

using System.Globalization;
using System.Text;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>A comma-separated table of facts that ships inside the assembly: first line the columns, cells quoted as in RFC 4180.</summary>
internal sealed class EmbeddedTable
{
    private readonly string[] columns;
    private readonly List<string[]> rows;

    private EmbeddedTable(string[] columns, List<string[]> rows)
    {
        this.columns = columns;
        this.rows = rows;
    }

    /// <summary>Number of rows, the heading not counted.</summary>
    public int Count => rows.Count;

    /// <summary>Reads an embedded file of <c>Data/</c>.</summary>
    /// <param name="file">Its name, such as <c>uses.csv</c>.</param>
    public static EmbeddedTable Load(string file)
    {
        string name = "DeepFit.Core.Data." + file;
        using Stream stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the embedded file {name} is missing");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader.ReadToEnd(), file);
    }

    /// <summary>Parses a table.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="FormatException">A row has another number of cells than the heading.</exception>
    public static EmbeddedTable Parse(string text, string name)
    {
        var rows = new List<string[]>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    if (cells.Count > 1 || cells[0].Length > 0)
                    {
                        rows.Add([.. cells]);
                    }

                    cells.Clear();
                }
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        if (rows.Count == 0)
        {
            throw new FormatException($"{name}: no heading");
        }

        string[] heading = rows[0];
        rows.RemoveAt(0);
        int wrong = rows.FindIndex(r => r.Length != heading.Length);
        return wrong < 0
            ? new EmbeddedTable(heading, rows)
            : throw new FormatException($"{name}: row {wrong + 2} has {rows[wrong].Length} cells, the heading {heading.Length}");
    }

    /// <summary>Refuses a table that lacks a column.</summary>
    /// <param name="name">What the error calls the table.</param>
    /// <param name="needed">The columns.</param>
    /// <exception cref="FormatException">A column is missing.</exception>
    public void Require(string name, params ReadOnlySpan<string> needed)
    {
        foreach (string column in needed)
        {
            if (Array.IndexOf(columns, column) < 0)
            {
                throw new FormatException($"{name}: no column {column}");
            }
        }
    }

    /// <summary>The text of a cell, or null where the cell is empty or there is no such column.</summary>
    public string? TextOrNull(int row, string column)
    {
        int index = Array.IndexOf(columns, column);
        return index >= 0 && rows[row][index].Length > 0 ? rows[row][index] : null;
    }

    /// <summary>The parts of a cell, without blanks around them; empty where the cell is empty or there is no such column.</summary>
    public IReadOnlyList<string> List(int row, string column, char separator) =>
        TextOrNull(row, column)?.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The text of a cell.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public string Text(int row, string column)
    {
        int index = Array.IndexOf(columns, column);
        return index >= 0 ? rows[row][index] : throw new ArgumentException($"no column {column}", nameof(column));
    }

    /// <summary>A text in both languages: the Chinese one is in the column with <c>_zh</c> behind its name; where that cell is empty, both are the same.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public BilingualText Said(int row, string column)
    {
        string english = Text(row, column), chinese = Text(row, column + "_zh");
        return new(english, chinese.Length > 0 ? chinese : english);
    }

    /// <summary>The number in a cell, invariant culture.</summary>
    /// <exception cref="FormatException">The cell holds no number.</exception>
    public double Number(int row, string column) => double.Parse(Text(row, column), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The number in a cell, or null where the cell is empty or there is no such column.</summary>
    public double? NumberOrNull(int row, string column) => TextOrNull(row, column) is null ? null : Number(row, column);
}

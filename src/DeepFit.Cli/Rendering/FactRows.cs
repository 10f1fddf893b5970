using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>Facts with a name each: a dim name, then what is known, wrapped under itself. A name that repeats is written once.</summary>
internal sealed class FactRows
{
    private readonly List<(string Name, IRenderable Value)> rows = [];

    public void Add(string name, params Ink[] value) => rows.Add((name, new FlowText(value)));

    public void Add(string name, IRenderable value) => rows.Add((name, value));

    /// <summary>The rows, names in one column.</summary>
    /// <param name="indent">Blanks before every row.</param>
    public IRenderable ToRenderable(int indent = 2)
    {
        int width = rows.Count == 0 ? 0 : rows.Max(row => Cells.Width(row.Name));
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Width = width + indent, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        string previous = "";
        foreach ((string name, IRenderable value) in rows)
        {
            string shown = name == previous ? "" : name;
            grid.AddRow(new FlowText(Ink.Plain(new string(' ', indent)), Ink.Dim(shown)), value);
            previous = name;
        }

        return grid;
    }
}

using System.Text;

namespace DeepFit.Cli.LineEditing;

/// <summary>How reading a message ended.</summary>
internal enum InputEnd
{
    /// <summary>It was entered.</summary>
    Entered = 0,

    /// <summary>Ctrl-C: what was typed is dropped.</summary>
    Interrupted = 1,

    /// <summary>Ctrl-D with nothing typed, or the end of input.</summary>
    EndOfInput = 2,
}

/// <summary>What was read.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Text">The text; with <see cref="InputEnd.Interrupted"/> what was dropped.</param>
internal readonly record struct Input(InputEnd End, string Text);

/// <summary>Reads messages of one or several lines.</summary>
internal interface IInputReader
{
    /// <summary>Reads a message.</summary>
    /// <param name="continued">What Enter makes of a text that is not finished; null where it is.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    Input Read(Func<string, string?> continued, CancellationToken cancellationToken);

    /// <summary>Echoes nothing that is typed until what is returned is disposed of, so that it does not get between what is written.</summary>
    IDisposable? Hush();
}

/// <summary>
/// Edits a message of one or several lines in place: arrows, words, history, paste. Only the lines that are edited are redrawn; nothing above them is touched, so that what scrolled by stays as it was.
/// </summary>
/// <param name="terminal">Where it is typed and shown.</param>
/// <param name="prompt">Stands before the first line.</param>
/// <param name="continuation">Stands before the others.</param>
internal sealed class LineEditor(ITerminal terminal, string prompt, string continuation) : IInputReader
{
    private const string PasteOn = "\x1b[?2004h";
    private const string PasteOff = "\x1b[?2004l";

    private readonly InputHistory history = new();
    private readonly EditBuffer buffer = new();
    private int cursorRow; // of the drawn rows, where the terminal's cursor stands
    private int firstRow; // of the layout, the first that is drawn

    /// <inheritdoc/>
    public Input Read(Func<string, string?> continued, CancellationToken cancellationToken)
    {
        buffer.Set("");
        history.Rewind();
        terminal.Enter();
        try
        {
            terminal.Write(PasteOn);
            Begin();
            while (true)
            {
                if (terminal.ReadKey(cancellationToken) is not { } key)
                {
                    return End(InputEnd.EndOfInput, "\r\n");
                }

                switch (key.Kind)
                {
                    case KeyKind.Enter when continued(buffer.Text) is { } longer:
                        Continue(longer);
                        break;
                    case KeyKind.Enter:
                        history.Add(buffer.Text);
                        return End(InputEnd.Entered, "\r\n");
                    case KeyKind.Interrupt:
                        return End(InputEnd.Interrupted, "^C\r\n");
                    case KeyKind.EndOfInput when buffer.Text.Length == 0:
                        return End(InputEnd.EndOfInput, "\r\n");
                    case KeyKind.EndOfInput:
                        Change(new Key(KeyKind.Delete));
                        break;
                    case KeyKind.ClearScreen:
                        terminal.Write("\x1b[H\x1b[2J");
                        Begin();
                        break;
                    case KeyKind.Suspend:
                        Suspend();
                        break;
                    default:
                        Change(key);
                        break;
                }
            }
        }
        finally
        {
            terminal.Write(PasteOff);
            terminal.Leave();
        }
    }

    /// <inheritdoc/>
    public IDisposable Hush()
    {
        terminal.Hush();
        return new Hushed(terminal);
    }

    private void Continue(string longer)
    {
        if (buffer.Cursor == buffer.Text.Length)
        {
            buffer.Set(longer);
        }
        else
        {
            buffer.Insert("\n");
        }

        Draw();
    }

    private void Change(Key key)
    {
        bool changed = buffer.Apply(key);
        if (!changed && (key.Kind == KeyKind.Up ? history.Older(buffer.Text) : key.Kind == KeyKind.Down ? history.Newer() : null) is { } entry)
        {
            buffer.Set(entry);
            changed = true;
        }

        if (changed)
        {
            Draw();
        }
    }

    private Input End(InputEnd end, string after)
    {
        // the cursor goes behind the last row, so that what follows begins below
        string text = buffer.Text;
        buffer.Set(text);
        Draw();
        terminal.Write(after);
        return new Input(end, text);
    }

    private void Suspend()
    {
        terminal.Write(PasteOff + "\r\n");
        terminal.Leave();
        terminal.Suspend();
        terminal.Enter();
        terminal.Write(PasteOn);
        Begin();
    }

    private void Begin()
    {
        cursorRow = 0;
        firstRow = 0;
        Draw();
    }

    private void Draw()
    {
        EditLayout layout = EditLayout.Of(prompt, continuation, buffer.Text, buffer.Cursor, terminal.Width);

        // of a text that is taller than the screen, the part around the cursor is shown
        int visible = Math.Max(1, Math.Min(layout.Rows.Count, terminal.Height - 1));
        firstRow = Math.Clamp(firstRow, Math.Max(0, layout.CursorRow - visible + 1), layout.CursorRow);
        firstRow = Math.Min(firstRow, layout.Rows.Count - visible);
        var output = new StringBuilder("\r");
        if (cursorRow > 0)
        {
            output.Append('\x1b').Append('[').Append(cursorRow).Append('A');
        }

        for (int i = 0; i < visible; i++)
        {
            // cleared before it is written (the last row with all below it): after a full row, clearing would take its last character
            output.Append(i > 0 ? "\r\n" : "").Append(i + 1 < visible ? "\x1b[K" : "\x1b[J").Append(layout.Rows[firstRow + i]);
        }

        cursorRow = layout.CursorRow - firstRow;
        int up = visible - 1 - cursorRow;
        if (up > 0)
        {
            output.Append('\x1b').Append('[').Append(up).Append('A');
        }

        output.Append('\r');
        if (layout.CursorColumn > 0)
        {
            output.Append('\x1b').Append('[').Append(layout.CursorColumn).Append('C');
        }

        terminal.Write(output.ToString());
    }

    private sealed class Hushed(ITerminal terminal) : IDisposable
    {
        public void Dispose() => terminal.Leave();
    }
}

using DeepFit.Cli.Hosting;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Rendering;

/// <summary>
/// A progress bar in one line of standard error: live on a terminal, silent elsewhere. It rewrites its line and hides no cursor, so that an interruption
/// leaves nothing to restore.
/// </summary>
internal sealed class ProgressLine(CliConsole console) : IDisposable
{
    private const int BarWidth = 24;

    private string shown = "";

    /// <summary>Shows how far it is.</summary>
    /// <param name="fraction">0 to 1.</param>
    /// <param name="text">What is being done.</param>
    public void Report(double fraction, string text)
    {
        if (!console.ErrorIsTerminal)
        {
            return;
        }

        int done = (int)Math.Round(Math.Clamp(fraction, 0, 1) * BarWidth);
        string bar = new string('━', done) + new string('╌', BarWidth - done);
        string percent = Cells.PadLeft(Figures.Invariant($"{Math.Clamp(fraction, 0, 1) * 100:0}%"), 4);
        int width = Math.Max(BarWidth + 8, console.TerminalWidth - 1);
        Show(Cells.Cut($"{bar} {percent}  {text}", width));
    }

    /// <summary>Shows a text in place of the bar.</summary>
    public void Say(string text)
    {
        if (console.ErrorIsTerminal)
        {
            Show(Cells.Cut(text, Math.Max(BarWidth + 8, console.TerminalWidth - 1)));
        }
    }

    public void Dispose() => Clear();

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (shown.Length > 0)
        {
            console.Error.Write("\r" + new string(' ', Cells.Width(shown)) + "\r");
            console.Error.Flush();
            shown = "";
        }
    }

    private void Show(string line)
    {
        if (line == shown)
        {
            return;
        }

        console.Error.Write("\r" + Cells.PadRight(line, Cells.Width(shown)));
        console.Error.Flush();
        shown = line;
    }
}

using DeepFit.Cli.Hosting;

namespace DeepFit.Cli.LineEditing;

/// <summary>Reads messages where the terminal can do nothing but lines.</summary>
internal sealed class PlainReader(CliConsole console, string prompt, string continuation) : IInputReader
{
    /// <inheritdoc/>
    public Input Read(Func<string, string?> continued, CancellationToken cancellationToken)
    {
        string text = "";
        console.Out.Write(prompt);
        while (true)
        {
            console.Out.Flush();
            if (ReadLine(cancellationToken) is not { } line)
            {
                return new Input(text.Length > 0 ? InputEnd.Entered : InputEnd.EndOfInput, text);
            }

            text += line;
            if (continued(text) is not { } longer)
            {
                return new Input(InputEnd.Entered, text);
            }

            text = longer;
            console.Out.Write(continuation);
        }
    }

    /// <inheritdoc/>
    public IDisposable? Hush() => null;

    // reading a line cannot be cancelled; it is left behind where the program ends
    private string? ReadLine(CancellationToken cancellationToken)
    {
        Task<string?> reading = Task.Run(() => console.ReadLine?.Invoke(), CancellationToken.None);
        return reading.WaitAsync(cancellationToken).ConfigureAwait(false).GetAwaiter().GetResult();
    }
}

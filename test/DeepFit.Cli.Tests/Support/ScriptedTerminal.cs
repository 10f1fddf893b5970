using System.Text;
using DeepFit.Cli.LineEditing;

namespace DeepFit.Cli.Tests.Support;

/// <summary>A terminal that types what it is told, byte by byte as terminals send it, and shows it on a screen.</summary>
internal sealed class ScriptedTerminal : ITerminal
{
    private readonly KeyDecoder decoder = new();

    public ScriptedTerminal(string typed, int width = 80, int height = 24)
    {
        Screen = new TestScreen(width, height);
        (Width, Height) = (width, height);
        foreach (byte value in Encoding.UTF8.GetBytes(typed))
        {
            decoder.Feed([value]);
        }
    }

    public TestScreen Screen { get; }

    public int Width { get; set; }

    public int Height { get; }

    public int Suspensions { get; private set; }

    public bool Entered { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>Called before each key.</summary>
    public Action? BeforeKey { get; init; }

    public void Enter()
    {
        Entered.ShouldBeFalse();
        Entered = true;
    }

    public void Hush() => Enter();

    public void Leave() => Entered = false;

    public void Suspend()
    {
        Entered.ShouldBeFalse();
        Suspensions++;
    }

    public Key? ReadKey(CancellationToken cancellationToken)
    {
        BeforeKey?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        return decoder.TryTake(out Key key) ? key : null;
    }

    public void Write(string text) => Screen.Write(text);

    public void Dispose() => Disposed = true;
}

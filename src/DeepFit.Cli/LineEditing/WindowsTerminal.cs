using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace DeepFit.Cli.LineEditing;

/// <summary>
/// Windows' console: keys come as key events, also those of an input method; the console sends no bracketed paste, so that an Enter with more behind it at once counts as pasted.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsTerminal : ITerminal
{
    private const int OutputHandle = -11; // STD_OUTPUT_HANDLE
    private const uint VirtualTerminal = 4; // ENABLE_VIRTUAL_TERMINAL_PROCESSING

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(20);

    private uint mode;
    private bool entered;
    private string half = "";

    public int Width => Console.WindowWidth is > 1 and var width ? width : 80;

    public int Height => Console.WindowHeight is > 1 and var height ? height : 24;

    public void Enter()
    {
        Console.TreatControlCAsInput = true;
        entered = true;
        if (GetConsoleMode(GetStdHandle(OutputHandle), out mode))
        {
            _ = SetConsoleMode(GetStdHandle(OutputHandle), mode | VirtualTerminal);
        }
    }

    public void Hush()
    {
        // keys are echoed by whoever reads them, and nobody does
    }

    public void Leave()
    {
        if (entered)
        {
            entered = false;
            Console.TreatControlCAsInput = false;
        }
    }

    public void Suspend()
    {
        // there is no such thing here
    }

    public Key? ReadKey(CancellationToken cancellationToken)
    {
        while (!Console.KeyAvailable)
        {
            if (cancellationToken.WaitHandle.WaitOne(Wait))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        ConsoleKeyInfo pressed = Console.ReadKey(intercept: true);
        bool control = pressed.Modifiers.HasFlag(ConsoleModifiers.Control);
        bool alt = pressed.Modifiers.HasFlag(ConsoleModifiers.Alt);
        KeyKind kind = Named(pressed.Key, control, alt);
        if (kind != KeyKind.None)
        {
            return new Key(kind);
        }

        // beyond the BMP the two halves of a character come as two events
        string text = half + pressed.KeyChar;
        half = char.IsHighSurrogate(pressed.KeyChar) ? text : "";
        return half.Length > 0 || char.IsControl(pressed.KeyChar) && pressed.KeyChar != '\t' ? new Key(KeyKind.None) : new Key(KeyKind.Text, text);
    }

    public void Write(string text) => Console.Out.Write(text);

    public void Dispose() => Leave();

    private static KeyKind Named(ConsoleKey key, bool control, bool alt) => (key, control, alt) switch
    {
        (ConsoleKey.Enter, false, false) => Console.KeyAvailable ? KeyKind.NewLine : KeyKind.Enter,
        (ConsoleKey.Enter, _, _) or (ConsoleKey.J, true, false) => KeyKind.NewLine,
        (ConsoleKey.Backspace, true, _) or (ConsoleKey.W, true, false) => KeyKind.DeleteWordLeft,
        (ConsoleKey.Backspace, _, _) => KeyKind.Backspace,
        (ConsoleKey.Delete, true, _) => KeyKind.DeleteWordRight,
        (ConsoleKey.Delete, _, _) => KeyKind.Delete,
        (ConsoleKey.LeftArrow, true, _) => KeyKind.WordLeft,
        (ConsoleKey.LeftArrow, _, _) or (ConsoleKey.B, true, false) => KeyKind.Left,
        (ConsoleKey.RightArrow, true, _) => KeyKind.WordRight,
        (ConsoleKey.RightArrow, _, _) or (ConsoleKey.F, true, false) => KeyKind.Right,
        (ConsoleKey.UpArrow, _, _) or (ConsoleKey.P, true, false) => KeyKind.Up,
        (ConsoleKey.DownArrow, _, _) or (ConsoleKey.N, true, false) => KeyKind.Down,
        (ConsoleKey.Home, _, _) or (ConsoleKey.A, true, false) => KeyKind.Home,
        (ConsoleKey.End, _, _) or (ConsoleKey.E, true, false) => KeyKind.End,
        (ConsoleKey.U, true, false) => KeyKind.DeleteToStart,
        (ConsoleKey.K, true, false) => KeyKind.DeleteToEnd,
        (ConsoleKey.L, true, false) => KeyKind.ClearScreen,
        (ConsoleKey.C, true, false) => KeyKind.Interrupt,
        (ConsoleKey.D or ConsoleKey.Z, true, false) => KeyKind.EndOfInput,
        _ => KeyKind.None,
    };

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetStdHandle(int handle);

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);
}

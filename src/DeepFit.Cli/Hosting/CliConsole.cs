using System.Runtime.InteropServices;
using System.Text;
using DeepFit.Cli.LineEditing;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Cli.Hosting;

/// <summary>The streams and the environment that a command talks to; tests give their own.</summary>
internal sealed class CliConsole
{
    /// <summary>Standard output for screens.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard output for documents, as bytes.</summary>
    public required Func<Stream> OpenOut { get; init; }

    /// <summary>Standard error: messages and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Reads a line of what the person types; null where nobody can be asked.</summary>
    public Func<string?>? ReadLine { get; init; }

    /// <summary>Whether standard input is a terminal.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Standard input as bytes.</summary>
    public Func<Stream> OpenIn { get; init; } = () => Stream.Null;

    /// <summary>The terminal to read keys from, where input and output are one; otherwise null.</summary>
    public Func<ITerminal?> OpenTerminal { get; init; } = () => null;

    /// <summary>Who Ctrl-C belongs to.</summary>
    public Interrupts Interrupts { get; init; } = new();

    /// <summary>Runs the command line in a process of its own that is watched, and tells of a crash; null where this process is the one to run it.</summary>
    public Func<IReadOnlyList<string>, Action<EngineFailedException>, Task<int>>? Guard { get; init; }

    /// <summary>Columns of the terminal; ignored when output is redirected.</summary>
    public int TerminalWidth { get; init; } = 80;

    /// <summary>The environment.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The language of the system's user interface, such as <c>zh-CN</c>, where the environment does not say.</summary>
    public Func<string?> SystemLanguage { get; init; } = () => null;

    /// <summary>The process's own console.</summary>
    public static CliConsole System()
    {
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new CliConsole
        {
            Out = Console.IsOutputRedirected ? Utf8Writer(Console.OpenStandardOutput()) : Console.Out,
            OpenOut = Console.OpenStandardOutput,
            Error = Console.IsErrorRedirected ? Utf8Writer(Console.OpenStandardError()) : Console.Error,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            ReadLine = Console.IsInputRedirected ? null : Console.ReadLine,
            InIsTerminal = !Console.IsInputRedirected,
            OpenIn = Console.OpenStandardInput,
            OpenTerminal = Terminal,
            Guard = GuardedRun.Process(),
            TerminalWidth = Console.IsOutputRedirected ? 80 : Width(),
            Environment = global::System.Environment.GetEnvironmentVariable,
            SystemLanguage = WindowsLanguage.Read,
        };
    }

    private static ITerminal? Terminal() =>
        Console.IsInputRedirected || Console.IsOutputRedirected || global::System.Environment.GetEnvironmentVariable("TERM") == "dumb" ? null
        : OperatingSystem.IsWindows() ? new WindowsTerminal()
        : new UnixTerminal();

    private static StreamWriter Utf8Writer(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    private static int Width()
    {
        try
        {
            int width = Console.WindowWidth;
            return width > 0 ? width : 80;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return 80;
        }
    }
}

/// <summary>The user's display language on Windows: with invariant globalization .NET's own culture does not tell it.</summary>
internal static partial class WindowsLanguage
{
    private const ushort PrimaryLanguageMask = 0x3FF;
    private const ushort Chinese = 0x04; // LANG_CHINESE, winnt.h

    /// <summary><c>zh</c>, <c>en</c>, or null elsewhere than on Windows.</summary>
    public static string? Read()
    {
        if (!OperatingSystem.IsWindows())
        {
            return null;
        }

        return (GetUserDefaultUILanguage() & PrimaryLanguageMask) == Chinese ? "zh" : "en";
    }

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial ushort GetUserDefaultUILanguage();
}

using DeepFit.Cli.Hosting;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>Makes the Spectre console that screens are written to.</summary>
internal static class ScreenFactory
{
    /// <summary>Screens are laid out for this many columns where output is redirected.</summary>
    public const int DefaultWidth = 80;

    private const int Narrowest = 60;
    private const int Widest = 100;

    public static IAnsiConsole Create(CliConsole console, bool noColor)
    {
        bool colour = UsesColour(console, noColor);
        IAnsiConsole screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new ScreenOutput(console),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        screen.Profile.Width = WidthOf(console);
        screen.Profile.Capabilities.Unicode = true;
        screen.Profile.Capabilities.Links = false;
        return screen;
    }

    /// <summary>Columns to lay out for.</summary>
    public static int WidthOf(CliConsole console) =>
        console.OutIsTerminal ? Math.Clamp(console.TerminalWidth, Narrowest, Widest) : DefaultWidth;

    /// <summary>Colour only on a terminal that has it, and only if nobody asked for none (https://no-color.org).</summary>
    public static bool UsesColour(CliConsole console, bool noColor) =>
        !noColor && console.OutIsTerminal && !IsSet(console, "NO_COLOR") && console.Environment("TERM") != "dumb";

    private static bool IsSet(CliConsole console, string name) => console.Environment(name) is { Length: > 0 };

    private sealed class ScreenOutput(CliConsole console) : IAnsiConsoleOutput
    {
        public TextWriter Writer => console.Out;

        public bool IsTerminal => console.OutIsTerminal;

        public int Width => WidthOf(console);

        public int Height => 25;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}

using DeepFit.Cli.Rendering;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using Spectre.Console;

namespace DeepFit.Cli.Hosting;

/// <summary>What every command is given.</summary>
internal sealed class CommandContext
{
    private IAnsiConsole? screen;

    public required CliConsole Console { get; init; }

    /// <summary>The command line as it was given.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public required IDeepFitServices Services { get; init; }

    public required Language Language { get; init; }

    /// <summary>Whether standard output is to hold one JSON document and nothing else.</summary>
    public required bool Json { get; init; }

    public required bool NoColor { get; init; }

    public required CancellationToken CancellationToken { get; init; }

    /// <summary>The screen; made at the first use, so that <c>--json</c> never pays for it.</summary>
    public IAnsiConsole Screen => screen ??= ScreenFactory.Create(Console, NoColor);

    /// <summary>The text in the language of the run.</summary>
    public string Say(BilingualText text) => text.In(Language);

    /// <summary>Writes the JSON document.</summary>
    public void WriteDocument(Action<Stream> write)
    {
        using Stream stream = Console.OpenOut();
        write(stream);
        stream.Flush();
    }

    /// <summary>A note on standard error, such as that the store cannot be kept.</summary>
    public void Warn(BilingualText text)
    {
        foreach (string line in TextWrapper.Wrap(Say(text), ScreenFactory.DefaultWidth))
        {
            Console.Error.WriteLine(line);
        }
    }
}

using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Hosting;

/// <summary>Tells people and programs what went wrong: one message on standard error, with <c>--json</c> also the error document. Never a stack trace, unless DEEPFIT_DEBUG=1.</summary>
internal static class ErrorReporter
{
    /// <summary>The kind of a run that the person stopped: no error.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Reports and returns the exit code.</summary>
    public static int Report(Exception exception, CliConsole console, Language language, bool json)
    {
        Failure failure = FailureOf(exception);
        if (json)
        {
            using Stream stream = console.OpenOut();
            ContractJson.Write(stream, failure.ToDocument(language));
            stream.Flush();
        }

        Tell(failure, console, language);
        if (console.Environment("DEEPFIT_DEBUG") == "1")
        {
            console.Error.WriteLine(exception);
        }

        return failure.ExitCode;
    }

    /// <summary>The failure that an exception stands for.</summary>
    public static Failure FailureOf(Exception exception) =>
        exception is CliException own ? new Failure(own.Kind, own.ExitCode, own.Text, own.Suggestions) : Failure.Of(exception);

    /// <summary>Tells a person of a failure, on standard error.</summary>
    public static void Tell(Failure failure, CliConsole console, Language language)
    {
        string message = failure.Text.In(language);
        int width = console.ErrorIsTerminal ? Math.Clamp(console.TerminalWidth, 40, 100) : 80;
        foreach (string paragraph in (failure.Kind == Cancelled ? message : ErrorTexts.Prefix.In(language) + message).Split('\n'))
        {
            // an indented line is there to be copied: an address, a path, a command
            foreach (string line in paragraph.StartsWith(' ') ? [paragraph] : TextWrapper.Wrap(paragraph, width))
            {
                console.Error.WriteLine(line);
            }
        }
    }
}

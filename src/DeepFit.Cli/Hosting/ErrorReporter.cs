using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Hosting;

/// <summary>Tells people and programs what went wrong: one message on standard error, with <c>--json</c> also the error document. Never a stack trace, unless DEEPFIT_DEBUG=1.</summary>
internal static class ErrorReporter
{
    /// <summary>The kind of a run that the person stopped: no error.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Reports and returns the exit code.</summary>
    public static int Report(Exception exception, CliConsole console, Language language, bool json)
    {
        (string kind, int code, BilingualText text) = Classify(exception);
        string message = text.In(language);
        if (json)
        {
            IReadOnlyList<string> suggestions = exception is UserErrorException { Suggestions: var near } ? near : [];
            using Stream stream = console.OpenOut();
            ContractJson.Write(stream, new ErrorDocument(new ErrorDetail(kind, message, suggestions, code)));
            stream.Flush();
        }

        int width = console.ErrorIsTerminal ? Math.Clamp(console.TerminalWidth, 40, 100) : 80;
        foreach (string paragraph in (kind == Cancelled ? message : ErrorTexts.Prefix.In(language) + message).Split('\n'))
        {
            // an indented line is there to be copied: an address, a path, a command
            foreach (string line in paragraph.StartsWith(' ') ? [paragraph] : TextWrapper.Wrap(paragraph, width))
            {
                console.Error.WriteLine(line);
            }
        }

        if (console.Environment("DEEPFIT_DEBUG") == "1")
        {
            console.Error.WriteLine(exception);
        }

        return code;
    }

    private static (string Kind, int ExitCode, BilingualText Text) Classify(Exception exception) => exception switch
    {
        CliException e => (e.Kind, e.ExitCode, e.Text),
        EngineUnavailableException e => ("no_engine", ExitCode.Failed, e.Text),
        EngineFailedException e => ("failed", ExitCode.Failed, e.Text),
        ConfigurationRefusedException e => ("refused", ExitCode.WrongUsage, e.Text),
        GgufFormatException e => ("bad_file", ExitCode.WrongUsage, e.Text),
        MachineFileException e => ("bad_file", ExitCode.WrongUsage, e.Text),
        NothingFitsException e => ("nothing_fits", ExitCode.NothingFits, e.Text),
        DoesNotFitException e => ("nothing_fits", ExitCode.NothingFits, e.Text),
        GenerationRequestException e => (e.Code, ExitCode.WrongUsage, e.Text),
        QueueFullException e => ("busy", ExitCode.Failed, e.Text),
        PullException e => (e.Kind, e.Kind is "not_published" ? ExitCode.WrongUsage : ExitCode.Failed, e.Text),
        NotFoundException e => ("not_found", ExitCode.WrongUsage, e.Text),
        OperationFailedException e => ("failed", ExitCode.Failed, e.Text),
        UserErrorException e => ("wrong_usage", ExitCode.WrongUsage, e.Text),
        UnauthorizedAccessException or IOException => ("failed", ExitCode.Failed, ErrorTexts.NoAccess(Sentence(exception.Message))),
        HttpRequestException e => ("failed", ExitCode.Failed, ErrorTexts.Network(Sentence(e.Message))),
        _ => ("failed", ExitCode.Failed, ErrorTexts.Failed(Sentence(exception.Message))),
    };

    private static string Sentence(string message) => message.TrimEnd().EndsWith('.') ? message.TrimEnd() : message.TrimEnd() + ".";
}

using System.CommandLine;
using System.Reflection;
using System.Text;
using System.Text.Json;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Commands;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Cli.Hosting;

/// <summary>The program: reads the command line, runs the command, reports what goes wrong. Console and services come from outside.</summary>
internal sealed class CliApplication(CliConsole console, Func<Action<BilingualText>, IDeepFitServices> services)
{
    /// <summary>DeepFit's own version.</summary>
    public static string Version { get; } =
        typeof(CliApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        Language language = LanguageSelection.Choose(args, console);
        bool json = args.Contains("--json");
        try
        {
            return await RunAsync(args, language, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ErrorReporter.Report(new CliException(ErrorReporter.Cancelled, ExitCode.Interrupted, ErrorTexts.Cancelled), console, language, json);
        }
#pragma warning disable CA1031 // the last resort: no stack trace reaches a user
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ErrorReporter.Report(e, console, language, json);
        }
    }

    private async Task<int> RunAsync(IReadOnlyList<string> args, Language language, CancellationToken cancellationToken)
    {
        var tree = new CommandTree(language);
        ParseResult line = tree.Root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        var command = (CliCommand)line.CommandResult.Command;
        bool json = line.GetValue(tree.Common.Json);
        if (line.GetValue(tree.Common.Help))
        {
            new HelpPrinter(console.Out, language, Rendering.ScreenFactory.WidthOf(console)).Print(command, tree.Common);
            return ExitCode.Done;
        }

        if (line.GetValue(tree.Common.Version))
        {
            PrintVersion(json);
            return ExitCode.Done;
        }

        UsageCheck.Throw(line);
        OptionValues.Word("--lang", Primary(line.GetValue(tree.Common.Lang)), LanguageSelection.Names);
        using IDeepFitServices made = services(text => console.Error.WriteLine(text.In(language)));
        return await command.RunAsync(line, new CommandContext
        {
            Console = console,
            Arguments = args,
            Services = made,
            Language = language,
            Json = json,
            NoColor = line.GetValue(tree.Common.NoColor),
            CancellationToken = cancellationToken,
        }).ConfigureAwait(false);
    }

    private static string? Primary(string? language) =>
        language is not null && LanguageSelection.TryParse(language, out Language parsed) ? (parsed == Language.Chinese ? "zh" : "en") : language;

    private void PrintVersion(bool json)
    {
        if (!json)
        {
            console.Out.WriteLine($"deepfit {Version} ({NativeEngine.Name})");
            return;
        }

        using Stream stream = console.OpenOut();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("version", Version);
        writer.WriteString("engine", NativeEngine.Name);
        writer.WriteEndObject();
        writer.Flush();
        stream.Write(Encoding.UTF8.GetBytes("\n"));
        stream.Flush();
    }
}

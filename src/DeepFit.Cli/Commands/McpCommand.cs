using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Server.Mcp;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit mcp</c>: standard output holds the protocol and nothing else, with <c>--json</c> and without.</summary>
internal sealed class McpCommand(Language language) : CliCommand("mcp", McpCommandTexts.Help, language)
{
    public override IReadOnlyList<string> Examples => ["deepfit mcp", "deepfit mcp --lang zh"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        if (context.Console.InIsTerminal)
        {
            context.Warn(McpCommandTexts.ForPrograms); // a person at a terminal
        }

        using Stream input = context.Console.OpenIn();
        using Stream output = context.Console.OpenOut();
        try
        {
            await McpToolServer.RunAsync(context.Services, context.Language, CliApplication.Version, input, output, context.CancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted; // without a word: standard output is the protocol's
        }
    }
}

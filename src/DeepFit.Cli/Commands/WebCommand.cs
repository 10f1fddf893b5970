using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Server.Page;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit web</c>.</summary>
internal sealed class WebCommand : CliCommand
{
    private readonly Option<string?> port;
    private readonly Option<bool> closed;

    public WebCommand(Language language)
        : base("web", WebTexts.Web, language)
    {
        Add(port = CommandLine.Options.Text("--port", "N", WebTexts.Port.In(language)));
        Add(closed = new Option<bool>("--no-open") { Description = WebTexts.NoOpen.In(language) });
    }

    public override IReadOnlyList<string> Examples => ["deepfit web", "deepfit web --port 9000 --no-open"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        int? wanted = OptionValues.Whole("--port", line.GetValue(port), 0, 65535);
        if (!PageServer.HasPage)
        {
            throw new CliException("failed", ExitCode.Failed, WebTexts.NoPage);
        }

        PageServer server = await PageServer.StartAsync(context.Services, CliApplication.Version, wanted, context.CancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            string address = server.Address.AbsoluteUri;
            if (context.Json)
            {
                context.Console.Out.WriteLine(ContractJson.Line(new WebDocument(address, server.Address.Port, Environment.ProcessId)));
            }
            else
            {
                Tell(address, context, open: !line.GetValue(closed));
            }

            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is how it ends
            }
        }

        return ExitCode.Done;
    }

    private static void Tell(string address, CommandContext context, bool open)
    {
        TextWriter screen = context.Console.Out;
        screen.WriteLine(context.Say(WebTexts.Title));
        screen.WriteLine("  " + address);
        screen.WriteLine(context.Say(WebTexts.HowItEnds));
        if (open && context.Console.OutIsTerminal && Browser.Command(address, context.Console.Environment) is { } command && !Browser.TryOpen(command))
        {
            context.Warn(WebTexts.NotOpened);
        }
    }
}

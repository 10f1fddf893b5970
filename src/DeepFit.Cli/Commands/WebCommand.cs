using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;

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
        PageRun.ThrowIfThereIsNone();
        var page = new PageRun(context) { Port = wanted };
        await page.ServeAsync(address =>
        {
            if (context.Json)
            {
                context.Console.Out.WriteLine(ContractJson.Line(new WebDocument(address.AbsoluteUri, address.Port, Environment.ProcessId)));
            }
            else
            {
                page.Tell(address, open: !line.GetValue(closed));
            }
        }).ConfigureAwait(false);
        return ExitCode.Done;
    }
}

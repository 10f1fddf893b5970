using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit ps</c>.</summary>
internal sealed class PsCommand : CliCommand
{
    // what went wrong stays in sight for so long
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly Option<bool> all;

    public PsCommand(Language language)
        : base("ps", DeployTexts.Ps, language) => Add(all = new Option<bool>("--all", "-a") { Description = DeployTexts.PsAll.In(language) });

    public override IReadOnlyList<string> Examples => ["deepfit ps", "deepfit ps --all --json"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        IReadOnlyList<Deployment> known = context.Services.Deployments.List();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Deployment[] shown =
        [
            .. known.Where(d => line.GetValue(all) || d.IsActive || (d.State is DeploymentState.Crashed or DeploymentState.Failed && now - d.EndedAt < Recent))
                .OrderByDescending(d => d.IsActive),
        ];
        DeploymentView[] views = await Task.WhenAll(shown.Select(d => DeploymentView.OfAsync(d, now, context))).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, (IReadOnlyList<DeploymentDocument>)[.. views.Select(v => v.ToDocument(context.Language))]));
        }
        else
        {
            PsScreen.Write(views, ended: known.Count - shown.Length, context);
        }

        return ExitCode.Done;
    }
}

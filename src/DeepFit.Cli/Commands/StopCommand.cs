using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit stop ID</c>.</summary>
internal sealed class StopCommand : CliCommand
{
    private const int DefaultSeconds = 60;

    private readonly Argument<string?> name;
    private readonly Option<bool> all;
    private readonly Option<bool> force;
    private readonly Option<string?> timeout;

    public StopCommand(Language language)
        : base("stop", DeployTexts.Stop, language)
    {
        Add(name = new Argument<string?>("ID") { Description = DeployTexts.Which.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(all = new Option<bool>("--all", "-a") { Description = DeployTexts.StopAll.In(language) });
        Add(force = new Option<bool>("--force", "-f") { Description = DeployTexts.Force.In(language) });
        Add(timeout = CommandLine.Options.Text("--timeout", "SECONDS", DeployTexts.Timeout(DefaultSeconds).In(language)));
    }

    public override IReadOnlyList<string> Examples => ["deepfit stop kx3f", "deepfit stop 7b", "deepfit stop --all"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        bool every = line.GetValue(all);
        string? text = line.GetValue(name);
        if (every && text is not null)
        {
            throw CliException.Usage(DeployTexts.AllOrOne);
        }

        TimeSpan patience = TimeSpan.FromSeconds(OptionValues.Whole("--timeout", line.GetValue(timeout), 0, 86400) ?? DefaultSeconds);
        DeploymentManager manager = context.Services.Deployments;
        Deployment[] meant = every ? [.. manager.List().Where(d => d.IsActive && d.Host == Environment.MachineName)] : [manager.Resolve(text)];
        List<Deployment> after = [.. await Task.WhenAll(meant.Select(d => StopAsync(d, line.GetValue(force), patience, manager, context))).ConfigureAwait(false)];
        if (context.Json)
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            context.WriteDocument(stream => ContractJson.Write(
                stream, (IReadOnlyList<DeploymentDocument>)[.. after.Select(d => new DeploymentView(d, now, null, null).ToDocument(context.Language))]));
        }
        else
        {
            foreach (BilingualText said in after.Select((d, i) => Said(d, meant[i])).DefaultIfEmpty(DeployTexts.NothingRuns))
            {
                context.Screen.Write(new FlowText(context.Say(said)));
            }
        }

        return after.Exists(d => d.IsActive) ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<Deployment> StopAsync(Deployment deployment, bool force, TimeSpan patience, DeploymentManager manager, CommandContext context)
    {
        if (deployment.IsActive && !force && !context.Json)
        {
            DeploymentView view = await DeploymentView.OfAsync(deployment, TimeProvider.System.GetUtcNow(), context).ConfigureAwait(false);
            if (view.Status?.Statistics is { } now && now.BusySlots + now.Waiting > 0)
            {
                context.Warn(DeployTexts.Finishing(deployment.Id, now.BusySlots + now.Waiting));
            }
        }

        return await manager.StopAsync(deployment, force, patience, context.CancellationToken).ConfigureAwait(false);
    }

    private static BilingualText Said(Deployment after, Deployment before) =>
        !before.IsActive ? DeployTexts.WasOver(after.Id, DeployTexts.State(after.State))
        : after.IsActive ? DeployTexts.StillRuns(after.Id)
        : DeployTexts.Stopped(after.Id, after.Model);
}

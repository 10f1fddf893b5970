using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>What is being served.</summary>
internal static class PsScreen
{
    /// <param name="views">What is shown.</param>
    /// <param name="ended">How many others have ended.</param>
    /// <param name="context">The run.</param>
    public static void Write(IReadOnlyList<DeploymentView> views, int ended, CommandContext context)
    {
        IAnsiConsole screen = context.Screen;
        if (views.Count == 0)
        {
            screen.Write(new FlowText(context.Say(DeployTexts.NothingRuns)));
        }
        else
        {
            screen.Write(Table(views, context));
            WriteReasons([.. views.Where(v => v.Deployment.Error is not null)], context);
        }

        if (views.Any(v => v.Status is not null))
        {
            screen.WriteLine();
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(DeployTexts.Columns))], hanging: 2));
        }

        if (ended > 0)
        {
            screen.WriteLine();
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(DeployTexts.Others(ended)))], hanging: 2));
        }
    }

    private static PlainTable Table(IReadOnlyList<DeploymentView> views, CommandContext context)
    {
        PlainTable table = new PlainTable()
            .Column("ID")
            .Column(context.Say(DeployTexts.Model), wrap: true)
            .Column(context.Say(DeployTexts.Address))
            .Column(context.Say(DeployTexts.Up), right: true)
            .Column(context.Say(CommonTexts.Memory), right: true)
            .Column(context.Say(DeployTexts.Slots), right: true)
            .Column(context.Say(DeployTexts.Speed), right: true)
            .Column(context.Say(DeployTexts.StateWord));
        foreach (DeploymentView view in views)
        {
            Deployment d = view.Deployment;
            table.Row(
                d.IsActive ? Ink.Strong(d.Id) : Ink.Dim(d.Id),
                $"{d.Variant ?? d.Model} {d.Quantization}",
                d.Url is { } url && d.IsActive ? url.Authority : "–",
                context.Say(d.IsActive ? Figures.ShortDuration(view.Uptime.TotalSeconds) : DeployTexts.EndedAgo(Figures.ShortDuration((view.Now - d.EndedAt!.Value).TotalSeconds))),
                view.Needed is { } needed ? Figures.GiB(needed) : "–",
                view.Status?.Statistics is { } s ? Figures.Invariant($"{s.BusySlots}/{s.Slots}") : "–",
                view.Status?.Statistics.GenerationTps is { } rate ? Figures.Rate(rate) : "–",
                State(view, context));
        }

        return table;
    }

    private static Ink State(DeploymentView view, CommandContext context)
    {
        Deployment d = view.Deployment;
        string word = context.Say(DeploymentWords.Text(d.State));
        return d.State switch
        {
            _ when d.Host != Environment.MachineName => Ink.Dim(context.Say(DeployTexts.OnHost(d.Host))),
            DeploymentState.Starting when d.LoadedShare > 0 => Ink.Warn(context.Say(DeployTexts.Loading(Figures.Percent(d.LoadedShare)))),
            DeploymentState.Running when view.Status is null => Ink.Warn(context.Say(DeployTexts.Silent)),
            DeploymentState.Running => Ink.Good(word),
            DeploymentState.Crashed or DeploymentState.Failed => Ink.Bad(word),
            DeploymentState.Stopped => Ink.Dim(word),
            _ => Ink.Warn(word),
        };
    }

    private static void WriteReasons(IReadOnlyList<DeploymentView> failed, CommandContext context)
    {
        if (failed.Count == 0)
        {
            return;
        }

        var rows = new FactRows();
        foreach (Deployment d in failed.Select(v => v.Deployment))
        {
            rows.Add(d.Id, d.LogPath is null
                ? [context.Say(d.Error!)]
                : [context.Say(DeployTexts.Before(d.Error!)), Ink.Command(context.Say(DeployTexts.SeeLog(d.Id)))]);
        }

        context.Screen.WriteLine();
        context.Screen.Write(rows);
    }
}

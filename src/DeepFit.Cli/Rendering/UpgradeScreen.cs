using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>What lifts a machine: the best change with its reason, and what every other buys.</summary>
internal sealed class UpgradeScreen(UpgradeAdvice advice, CommandContext context)
{
    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        screen.Write(MachineScreen.Brief(advice.Machine, context));
        screen.WriteLine();
        bool any = advice.Changes.Count > 0;
        screen.Write(new Frame(context.Say(any ? AdviseTexts.UpgradeTitle : AdviseTexts.NoUpgradeTitle), new FlowText(context.Say(advice.Explanation)), any ? Styles.Good : Styles.Warn));
        screen.WriteLine();
        screen.Write(new FlowText(Ink.Title(context.Say(AdviseTexts.ChangesTitle))));
        WriteChanges();
        screen.WriteLine();
        List<BilingualText> notes = [.. advice.Notes, AdviseTexts.Considered(advice.Considered)];
        if (advice.Changes.Any(c => c.PriceUsd is not null))
        {
            notes.Add(AdviseTexts.PriceNote);
        }

        foreach (BilingualText note in notes)
        {
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
        }
    }

    private void WriteChanges()
    {
        var table = new PlainTable(indent: 2);
        table.Column(context.Say(AdviseTexts.Change), wrap: true);
        table.Column(context.Say(AdviseTexts.Pick));
        table.Column(context.Say(AdviseTexts.TokensPerSecond), right: true);
        table.Column(context.Say(CommonTexts.Answer), right: true);
        table.Column(context.Say(CommonTexts.Score), right: true);
        table.Column(context.Say(AdviseTexts.Price), right: true);
        if (advice.Before.Pick is { } now)
        {
            Row(context.Say(AdviseTexts.NowTitle), now, "", false);
        }

        foreach (UpgradeOption change in advice.Changes)
        {
            Row(context.Say(change.Name), change.After, AdviseScreen.Price(change.PriceUsd), change.MovesUp);
        }

        screen.Write(table);

        void Row(string name, Configuration c, string price, bool up)
        {
            Ink pick = up ? Ink.Good($"↑ {c.Variant}") : Ink.Plain($"  {c.Variant}");
            table.RowOf(
                [name],
                [pick, Ink.Dim("\n  " + c.Quantization)],
                [Figures.Rate(c.Speed!.GenerationTps)],
                [context.Say(Figures.ShortDuration(c.Speed.SecondsToAnswer))],
                [c.Quality.Score is { } score ? Figures.Score(score) : "–"],
                [price]);
        }
    }
}

using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The least hardware for a goal, by kind of hardware; where there is none, what comes closest.</summary>
internal sealed class AdviseScreen(HardwareAdvice advice, CommandContext context)
{
    private static readonly string[] Groups = ["one_gpu", "two_gpus", "several_gpus", "unified", "cpu"];

    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        bool any = advice.Options.Count > 0;
        screen.Write(new Frame(context.Say(any ? AdviseTexts.Title : AdviseTexts.NothingTitle), new FlowText(context.Say(advice.Explanation)), any ? Styles.Good : Styles.Bad));
        screen.WriteLine();
        foreach (IGrouping<string, HardwareOption> group in advice.Options.GroupBy(o => o.Candidate.Group).OrderBy(g => Array.IndexOf(Groups, g.Key)))
        {
            screen.Write(new FlowText(Ink.Title(context.Say(AdviseTexts.Group(group.Key)))));
            WriteGroup(group);
            screen.WriteLine();
        }

        if (!any && advice.Closest.Count > 0)
        {
            WriteClosest();
        }

        List<BilingualText> notes = any ? [AdviseTexts.CertaintyNote, AdviseTexts.PriceNote, AdviseTexts.HostNote, AdviseTexts.CountNote(advice.Considered, advice.Reached)] : [];
        if (advice.Goal.Quantization is null)
        {
            notes.Add(AdviseTexts.LossNote);
        }

        foreach (BilingualText note in notes)
        {
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
        }
    }

    /// <summary>A launch price for a narrow column.</summary>
    public static string Price(double? usd) => usd is { } price ? Figures.Invariant($"${price:0}") : "–";

    private void WriteGroup(IEnumerable<HardwareOption> options)
    {
        var table = new PlainTable(indent: 2);
        table.Column(context.Say(AdviseTexts.Hardware), wrap: true);
        table.Column(context.Say(CommonTexts.Quantization));
        table.Column(context.Say(AdviseTexts.MemoryUsed), right: true);
        table.Column(context.Say(AdviseTexts.TokensPerSecond), right: true);
        table.Column(context.Say(CommonTexts.Answer), right: true);
        table.Column(context.Say(AdviseTexts.Price), right: true);
        foreach (HardwareOption option in options)
        {
            Configuration c = option.Slowest;
            SpeedEstimate speed = c.Speed!;
            string variant = advice.Goal.Variants.Count > 1 ? c.Variant + " " : "";
            table.RowOf(
                [
                    option.Surely ? Ink.Good("✓ ") : Ink.Warn("~ "), Ink.Strong(option.Candidate.Name), Ink.Dim("\n" + context.Say(option.BottleneckText)),
                ],
                [variant + c.Quantization, Ink.Dim("\n" + context.Say(CommonTexts.Basis(speed.Basis)))],
                [context.Say(Memory(c.Memory))],
                [Ink.Strong(Figures.Rate(speed.GenerationTps)), Ink.Dim("\n" + Figures.RateRange(speed.GenerationTpsLow, speed.GenerationTpsHigh))],
                [context.Say(Figures.ShortDuration(speed.SecondsToAnswer))],
                [Price(option.Candidate.PriceUsd)]);
        }

        screen.Write(table);
    }

    // the cards where the model is on cards, else the memory
    private static BilingualText Memory(MemoryEstimate memory)
    {
        DeviceMemory[] devices = [.. memory.Devices.Skip(1).Where(d => d.Weights.Bytes > 0)];
        devices = devices.Length > 0 ? devices : [memory.Devices[0]];
        return AdviseTexts.Of(
            Figures.ThreeDigits(new ByteSize(devices.Sum(d => d.Total.Bytes)).InGiB), Figures.ThreeDigits(new ByteSize(devices.Sum(d => d.Available?.Bytes ?? 0)).InGiB));
    }

    private void WriteClosest()
    {
        screen.Write(new FlowText(Ink.Title(context.Say(AdviseTexts.ClosestTitle))));
        var rows = new FactRows();
        foreach (HardwareGap gap in advice.Closest)
        {
            rows.Add(gap.Candidate.Name, context.Say(gap.Text));
        }

        screen.Write(rows);
        screen.WriteLine();
    }
}

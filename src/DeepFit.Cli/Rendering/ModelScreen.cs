using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>One variant: what it is, its published scores with uncertainty and source, what each quantization costs, how long it thinks.</summary>
internal sealed class ModelScreen(ModelVariant variant, CommandContext context)
{
    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        screen.Write(new FlowText(Ink.Title(variant.DisplayName), "  ", Ink.Dim(Figures.ParametersShort(variant.ParameterCount))));
        screen.Write(new Indented(new FlowText(context.Say(variant.Nature))));
        screen.WriteLine();
        WriteScores();
        WriteLosses();
        WriteLengths();
    }

    private void WriteScores()
    {
        IReadOnlyList<BenchmarkScore> scores = variant.BenchmarkScores(UseProfile.Chat);
        Title(ScoreTexts.ScoresTitle);
        screen.Write(BenchmarkRows.Create(scores.Select(score => score with { Name = score.Name + Mark(scores, score.Source) }), context));
        string[] sources = [.. scores.Select(s => s.Source).Distinct()];
        for (int i = 0; i < sources.Length; i++)
        {
            screen.Write(new FlowText([Ink.Dim($"[{i + 1}] {sources[i]}")], hanging: 4));
        }

        foreach (IGrouping<string, (string Benchmark, BenchmarkRepeat Repeat)> source in scores.SelectMany(s => s.Others.Select(o => (s.Name, o))).GroupBy(o => o.o.Source))
        {
            string values = string.Join(", ", source.Select(o => $"{o.Benchmark} {Figures.Score(o.Repeat.Value)}"));
            screen.Write(new FlowText([Ink.Dim($"· {source.Key}: {values}")], hanging: 2));
        }

        Note(ScoreTexts.IntervalNote);
        (double points, int count) = VariantQuality.EvaluationSpread;
        Note(ScoreTexts.SpreadNote(points, count));
        screen.WriteLine();
    }

    private static string Mark(IReadOnlyList<BenchmarkScore> scores, string source) =>
        $" [{scores.Select(s => s.Source).Distinct().ToList().IndexOf(source) + 1}]";

    private void WriteLosses()
    {
        Title(ScoreTexts.LossesTitle);
        PlainTable table = new PlainTable()
            .Column(context.Say(CommonTexts.Quantization))
            .Column(context.Say(ScoreTexts.Size), right: true)
            .Column(context.Say(ScoreTexts.LossColumn), right: true)
            .Column(context.Say(ScoreTexts.Range80), right: true);
        foreach (Quantization quantization in Quantizations.All)
        {
            (double share, double low, double high) = variant.LossShare(quantization);
            table.Row(
                quantization.Name,
                Figures.Gb(variant.Layout(quantization).FileBytes),
                Figures.Invariant($"{share * 100:0.0}%"),
                Figures.Invariant($"{low * 100:0.0}–{high * 100:0.0}%"));
        }

        screen.Write(table);
        Note(ScoreTexts.LossNote);
        screen.WriteLine();
        IReadOnlyList<(string Quantization, double Share, BilingualText Note, string Source)> measured = variant.MeasuredLosses();
        if (measured.Count == 0)
        {
            return;
        }

        Title(ScoreTexts.MeasuredTitle);
        PlainTable found = new PlainTable()
            .Column(context.Say(CommonTexts.Quantization))
            .Column(context.Say(ScoreTexts.LossColumn), right: true)
            .Column(context.Say(ScoreTexts.SourcesWord), wrap: true);
        foreach ((string quantization, double share, _, string source) in measured)
        {
            found.Row(quantization, Figures.Invariant($"{share * 100:0.0}%"), Ink.Dim(source));
        }

        screen.Write(found);
        screen.WriteLine();
    }

    private void WriteLengths()
    {
        Title(ScoreTexts.LengthsTitle);
        foreach (ReasoningLength row in ReasoningLengths.Default.Of(variant.Id))
        {
            screen.Write(new FlowText([Ink.Plain("  " + context.Say(ScoreTexts.Length(row)))], hanging: 4));
        }

        Note(ScoreTexts.Factor(ReasoningLengths.Default.Factor(variant.Id)));
    }

    private void Title(BilingualText title) => screen.Write(new FlowText(Ink.Title(context.Say(title))));

    private void Note(BilingualText note) => screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
}

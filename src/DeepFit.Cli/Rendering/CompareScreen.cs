using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Guide;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>Two to five configurations side by side, and the guide's claims about the steps between their variants beside what is known.</summary>
internal sealed class CompareScreen(
    IReadOnlyList<PlannedModel> models, IReadOnlyList<Configuration> results, IReadOnlyList<GuidePair> pairs, UseProfile use, bool thisMachine, CommandContext context)
{
    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        var table = new PlainTable();
        table.Column("");
        for (int i = 0; i < models.Count; i++)
        {
            table.Column($"{Letter(i)}  {models[i].Variant?.Id ?? "GGUF"}{(models.Count > 3 ? "\n" : " ")}{results[i].Quantization}", wrap: true);
        }

        if (models.Count == 2)
        {
            table.Column(context.Say(CompareTexts.Ratio), right: true);
        }

        Fill(table);
        screen.Write(table);
        screen.WriteLine();
        WriteClaims();
        WriteNotes();
    }

    private void Fill(PlainTable table)
    {
        Texts(table, CompareTexts.Model, (model, _) => model.DisplayName.Replace("DeepSeek-R1-", "R1-", StringComparison.Ordinal).Replace("R1-Distill-", models.Count > 3 ? "" : "R1-Distill-", StringComparison.Ordinal));
        Texts(table, CompareTexts.Kind, (model, _) => model.Variant is { } v ? context.Say(v.IsDistilled ? ModelsTexts.Distilled : ModelsTexts.R1) : "–");
        Figure(table, CompareTexts.Parameters, (model, _) => model.Layout.ParameterCount, v => Figures.ParametersShort((long)v), 0);
        if (models.Any(m => m.Variant is { } v && v.ActiveParameterCount < v.ParameterCount))
        {
            Figure(table, CompareTexts.Active, (model, _) => model.Variant?.ActiveParameterCount ?? model.Layout.ParameterCount, v => Figures.ParametersShort((long)v), 0);
        }

        Texts(table, thisMachine ? CompareTexts.Fits : CompareTexts.FitsMachine, (_, result) => Fits(result));
        Figure(table, CommonTexts.Download, (_, result) => result.FileBytes.Bytes, v => Figures.Gb(new ByteSize((long)v)), -1);
        Figure(table, CompareTexts.Memory, (_, result) => result.Memory.Total.Bytes, v => Figures.GiB(new ByteSize((long)v)), -1);
        Figure(table, CompareTexts.Cache, (_, result) => result.Memory.Devices.Sum(d => d.KvCache.Bytes), v => Figures.GiB(new ByteSize((long)v)), -1);
        Figure(table, CompareTexts.Context, (_, result) => result.Options.Context, v => Figures.Count((long)v), 0);
        Figure(table, CompareTexts.ContextNeed, (_, result) => result.Need?.LongTokens, v => Figures.Count((long)v), 0);
        Figure(table, CompareTexts.Prompt, (_, result) => result.Speed?.PromptTps, Figures.Rate, 1);
        Figure(table, CompareTexts.Generation, (_, result) => result.Speed?.GenerationTps, Figures.Rate, 1);
        Figure(table, CompareTexts.FirstToken, (_, result) => result.Speed?.SecondsToFirstToken, Duration, -1);
        Figure(table, CompareTexts.Answer, (_, result) => result.Speed?.SecondsToAnswer, Duration, -1);
        Figure(table, CompareTexts.LongAnswer, (_, result) => result.LongSpeed?.SecondsToAnswer, Duration, -1);
        Figure(table, CompareTexts.Reasoning, (_, result) => result.Speed?.ReasoningTokens, v => Figures.Count((long)v), 0);
        Scores(table, CompareTexts.Quality, result => (result.Quality.Score, result.Quality.ScoreLow, result.Quality.ScoreHigh));
        Texts(table, CompareTexts.Loss, (_, result) => result.Quality.Score is null ? "–" : Loss(result.Quality));
        foreach (string name in results[0].Quality.Scores.Select(s => s.Name).Where(name => results.All(r => r.Quality.Benchmarks.ContainsKey(name))))
        {
            Scores(table, new BilingualText("  " + name, "  " + name), result =>
            {
                BenchmarkScore score = result.Quality.Scores.First(s => s.Name == name);
                return (score.Value, score.Low, score.High);
            });
        }
    }

    private static char Letter(int index) => (char)('A' + index);

    private string Duration(double seconds) => context.Say(models.Count > 3 ? Figures.ShortDuration(seconds) : Figures.Duration(seconds));

    private static string Loss(QualityEstimate quality) => Figures.Invariant($"{quality.QuantizationLoss:0.0} ({quality.QuantizationLossLow:0.0}–{quality.QuantizationLossHigh:0.0})");

    private string Fits(Configuration result)
    {
        string word = context.Say(result.Fits ? RecommendTexts.FitsYes : RecommendTexts.FitsNo);
        return result.LimitedBy is { } limit ? word + context.Say(CompareTexts.Because(CommonTexts.Limit(limit))) : word;
    }

    private void Texts(PlainTable table, BilingualText name, Func<PlannedModel, Configuration, string> value) =>
        Row(table, name, [.. models.Select((model, i) => Ink.Plain(value(model, results[i])))], "");

    /// <summary>A row of figures; <paramref name="better"/> is 1 where more is better, -1 where less is, 0 for neither.</summary>
    private void Figure(PlainTable table, BilingualText name, Func<PlannedModel, Configuration, double?> value, Func<double, string> format, int better)
    {
        double?[] values = [.. models.Select((model, i) => value(model, results[i]))];
        int best = Best(values, better);
        Row(table, name, [.. values.Select((v, i) => Shown(v is { } known ? format(known) : null, i == best))], Ratio(values));
    }

    /// <summary>A row of scores, each with half of its 80% interval.</summary>
    private void Scores(PlainTable table, BilingualText name, Func<Configuration, (double? Value, double? Low, double? High)> score)
    {
        (double? Value, double? Low, double? High)[] scores = [.. results.Select(score)];
        double?[] values = [.. scores.Select(s => s.Value)];
        int best = Best(values, 1);
        Row(table, name, [.. scores.Select((s, i) => Shown(s.Value is { } known ? Figures.WithInterval(known, s.Low, s.High) : null, i == best))], Ratio(values));
    }

    private static int Best(double?[] values, int better)
    {
        double[] known = [.. values.OfType<double>()];
        if (better == 0 || known.Length < values.Length)
        {
            return -1;
        }

        double best = better > 0 ? known.Max() : known.Min();
        return known.Count(v => v == best) == 1 ? Array.IndexOf(known, best) : -1;
    }

    private static string Ratio(double?[] values) => values is [> 0, { } second] ? $"{Figures.ThreeDigits(second / values[0]!.Value)}×" : "";

    private void Row(PlainTable table, BilingualText name, Ink[] cells, string ratio) =>
        table.Row(models.Count == 2 ? [Ink.Dim(context.Say(name)), .. cells, ratio] : [Ink.Dim(context.Say(name)), .. cells]);

    private static Ink Shown(string? value, bool best) => value is null ? "–" : best ? Ink.Good(value + " *") : value;

    private void WriteClaims()
    {
        foreach (GuidePair pair in pairs)
        {
            screen.Write(new FlowText(Ink.Title(context.Say(GuideTexts.Title(pair.From.Id, pair.To.Id)))));
            var table = new PlainTable();
            table.Column(context.Say(GuideTexts.Step));
            table.Column("");
            table.Column(context.Say(GuideTexts.Claim), right: true);
            table.Column(context.Say(GuideTexts.Known), wrap: true);
            foreach (GuideClaim step in pair.Steps)
            {
                Step(table, $"{step.From.Id} → {step.To.Id}", step.Claim.ComputePercent, step.Claim.QualityPercent,
                    pair.Steps.Count == 1 ? ComputeOf(pair) : GuideTexts.ParametersKnown(GuideWords.WithSign(step.ComputePercent)), step.Scores);
            }

            if (pair.Steps.Count != 1)
            {
                Step(table, $"{pair.From.Id} → {pair.To.Id}", pair.ClaimedComputePercent, pair.ClaimedQualityPercent, ComputeOf(pair), pair.Scores);
            }

            if (pair.Steps.Count == 0)
            {
                screen.Write(new FlowText(context.Say(GuideTexts.NoClaim(pair.From.Id, pair.To.Id))));
            }

            screen.Write(table);
            screen.Write(new FlowText(Ink.Strong(context.Say(GuideTexts.Why)), context.Say(pair.Reason)));
            screen.WriteLine();
        }
    }

    private static BilingualText ComputeOf(GuidePair pair) => pair.SecondsPerTokenPercent is { } time
        ? GuideTexts.ParametersAndTime(GuideWords.WithSign(pair.ComputePercent), GuideWords.WithSign(time))
        : GuideTexts.ParametersKnown(GuideWords.WithSign(pair.ComputePercent));

    private void Step(PlainTable table, string name, double? compute, double? quality, BilingualText computeKnown, ScoreChange? scores)
    {
        table.Row(name, context.Say(GuideTexts.Compute), compute is { } c ? GuideWords.WithSign(c) : "–", context.Say(computeKnown));
        table.Row("", context.Say(GuideTexts.Quality), quality is { } q ? GuideWords.WithSign(q) : "–", context.Say(scores is { } known ? GuideTexts.ScoresKnown(known) : GuideTexts.NoScores));
    }

    private void WriteNotes()
    {
        Note(CompareTexts.BestNote);
        Note(CompareTexts.Use(use.Name));
        (double points, int count) = VariantQuality.EvaluationSpread;
        Note(CompareTexts.SpreadNote(points, count));
        string[] sources = [.. results.SelectMany(r => r.Quality.Sources).Distinct()];
        if (sources.Length > 0)
        {
            Note(CompareTexts.SourceNote(string.Join("; ", sources)));
        }

        if (pairs.FirstOrDefault(p => p.Steps.Count > 0) is { } claimed)
        {
            Note(GuideTexts.Source(claimed.Steps[0].Claim.Source));
        }

        (char, BilingualText)[] speeds = [.. results.Select((r, i) => (Letter(i), r.Speed)).Where(s => s.Speed is not null).Select(s => (s.Item1, CommonTexts.Basis(s.Speed!.Basis)))];
        if (speeds.Length > 0)
        {
            Note(CompareTexts.Basis(speeds));
        }
    }

    private void Note(BilingualText note) => screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
}

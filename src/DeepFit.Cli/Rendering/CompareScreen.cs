using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>Two configurations side by side, and the guide's claims beside what is known.</summary>
internal sealed class CompareScreen(PlannedModel[] models, Configuration[] results, IReadOnlyList<GuideClaim> claims, bool thisMachine, CommandContext context)
{
    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        var table = new PlainTable();
        table.Column("");
        table.Column($"A  {models[0].Variant?.Id ?? "GGUF"} {results[0].Quantization}", wrap: true);
        table.Column($"B  {models[1].Variant?.Id ?? "GGUF"} {results[1].Quantization}", wrap: true);
        table.Column(context.Say(CompareTexts.Ratio), right: true);
        Fill(table);
        screen.Write(table);
        screen.WriteLine();
        if (models[0].Variant is not null && models[1].Variant is not null && models[0].Variant != models[1].Variant)
        {
            WriteClaims();
        }

        Note(CompareTexts.BestNote);
        if (results[0].Speed is { } a && results[1].Speed is { } b)
        {
            Note(CompareTexts.Basis(CommonTexts.Basis(a.Basis), CommonTexts.Basis(b.Basis)));
        }
    }

    private void Fill(PlainTable table)
    {
        Texts(table, CompareTexts.Model, (model, _) => model.DisplayName.Replace("DeepSeek-R1-", "R1-", StringComparison.Ordinal));
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
        Figure(table, CompareTexts.Prompt, (_, result) => result.Speed?.PromptTps, Figures.Rate, 1);
        Figure(table, CompareTexts.Generation, (_, result) => result.Speed?.GenerationTps, Figures.Rate, 1);
        Figure(table, CompareTexts.FirstToken, (_, result) => result.Speed?.SecondsToFirstToken, v => context.Say(Figures.Duration(v)), -1);
        Figure(table, CompareTexts.Answer, (_, result) => result.Speed?.SecondsToAnswer, v => context.Say(Figures.Duration(v)), -1);
        Figure(table, CompareTexts.Quality, (_, result) => result.Quality.Score, Figures.Score, 1);
        foreach (string name in results[0].Quality.Benchmarks.Keys.Where(results[1].Quality.Benchmarks.ContainsKey))
        {
            Figure(table, new BilingualText("  " + name, "  " + name), (_, result) => result.Quality.Benchmarks[name], Figures.Benchmark, 1);
        }
    }

    private string Fits(Configuration result)
    {
        string word = context.Say(result.Fits ? RecommendTexts.FitsYes : RecommendTexts.FitsNo);
        return result.LimitedBy is { } limit ? word + context.Say(CompareTexts.Because(CommonTexts.Limit(limit))) : word;
    }

    private void Texts(PlainTable table, BilingualText name, Func<PlannedModel, Configuration, string> value) =>
        table.Row(Ink.Dim(context.Say(name)), value(models[0], results[0]), value(models[1], results[1]), "");

    /// <summary>A row of figures; <paramref name="better"/> is 1 where more is better, -1 where less is, 0 for neither.</summary>
    private void Figure(PlainTable table, BilingualText name, Func<PlannedModel, Configuration, double?> value, Func<double, string> format, int better)
    {
        double? a = value(models[0], results[0]);
        double? b = value(models[1], results[1]);
        int ahead = better == 0 || a is null || b is null ? 0 : better * a.Value.CompareTo(b.Value);
        table.Row(
            Ink.Dim(context.Say(name)),
            Shown(a, format, ahead > 0),
            Shown(b, format, ahead < 0),
            a is > 0 && b is not null ? $"{Figures.ThreeDigits(b.Value / a.Value)}×" : "");
    }

    private static Ink Shown(double? value, Func<double, string> format, bool best) =>
        value is not { } known ? "–" : best ? Ink.Good(format(known) + " *") : format(known);

    private void WriteClaims()
    {
        screen.Write(new FlowText(Ink.Title(context.Say(CompareTexts.ClaimsTitle))));
        if (claims.Count == 0)
        {
            screen.Write(new FlowText("  " + context.Say(CompareTexts.NoClaims)));
            screen.WriteLine();
            return;
        }

        var table = new PlainTable();
        table.Column(context.Say(CompareTexts.Step));
        table.Column("");
        table.Column(context.Say(CompareTexts.Claim), right: true);
        table.Column(context.Say(CompareTexts.Known), wrap: true);
        foreach (GuideClaim claim in claims)
        {
            table.Row(
                $"{claim.From.Id} → {claim.To.Id}",
                context.Say(CompareTexts.Compute),
                $"+{claim.Claim.ComputePercent}%",
                context.Say(CompareTexts.ParametersKnown(Signed(claim.ComputePercent))));
            table.Row(
                "",
                context.Say(CompareTexts.QualityWord),
                $"+{claim.Claim.QualityPercent}%",
                context.Say(claim.QualityPercent is { } quality
                    ? CompareTexts.ScoresKnown(Signed(quality), claim.Benchmarks.Count)
                    : CompareTexts.NoScores));
        }

        screen.Write(table);
        Note(CompareTexts.ClaimNote(claims[0].Claim.Source));
        screen.WriteLine();
    }

    private static string Signed(double percent) => Figures.Invariant($"{percent:+0;-0;0}%");

    private void Note(BilingualText note) => screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
}

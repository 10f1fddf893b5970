using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The recommendation: machine, pick, alternatives, a row for every variant, notes.</summary>
internal sealed class RecommendScreen(Recommendation advice, MachineProfile machine, string? machineFile, CommandContext context)
{
    private const int MostBenchmarks = 3;

    private readonly IAnsiConsole screen = context.Screen;
    private readonly bool thisMachine = machineFile is null;

    public void Write()
    {
        screen.Write(MachineScreen.Brief(machine, context));
        screen.WriteLine();
        if (advice.Pick is { } pick)
        {
            WritePick(pick);
        }
        else
        {
            screen.Write(new Frame(context.Say(RecommendTexts.NothingFits), new FlowText(context.Say(advice.Explanation)), Styles.Bad));
            screen.WriteLine();
            var next = new FactRows(indent: 0);
            next.Add(context.Say(CommonTexts.Next), Ink.Command("deepfit advise" + MachineArgument), Ink.Dim("\n" + context.Say(RecommendTexts.AdviseIt)));
            screen.Write(next);
        }

        screen.WriteLine();
        screen.Write(new FlowText(Ink.Title(context.Say(RecommendTexts.AllVariants))));
        VariantTable.Write(advice.Configurations, advice.Pick, context);
        screen.WriteLine();
        WriteLimits();
        WriteNotes();
    }

    private void WritePick(Configuration pick)
    {
        var rows = new FactRows(indent: 0);
        rows.Add(context.Say(CommonTexts.Download), Ink.Strong(Figures.Gb(pick.FileBytes)));
        rows.Add(context.Say(CommonTexts.Memory), MemoryView.Create(pick.Memory, context));
        rows.Add(context.Say(CommonTexts.Context), ContextLine(pick));
        if (pick.Speed is { } speed)
        {
            rows.Add(
                context.Say(CommonTexts.Speed),
                Ink.Strong(context.Say(RecommendTexts.SpeedRange(Figures.Rate(speed.GenerationTps), Figures.Rate(speed.GenerationTpsLow), Figures.Rate(speed.GenerationTpsHigh)))),
                Ink.Dim(" · " + context.Say(CommonTexts.Basis(speed.Basis))));
            rows.Add(
                context.Say(CommonTexts.Answer),
                context.Say(RecommendTexts.FirstToken(Figures.Duration(speed.SecondsToFirstToken))) + (context.Language == Language.Chinese ? "；" : "; ")
                + context.Say(RecommendTexts.WholeAnswer(Figures.Duration(speed.SecondsToAnswer), speed.ReasoningTokens))
                + (pick.LongSpeed is { } longer ? "\n" + context.Say(AnswerTexts.LongAnswer(longer)) : ""));
        }

        rows.Add(context.Say(CommonTexts.Score), [.. QualityLine(pick.Quality)]);
        rows.Add(context.Say(CommonTexts.Why), context.Say(advice.Explanation));
        foreach (Alternative alternative in advice.Alternatives)
        {
            rows.Add(context.Say(RecommendTexts.Instead), [.. AlternativeLine(alternative)]);
        }

        foreach ((string command, BilingualText why) in NextCommands(pick))
        {
            rows.Add(context.Say(CommonTexts.Next), Ink.Command(command), Ink.Dim("\n" + context.Say(why)));
        }

        string name = ModelCatalog.Default.TryFind(pick.Variant, out ModelVariant? variant) ? variant.DisplayName : pick.Variant;
        var body = new Rows(
            new FlowText(Ink.Title(name), Ink.Plain("  "), Ink.Title(pick.Quantization)),
            new FlowText(""),
            rows);
        screen.Write(new Frame(context.Say(RecommendTexts.Title(advice.Use.Name)), body, Styles.Good));
    }

    private string ContextLine(Configuration pick)
    {
        RuntimeOptions options = pick.Options;
        string text = context.Say(RecommendTexts.ContextOf(options.Context, ContractMap.CacheType(options.KvTypeK), ContractMap.CacheType(options.KvTypeV)));
        return options.GpuLayers > 0 && ModelCatalog.Default.TryFind(pick.Variant, out ModelVariant? variant)
            ? $"{text} · {context.Say(RecommendTexts.LayersOnGpu(options.GpuLayers, variant.Architecture.LayerCount + 1))}"
            : text;
    }

    private IEnumerable<Ink> QualityLine(QualityEstimate quality)
    {
        yield return quality.Score is { } score
            ? Ink.Strong(context.Say(ScoreTexts.Range(score, quality.ScoreLow ?? score, quality.ScoreHigh ?? score)))
            : context.Say(CommonTexts.Unknown);
        if (quality.QuantizationLoss >= 0.05)
        {
            yield return Ink.Dim(" · " + context.Say(RecommendTexts.QuantizationCost(Figures.Score(quality.QuantizationLoss))));
        }

        if (quality.Benchmarks.Count > 0)
        {
            yield return "\n" + string.Join(" · ", quality.Scores.Take(MostBenchmarks).Select(b => $"{b.Name} {Figures.WithInterval(b.Value, b.Low, b.High)}".Replace(' ', TextWrapper.Glue)));
        }
    }

    private IEnumerable<Ink> AlternativeLine(Alternative alternative)
    {
        Configuration other = alternative.Configuration;
        yield return Ink.Strong(context.Say(RecommendTexts.Alternative(alternative.Label)));
        yield return $"{other.Variant} {other.Quantization} · {Figures.Gb(other.FileBytes)}";
        if (other.Speed is { } speed)
        {
            yield return $" · {Figures.Rate(speed.GenerationTps)} {context.Say(CommonTexts.TokensPerSecond)}";
        }

        if (other.Quality.Score is { } score)
        {
            yield return $" · {context.Say(RecommendTexts.ScoreWord(Figures.Score(score)))}";
        }
    }

    private IEnumerable<(string Command, BilingualText Why)> NextCommands(Configuration pick)
    {
        if (thisMachine && pick.Speed is not { Basis: >= EstimateBasis.Measured })
        {
            yield return ($"deepfit testdrive {pick.Variant} --quant {pick.Quantization}", RecommendTexts.MeasureIt);
        }

        yield return (EstimateCommandOf(pick), RecommendTexts.SeeWhy);
    }

    // what it takes to see this very configuration again
    private string EstimateCommandOf(Configuration pick)
    {
        RuntimeOptions options = pick.Options;
        string command = $"deepfit estimate {pick.Variant} --quant {pick.Quantization} --context {options.Context}";
        command += options.KvTypeK == GgmlType.F16 ? "" : $" --kv-type {ContractMap.CacheType(options.KvTypeK)}";
        command += options.Parallel == 1 ? "" : $" --parallel {options.Parallel}";
        return command + MachineArgument;
    }

    private string MachineArgument => machineFile is null ? "" : $" --machine {Quoted(machineFile)}";

    // as a shell takes it: a machine in words has blanks, commas and parentheses
    private static string Quoted(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '\\' or ':') ? text
        : text.Contains('"', StringComparison.Ordinal) ? $"'{text}'" : $"\"{text}\"";

    private void WriteLimits()
    {
        Configuration[] limited = [.. advice.Configurations.Where(c => c.LimitedBy is not null && c.Variant != advice.Pick?.Variant)];
        if (limited.Length == 0)
        {
            return;
        }

        screen.Write(new FlowText(Ink.Title(context.Say(advice.Pick is null ? RecommendTexts.WhatWouldHelpAny : RecommendTexts.WhatWouldHelp))));
        var rows = new FactRows();
        foreach (IGrouping<BilingualText, Configuration> same in limited.GroupBy(c => c.Reason))
        {
            rows.Add(string.Join(", ", same.Select(c => c.Variant)), context.Say(same.Key));
        }

        screen.Write(rows);
        screen.WriteLine();
    }

    private void WriteNotes()
    {
        var notes = new List<BilingualText>();
        if (!thisMachine)
        {
            notes.Add(RecommendTexts.OtherMachineNote(machine.Name));
        }
        else if (advice.Pick is { } pick)
        {
            notes.Add(RecommendTexts.BasisNote(pick.Speed?.Basis ?? EstimateBasis.Estimated, pick.Variant, pick.Quantization));
        }

        notes.Add(RecommendTexts.DistilledNote);
        notes.Add(RecommendTexts.ScoreNote);
        notes.Add(RecommendTexts.UnitsNote);
        foreach (BilingualText note in notes)
        {
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
        }
    }
}

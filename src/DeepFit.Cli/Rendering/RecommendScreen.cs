using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>The recommendation: machine, pick, alternatives, a row for every variant, notes.</summary>
internal sealed class RecommendScreen(Advice advice, bool thisMachine, CommandContext context)
{
    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        screen.Write(MachineScreen.Brief(advice.Machine, context));
        screen.WriteLine();
        if (advice.Pick is { } pick)
        {
            WritePick(pick);
        }
        else
        {
            screen.Write(Framed(RecommendTexts.NothingFits, new FlowText(context.Say(advice.Reason)), Color.Red));
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
        var rows = new FactRows();
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
                + context.Say(RecommendTexts.WholeAnswer(Figures.Duration(speed.SecondsToAnswer), speed.ReasoningTokens)));
        }

        rows.Add(context.Say(CommonTexts.Quality), [.. QualityLine(pick.Quality)]);
        rows.Add(context.Say(CommonTexts.Why), context.Say(advice.Reason));
        foreach (Alternative alternative in advice.Alternatives)
        {
            rows.Add(context.Say(RecommendTexts.Instead), [.. AlternativeLine(alternative)]);
        }

        foreach ((string command, BilingualText why) in NextCommands(pick))
        {
            rows.Add(context.Say(CommonTexts.Next), Ink.Command(command), Ink.Dim("  " + context.Say(why)));
        }

        string name = ModelCatalog.Default.TryFind(pick.Variant, out ModelVariant? variant) ? variant.DisplayName : pick.Variant;
        var body = new Rows(
            new FlowText(Ink.Title(name), Ink.Plain("  "), Ink.Title(pick.Quantization)),
            new Text(""),
            rows.ToRenderable(0));
        screen.Write(Framed(RecommendTexts.Title(CommonTexts.Use(advice.Wish.Use)), body, Color.Green));
    }

    private Panel Framed(BilingualText title, IRenderable body, Color colour) => new(body)
    {
        Header = new PanelHeader($" {Markup.Escape(context.Say(title))} "),
        Border = BoxBorder.Rounded,
        BorderStyle = new Style(colour),
        Padding = new Padding(1, 0, 1, 0),
        Expand = true,
    };

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
            ? Ink.Strong(context.Say(RecommendTexts.ScoreOf(Figures.Score(score))))
            : context.Say(CommonTexts.Unknown);
        if (quality.QuantizationLoss >= 0.05)
        {
            yield return Ink.Dim(" · " + context.Say(RecommendTexts.QuantizationCost(Figures.Score(quality.QuantizationLoss))));
        }

        if (quality.Benchmarks.Count > 0)
        {
            string scores = string.Join(" · ", quality.Benchmarks.Take(3).Select(b => $"{b.Key} {Figures.Score(b.Value)}"));
            yield return $" · {scores}";
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
            yield return $" · {context.Say(RecommendTexts.QualityOf(Figures.Score(score)))}";
        }
    }

    private IEnumerable<(string Command, BilingualText Why)> NextCommands(Configuration pick)
    {
        if (thisMachine && pick.Speed is not { Basis: >= EstimateBasis.Measured })
        {
            yield return ($"deepfit testdrive {pick.Variant} --quant {pick.Quantization}", RecommendTexts.MeasureIt);
        }

        yield return ($"deepfit estimate {pick.Variant} --quant {pick.Quantization} --context {pick.Options.Context}", RecommendTexts.SeeWhy);
    }

    private void WriteLimits()
    {
        Configuration[] limited = [.. advice.Configurations.Where(c => !c.Fits)];
        if (limited.Length == 0)
        {
            return;
        }

        screen.Write(new FlowText(Ink.Title(context.Say(RecommendTexts.WhatWouldHelp))));
        var rows = new FactRows();
        foreach (Configuration configuration in limited)
        {
            rows.Add(configuration.Variant, context.Say(configuration.Reason));
        }

        screen.Write(rows.ToRenderable());
        screen.WriteLine();
    }

    private void WriteNotes()
    {
        var notes = new List<BilingualText>();
        if (!thisMachine)
        {
            notes.Add(RecommendTexts.OtherMachineNote(advice.Machine.Name));
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

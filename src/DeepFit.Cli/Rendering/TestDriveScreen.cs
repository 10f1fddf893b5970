using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>A test-drive's result.</summary>
internal static class TestDriveScreen
{
    public static void Write(TestDriveOutcome driven, CommandContext context)
    {
        (ModelVariant variant, TestDriveResult outcome, SpeedEstimate expected, bool kept, _) = driven;
        IAnsiConsole screen = context.Screen;
        screen.Write(new FlowText(Ink.Title(context.Say(TestDriveTexts.Title(variant.DisplayName, outcome.Quantization)))));
        screen.WriteLine();
        var rows = new FactRows();
        rows.Add(context.Say(TestDriveTexts.Prompt), Ink.Strong(Rate(outcome.PromptTps, outcome.PromptSpread, context)));
        rows.Add(
            context.Say(TestDriveTexts.Generation),
            Ink.Strong(Rate(outcome.GenerationTps, outcome.GenerationSpread, context)),
            Ink.Dim(" · " + context.Say(TestDriveTexts.AtDepth(outcome.ContextDepth))));
        rows.Add(
            context.Say(TestDriveTexts.Expected),
            context.Say(RecommendTexts.SpeedRange(Figures.Rate(expected.GenerationTps), Figures.Rate(expected.GenerationTpsLow), Figures.Rate(expected.GenerationTpsHigh))));
        if (outcome.GpuLayers > 0)
        {
            rows.Add(context.Say(CommonTexts.Gpu), context.Say(RecommendTexts.LayersOnGpu(outcome.GpuLayers, variant.Architecture.LayerCount + 1)));
        }

        rows.Add(context.Say(TestDriveTexts.HowWord), Ink.Dim(context.Say(TestDriveTexts.How(outcome.Depths, outcome.Engine))));
        rows.Add(context.Say(TestDriveTexts.Took), context.Say(TestDriveTexts.Cost(Figures.Duration(outcome.ElapsedSeconds), Figures.GiB(new ByteSize(outcome.PeakRssBytes)))));
        screen.Write(rows);
        if (kept)
        {
            screen.WriteLine();
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(TestDriveTexts.Kept))], hanging: 2));
        }
    }

    private static string Rate(double rate, double spread, CommandContext context) => context.Say(TestDriveTexts.Rate(Figures.Rate(rate), Figures.Percent(spread)));
}

using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Calibration;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>What a calibration measured, and what that changes.</summary>
internal static class CalibrateScreen
{
    public static void Write(IReadOnlyList<CalibratedLayer> layers, CalibrationRequest request, IReadOnlyList<CalibrationEffect> effects, double elapsed, CommandContext context)
    {
        IAnsiConsole screen = context.Screen;
        screen.Write(new FlowText(Ink.Title(context.Say(CalibrateTexts.Title(request.OnGpu ? "gpu" : "cpu", layers[0].Engine)))));
        screen.WriteLine();
        PlainTable table = new PlainTable(indent: 2)
            .Column(context.Say(CalibrateTexts.Layer))
            .Column(context.Say(CalibrateTexts.Type))
            .Column(context.Say(CalibrateTexts.Generation), right: true)
            .Column(context.Say(CalibrateTexts.Prompt), right: true)
            .Column(context.Say(CalibrateTexts.Spread), right: true);
        foreach (CalibratedLayer layer in layers)
        {
            table.Row(
                context.Say(CalibrateTexts.LayerOf(layer.Probe.Variant.Id, layer.Probe.ContextDepth)),
                layer.Probe.Type.ToString(),
                Figures.ThreeDigits(layer.GenerationSeconds * 1e6),
                Figures.ThreeDigits(layer.PromptSeconds * 1e6),
                Ink.Dim("± " + Figures.Percent(layer.Spread)));
        }

        screen.Write(table);
        screen.WriteLine();
        if (effects.Count > 0)
        {
            WriteEffects(effects, context);
        }

        screen.Write(new FlowText([Ink.Dim("· " + context.Say(CalibrateTexts.Took(Figures.Duration(elapsed), layers.Count, Math.Max(layers.Count, request.Probes.Count))))], hanging: 2));
        if (effects.Count > 0)
        {
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(CalibrateTexts.Kept))], hanging: 2));
        }
    }

    private static void WriteEffects(IReadOnlyList<CalibrationEffect> effects, CommandContext context)
    {
        context.Screen.Write(new FlowText(Ink.Strong(context.Say(CalibrateTexts.EffectTitle))));
        PlainTable table = new PlainTable(indent: 2)
            .Column(context.Say(CalibrateTexts.Variant))
            .Column(context.Say(CalibrateTexts.Quantization))
            .Column(context.Say(CalibrateTexts.Before), right: true)
            .Column(context.Say(CalibrateTexts.After), right: true)
            .Column(context.Say(CalibrateTexts.PromptBefore), right: true)
            .Column(context.Say(CalibrateTexts.After), right: true);
        foreach (CalibrationEffect effect in effects)
        {
            table.Row(
                effect.Variant,
                effect.Quantization,
                Ink.Dim(Figures.RateRange(effect.Before.GenerationTpsLow, effect.Before.GenerationTpsHigh)),
                Ink.Strong(Figures.RateRange(effect.After.GenerationTpsLow, effect.After.GenerationTpsHigh)),
                Ink.Dim(Figures.RateRange(effect.Before.PromptTpsLow, effect.Before.PromptTpsHigh)),
                Ink.Strong(Figures.RateRange(effect.After.PromptTpsLow, effect.After.PromptTpsHigh)));
        }

        context.Screen.Write(table);
        context.Screen.WriteLine();
    }
}

using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The family: what each is, what it was made from, what a guide asks for beside what it really takes.</summary>
internal sealed class ModelsScreen(IReadOnlyList<ModelVariant> variants, Quantization usual, CommandContext context)
{
    private const int GuideContext = 8192;

    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        Title(ModelsTexts.Title);
        WriteFamily();
        Note(ModelsTexts.DistilledNote);
        Note(ModelsTexts.BNote);
        foreach (ModelVariant variant in variants)
        {
            // a refresh and the version it renews have one note each that say the same
            if (variant.NamingNote is { } naming && !variant.Id.Contains("-0528", StringComparison.Ordinal))
            {
                Note(naming);
            }
        }

        screen.WriteLine();
        Title(ModelsTexts.PurposeTitle);
        WritePurposes();
        screen.WriteLine();
        Title(ModelsTexts.GuidanceTitle);
        WriteGuidance();
        Note(ModelsTexts.GuideNote);
        Note(ModelsTexts.ReallyNote(GuideContext));
        screen.WriteLine();
        Title(ModelsTexts.BaseTitle);
        WriteBases();
    }

    private void WriteFamily()
    {
        var table = new PlainTable();
        table.Column(context.Say(CommonTexts.Variant));
        table.Column(context.Say(ModelsTexts.Model));
        table.Column(context.Say(ModelsTexts.Kind));
        table.Column(context.Say(ModelsTexts.Parameters), right: true);
        table.Column(context.Say(ModelsTexts.Context), right: true);
        table.Column(usual.Name, right: true);
        foreach (ModelVariant variant in variants)
        {
            table.Row(
                Ink.Strong(variant.Id),
                variant.DisplayName,
                variant.IsDistilled ? Ink.Plain(context.Say(ModelsTexts.Distilled)) : Ink.Good(context.Say(ModelsTexts.R1)),
                Figures.ParametersShort(variant.ParameterCount),
                context.Say(ModelsTexts.ContextLength(variant.ContextLength)),
                Figures.Gb(variant.Layout(usual).FileBytes));
        }

        screen.Write(table);
    }

    private void WritePurposes()
    {
        var rows = new FactRows();
        foreach (ModelVariant variant in variants)
        {
            rows.Add(variant.Id, context.Say(variant.Purpose));
        }

        screen.Write(rows);
    }

    private void WriteGuidance()
    {
        var table = new PlainTable();
        table.Column(context.Say(CommonTexts.Variant));
        table.Column(context.Say(ModelsTexts.Cpu), wrap: true);
        table.Column(context.Say(ModelsTexts.GuideGpu), wrap: true);
        table.Column(context.Say(ModelsTexts.Ram), right: true);
        table.Column(context.Say(ModelsTexts.GuideDisk), right: true);
        table.Column(context.Say(ModelsTexts.Really), right: true);
        foreach (ModelVariant variant in variants)
        {
            if (variant.Guidance is not { } guide)
            {
                continue;
            }

            MemoryEstimate really = MemoryEstimator.Estimate(variant.Layout(usual), new RuntimeOptions { Context = GuideContext }, EstimationTarget.CpuOnly);
            table.Row(
                Ink.Strong(variant.Id),
                context.Say(guide.Cpu),
                context.Say(guide.Gpu),
                Size(guide.RamGb, guide.RamIsMinimum),
                Size(guide.DiskGb, guide.DiskIsMinimum),
                Ink.Strong(Figures.GiB(really.Total)));
        }

        screen.Write(table);
    }

    private void WriteBases()
    {
        var table = new PlainTable();
        table.Column(context.Say(CommonTexts.Variant));
        table.Column(context.Say(ModelsTexts.Base));
        table.Column(context.Say(ModelsTexts.License), wrap: true);
        foreach (ModelVariant variant in variants)
        {
            table.Row(Ink.Strong(variant.Id), variant.BaseModel, context.Say(ModelsTexts.LicenseOf(variant)));
        }

        screen.Write(table);
    }

    private string Size(int gigabytes, bool least)
    {
        string size = gigabytes >= 1000 ? Figures.Invariant($"{gigabytes / 1000.0:0.#} TB") : Figures.Invariant($"{gigabytes} GB");
        return least ? context.Say(ModelsTexts.AtLeast(size)) : size;
    }

    private void Title(BilingualText title) => screen.Write(new FlowText(Ink.Title(context.Say(title))));

    private void Note(BilingualText note) => screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
}

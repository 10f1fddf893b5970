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
            if (variant.NamingNote is { } naming)
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
        Table table = Tables.Create();
        Tables.Column(table, context.Say(CommonTexts.Variant));
        Tables.Column(table, context.Say(ModelsTexts.Model));
        Tables.Column(table, context.Say(ModelsTexts.Kind));
        Tables.Column(table, context.Say(ModelsTexts.Parameters), Justify.Right);
        Tables.Column(table, context.Say(ModelsTexts.Context), Justify.Right);
        Tables.Column(table, usual.Name, Justify.Right);
        foreach (ModelVariant variant in variants)
        {
            table.AddRow(
                Tables.Cell(Ink.Strong(variant.Id)),
                Tables.Cell(variant.DisplayName),
                Tables.Cell(variant.IsDistilled ? Ink.Plain(context.Say(ModelsTexts.Distilled)) : Ink.Good(context.Say(ModelsTexts.R1))),
                Tables.Right(Figures.ParametersShort(variant.ParameterCount)),
                Tables.Right(context.Say(ModelsTexts.ContextLength(variant.ContextLength))),
                Tables.Right(Figures.Gb(variant.Layout(usual).FileBytes)));
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

        screen.Write(rows.ToRenderable());
    }

    private void WriteGuidance()
    {
        Table table = Tables.Create();
        Tables.Column(table, context.Say(CommonTexts.Variant));
        Tables.Column(table, context.Say(ModelsTexts.Cpu), wrap: true);
        Tables.Column(table, context.Say(ModelsTexts.GuideGpu), wrap: true);
        Tables.Column(table, context.Say(ModelsTexts.Ram), Justify.Right);
        Tables.Column(table, context.Say(ModelsTexts.GuideDisk), Justify.Right);
        Tables.Column(table, context.Say(ModelsTexts.Really), Justify.Right);
        foreach (ModelVariant variant in variants)
        {
            if (variant.Guidance is not { } guide)
            {
                continue;
            }

            MemoryEstimate really = MemoryEstimator.Estimate(variant.Layout(usual), new RuntimeOptions { Context = GuideContext }, EstimationTarget.CpuOnly);
            table.AddRow(
                Tables.Cell(Ink.Strong(variant.Id)),
                Tables.Cell(context.Say(guide.Cpu)),
                Tables.Cell(context.Say(guide.Gpu)),
                Tables.Right(Size(guide.RamGb, guide.RamIsMinimum)),
                Tables.Right(Size(guide.DiskGb, guide.DiskIsMinimum)),
                Tables.Right(Ink.Strong(Figures.GiB(really.Total))));
        }

        screen.Write(table);
    }

    private void WriteBases()
    {
        Table table = Tables.Create();
        Tables.Column(table, context.Say(CommonTexts.Variant));
        Tables.Column(table, context.Say(ModelsTexts.Base));
        Tables.Column(table, context.Say(ModelsTexts.License), wrap: true);
        foreach (ModelVariant variant in variants)
        {
            table.AddRow(Tables.Cell(Ink.Strong(variant.Id)), Tables.Cell(variant.BaseModel), Tables.Cell(context.Say(ModelsTexts.LicenseOf(variant))));
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

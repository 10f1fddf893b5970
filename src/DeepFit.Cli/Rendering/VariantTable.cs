using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>A row for every variant, also those that do not fit.</summary>
internal static class VariantTable
{
    public static void Write(IReadOnlyList<Configuration> configurations, Configuration? pick, CommandContext context)
    {
        Table table = Tables.Create();
        Tables.Column(table, context.Say(CommonTexts.Variant));
        Tables.Column(table, context.Say(RecommendTexts.Fits));
        Tables.Column(table, context.Say(CommonTexts.Quantization));
        Tables.Column(table, context.Say(CommonTexts.Download), Justify.Right);
        Tables.Column(table, context.Say(CommonTexts.Memory), Justify.Right);
        Tables.Column(table, context.Say(RecommendTexts.ColumnSpeed), Justify.Right);
        Tables.Column(table, context.Say(RecommendTexts.ColumnAnswer), Justify.Right);
        Tables.Column(table, context.Say(CommonTexts.Quality), Justify.Right);
        Tables.Column(table, context.Say(RecommendTexts.Limit));
        foreach (Configuration row in configurations)
        {
            bool picked = pick is not null && row.Variant == pick.Variant;
            table.AddRow(
                Tables.Cell(picked ? Ink.Title("▸ " + row.Variant) : Ink.Plain("  " + row.Variant)),
                Tables.Cell(row.Fits ? Ink.Good(context.Say(RecommendTexts.FitsYes)) : Ink.Bad(context.Say(RecommendTexts.FitsNo))),
                Tables.Cell(row.Quantization),
                Tables.Right(Figures.Gb(row.FileBytes)),
                Tables.Right(Figures.GiB(row.Memory.Total)),
                Tables.Right(row.Speed is { } speed ? Figures.RateRange(speed.GenerationTpsLow, speed.GenerationTpsHigh) : "–"),
                Tables.Right(row.Speed is { } answer ? context.Say(Figures.Duration(answer.SecondsToAnswer)) : "–"),
                Tables.Right(row.Quality.Score is { } score ? Figures.Score(score) : "–"),
                Tables.Cell(row.LimitedBy is { } limit ? Ink.Warn(context.Say(CommonTexts.Limit(limit))) : Ink.Dim("–")));
        }

        context.Screen.Write(table);
    }
}

/// <summary>Tables without vertical lines: a rule under the header, two blanks between columns.</summary>
internal static class Tables
{
    public static Table Create(bool headers = true) => new() { Border = Border, ShowHeaders = headers, BorderStyle = Styles.Dim };

    public static void Column(Table table, string header, Justify alignment = Justify.Left, bool wrap = false)
    {
        bool first = table.Columns.Count == 0;
        table.AddColumn(new TableColumn(alignment == Justify.Right ? Right(Ink.Strong(header)) : Cell(Ink.Strong(header)))
        {
            Alignment = alignment,
            NoWrap = !wrap,
            Padding = new Padding(first ? 0 : 2, 0, 0, 0),
        });
    }

    public static IRenderable Cell(params Ink[] pieces) => new FlowText(pieces);

    public static IRenderable Right(params Ink[] pieces) => new FlowText(pieces, alignment: Justify.Right);

    private static readonly TableBorder Border = new RuleBorder();

    private sealed class RuleBorder : TableBorder
    {
        public override bool SupportsRowSeparator => false;

        public override string GetPart(TableBorderPart part) => part switch
        {
            TableBorderPart.HeaderBottom or TableBorderPart.HeaderBottomSeparator => "─",
            _ => "",
        };
    }
}

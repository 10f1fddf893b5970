using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Rendering;

/// <summary>A row for every variant, also those that do not fit.</summary>
internal static class VariantTable
{
    public static void Write(IReadOnlyList<Configuration> configurations, Configuration? pick, CommandContext context)
    {
        string Over(BilingualText name, string unit) => $"{context.Say(name)}\n{unit}";
        PlainTable table = new PlainTable()
            .Column("  " + context.Say(CommonTexts.Variant))
            .Column(context.Say(RecommendTexts.Fits))
            .Column(context.Say(CommonTexts.Quantization))
            .Column(Over(CommonTexts.Download, "GB"), right: true)
            .Column(Over(CommonTexts.Memory, "GiB"), right: true)
            .Column(context.Say(RecommendTexts.ColumnSpeed), right: true)
            .Column(context.Say(RecommendTexts.ColumnAnswer), right: true)
            .Column(context.Say(CommonTexts.Score), right: true)
            .Column(context.Say(RecommendTexts.Limit));
        foreach (Configuration row in configurations)
        {
            bool picked = pick is not null && row.Variant == pick.Variant;
            table.Row(
                picked ? Ink.Title("▸ " + row.Variant) : Ink.Plain("  " + row.Variant),
                row.Fits ? Ink.Good(context.Say(RecommendTexts.FitsYes)) : Ink.Bad(context.Say(RecommendTexts.FitsNo)),
                row.Quantization,
                Figures.ThreeDigits(row.FileBytes.InGB),
                Figures.ThreeDigits(row.Memory.Total.InGiB),
                row.Speed is { } speed ? Figures.RateRange(speed.GenerationTpsLow, speed.GenerationTpsHigh) : "–",
                row.Speed is { } answer ? context.Say(Figures.ShortDuration(answer.SecondsToAnswer)) : "–",
                row.Quality.Score is { } score ? Figures.Score(score) : "–",
                row.LimitedBy is { } limit ? Ink.Warn(context.Say(CommonTexts.Limit(limit))) : Ink.Dim("–"));
        }

        context.Screen.Write(table);
    }
}

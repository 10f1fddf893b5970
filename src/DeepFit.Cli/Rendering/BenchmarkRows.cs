using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Rendering;

/// <summary>Published scores with their intervals, and what others measured of the same.</summary>
internal static class BenchmarkRows
{
    public static PlainTable Create(IEnumerable<BenchmarkScore> scores, CommandContext context)
    {
        PlainTable table = new PlainTable()
            .Column(context.Say(ScoreTexts.Benchmark))
            .Column(context.Say(ScoreTexts.Value))
            .Column(context.Say(ScoreTexts.Questions), right: true)
            .Column(context.Say(ScoreTexts.Weight), right: true)
            .Column(context.Say(ScoreTexts.Others), wrap: true);
        foreach (BenchmarkScore score in scores)
        {
            table.Row(
                score.Name,
                Figures.WithInterval(score.Value, score.Low, score.High),
                score.Questions is { } questions ? $"{questions} × {score.Samples}" : "–",
                score.Weight > 0 ? Figures.Percent(score.Weight) : "–",
                Ink.Dim(score.Others.Count == 0 ? "–" : string.Join(", ", score.Others.Select(o => Figures.Score(o.Value)))));
        }

        return table;
    }
}

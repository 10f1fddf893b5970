using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What is said of scores, their uncertainty and their sources.</summary>
internal static class ScoreTexts
{
    public static readonly BilingualText LossWord = new("Loss", "量化损失");
    public static readonly BilingualText BenchmarksWord = new("Published", "公开成绩");
    public static readonly BilingualText SourcesWord = new("Sources", "出处");
    public static readonly BilingualText Benchmark = new("Benchmark", "评测");
    public static readonly BilingualText Value = new("Published", "公开成绩");
    public static readonly BilingualText Questions = new("Questions", "题数");
    public static readonly BilingualText Others = new("Others measured", "他人复测");
    public static readonly BilingualText Weight = new("Weight", "权重");
    public static readonly BilingualText ScoresTitle = new("Published scores", "公开评测成绩");
    public static readonly BilingualText LossesTitle = new("What each quantization costs, of every score", "各量化格式的损失（占成绩的百分比）");
    public static readonly BilingualText MeasuredTitle = new("What was measured of that loss on this very model", "对该模型实际测得的量化损失");
    public static readonly BilingualText LengthsTitle = new("How long it thinks", "它会思考多久");
    public static readonly BilingualText LossColumn = new("Loss", "损失");
    public static readonly BilingualText Range80 = new("80% interval", "80% 区间");
    public static readonly BilingualText Size = new("Size", "大小");

    public static BilingualText Range(double score, double low, double high) => new(
        Figures.Invariant($"{score:0.0} of 100 ({low:0.0} to {high:0.0})"),
        Figures.Invariant($"{score:0.0} / 100（{low:0.0} 到 {high:0.0}）"));

    public static BilingualText Loss(string quantization, QualityEstimate quality) => new(
        Figures.Invariant($"{quantization} costs {quality.QuantizationLoss:0.0} points ({quality.QuantizationLossLow:0.0} to {quality.QuantizationLossHigh:0.0}), fitted to measured losses of R1 models; `deepfit models VARIANT` shows them"),
        Figures.Invariant($"{quantization} 损失 {quality.QuantizationLoss:0.0} 分（{quality.QuantizationLossLow:0.0} 到 {quality.QuantizationLossHigh:0.0}），由 R1 系列的实测损失拟合；详见 `deepfit models 版本`"));

    public static readonly BilingualText IntervalNote = new(
        "± covers 80% of what measuring the same questions again would give: the binomial error of so many questions and answers, and the spread between evaluators.",
        "± 为 80% 区间，表示重测同样题目的可能结果：由题数与作答次数得出的二项误差，加评测者之间的差异。");

    public static BilingualText SpreadNote(double points, int count) => new(
        Figures.Invariant($"That spread, {points:0.0} points, is computed from {count} re-measurements by others; all of them are kept, also where they disagree."),
        Figures.Invariant($"评测者之间的差异为 {points:0.0} 分，由 {count} 次他人复测算出；互相不一致的结果也都保留。"));

    public static readonly BilingualText LossNote = new(
        "Fitted: KL divergence by recipe (llama.cpp's own table) × a factor by model size, to measured losses of R1 models; the interval is what those measurements scatter by.",
        "拟合方法：各量化配方的 KL 散度（llama.cpp 公布）乘以模型规模系数，按 R1 系列实测损失拟合；区间为这些实测值的离散程度。");

    public static BilingualText Length(ReasoningLength row) => row switch
    {
        { Tokens: { } tokens, Kind: "apart" } => new(
            Figures.Invariant($"{row.Benchmark}: {tokens:0} tokens ({row.Source.En}); {row.Note.En}"), Figures.Invariant($"{row.Benchmark}：{tokens:0} 个 token（{row.Source.Zh}）；{row.Note.Zh}")),
        { Tokens: { } tokens } => new(Figures.Invariant($"{row.Benchmark}: {tokens:0} tokens ({row.Source.En})"), Figures.Invariant($"{row.Benchmark}：{tokens:0} 个 token（{row.Source.Zh}）")),
        _ => new($"like {row.Benchmark[3..]} (assumed: {row.Note.En})", $"按 {row.Benchmark[3..]} 估计（假定：{row.Note.Zh}）"),
    };

    public static BilingualText Factor(double factor) => new(
        Figures.Invariant($"Taken as {factor:0.00} × the lengths of the 32B."),
        Figures.Invariant($"按 32B 长度的 {factor:0.00} 倍计算。"));
}

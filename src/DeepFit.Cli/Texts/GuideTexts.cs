using DeepFit.Cli.Commands;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What is said of a popular guide's claims.</summary>
internal static class GuideTexts
{
    public static BilingualText Title(string from, string to) => new($"What a popular guide claims, beside what is known: {from} → {to}", $"流行教程的说法，与已知数据对照：{from} → {to}");
    public static readonly BilingualText Step = new("Step", "步骤");
    public static readonly BilingualText Claim = new("Claim", "教程说法");
    public static readonly BilingualText Known = new("Known", "已知数据");
    public static readonly BilingualText Compute = new("compute", "计算量");
    public static readonly BilingualText Quality = new("quality", "质量");
    public static readonly BilingualText Why = new("Why they differ: ", "为何不同：");
    public static readonly BilingualText NoScores = new("no benchmark published for both", "没有两者共同的公开评测");

    public static BilingualText ParametersKnown(string percent) => new($"{percent} parameters per token", $"每 token 参数量 {percent}");

    public static BilingualText ParametersAndTime(string percent, string time) => new(
        $"{percent} parameters per token; a token takes {time} time here",
        $"每 token 参数量 {percent}；此机器上生成每个 token 的时间 {time}");

    public static BilingualText ScoresKnown(ScoreChange known) => new(
        $"{Signed(known.Percent)} ({Signed(known.Low)} to {Signed(known.High)}), mean of {known.Benchmarks.Count} published benchmarks: {Figures.Score(known.Before)} → {Figures.Score(known.After)}",
        $"{Signed(known.Percent)}（{Signed(known.Low)} 到 {Signed(known.High)}），{known.Benchmarks.Count} 项公开评测的平均：{Figures.Score(known.Before)} → {Figures.Score(known.After)}");

    public static BilingualText NoClaim(string from, string to) => new(
        $"The guide that is usually quoted makes no claim about {from} and {to}; the published scores:",
        $"常被引用的教程没有比较过 {from} 和 {to}；公开评测成绩如下：");

    public static BilingualText Source(string source) => new(
        $"Claims: {source}. The guide gives no source for its quality figures.",
        $"教程说法：{source}，其质量数字未注明出处。");

    /// <summary>Why the claim and what is known differ.</summary>
    public static BilingualText Reason(GuidePair pair)
    {
        string en = "The guide names no test and no scale for quality; its compute figure is the ratio of parameter counts.";
        string zh = "教程没有说明质量用什么测试、什么尺度衡量；其计算量只是参数量之比。";
        if (pair.Steps.Count == 0)
        {
            en = "Published scores are percentages of right answers.";
            zh = "公开成绩是答对题目的百分比。";
        }

        if (pair.Scores is { } known)
        {
            if (pair.ClaimedQualityPercent is { } claimed && known.Before * (1 + (claimed / 100)) > 100)
            {
                en += Figures.Invariant($" The scores are of 100: from a mean of {known.Before:0.0} they cannot grow by {claimed:0}%, only to 100 ({Signed(100 * ((100 / known.Before) - 1))}).");
                zh += Figures.Invariant($"成绩满分为 100：平均 {known.Before:0.0} 分不可能提高 {claimed:0}%，最多到 100 分（{Signed(100 * ((100 / known.Before) - 1))}）。");
            }

            if (known.High < 0)
            {
                en += " Here they fall: a larger number of parameters is not always the better model.";
                zh += "这一步的成绩反而下降：参数更多不一定更强。";
            }
            else if (known.Low <= 0)
            {
                en += " The difference is within what two evaluations of the same model differ by.";
                zh += "两者的差距没有超出同一模型两次评测之间的差异。";
            }
        }

        if (pair.From.Architecture.Name != pair.To.Architecture.Name)
        {
            en += $" They are made from different models ({pair.From.BaseModel} and {pair.To.BaseModel}), so size alone does not order them.";
            zh += $"两者的基座模型不同（{pair.From.BaseModel} 与 {pair.To.BaseModel}），不能只按大小排序。";
        }

        if (pair.To.ActiveParameterCount < pair.To.ParameterCount)
        {
            en += $" {pair.To.Id} uses {Figures.ParametersShort(pair.To.ActiveParameterCount)} of its {Figures.ParametersShort(pair.To.ParameterCount)} parameters for a token, so its arithmetic does not grow with its size.";
            zh += $"{pair.To.Id} 生成每个 token 只用 {Figures.ParametersShort(pair.To.ParameterCount)} 参数中的 {Figures.ParametersShort(pair.To.ActiveParameterCount)}，计算量并不随总参数量增长。";
        }

        return new(en, zh);
    }

    /// <summary>A change in percent with its sign.</summary>
    public static string Signed(double percent) => Figures.Invariant($"{percent:+0;-0;0}%");
}

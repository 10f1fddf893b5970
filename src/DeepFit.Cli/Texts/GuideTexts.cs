using DeepFit.Core.Planning.Guide;
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
        $"{GuideWords.WithSign(known.Percent)} ({GuideWords.WithSign(known.Low)} to {GuideWords.WithSign(known.High)}), mean of {known.Benchmarks.Count} published benchmarks: {Figures.Score(known.Before)} → {Figures.Score(known.After)}",
        $"{GuideWords.WithSign(known.Percent)}（{GuideWords.WithSign(known.Low)} 到 {GuideWords.WithSign(known.High)}），{known.Benchmarks.Count} 项公开评测的平均：{Figures.Score(known.Before)} → {Figures.Score(known.After)}");

    public static BilingualText NoClaim(string from, string to) => new(
        $"The guide that is usually quoted makes no claim about {from} and {to}; the published scores:",
        $"常被引用的教程没有比较过 {from} 和 {to}；公开评测成绩如下：");

    public static BilingualText Source(string source) => new(
        $"Claims: {source}. The guide gives no source for its quality figures.",
        $"教程说法：{source}，其质量数字未注明出处。");
}

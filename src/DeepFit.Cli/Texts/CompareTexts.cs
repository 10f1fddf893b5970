using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What a comparison says.</summary>
internal static class CompareTexts
{
    public static readonly BilingualText Ratio = new("B / A", "B / A");
    public static readonly BilingualText Model = new("Model", "模型");
    public static readonly BilingualText Kind = new("Is", "性质");
    public static readonly BilingualText Parameters = new("Parameters", "参数量");
    public static readonly BilingualText Active = new("  used per token", "  每 token 用到");
    public static readonly BilingualText Fits = new("Fits here", "本机可运行");
    public static readonly BilingualText FitsMachine = new("Fits the machine", "该机器可运行");
    public static readonly BilingualText Memory = new("Memory", "内存");
    public static readonly BilingualText Cache = new("  KV cache of it", "  其中 KV 缓存");
    public static readonly BilingualText Context = new("Context (tokens)", "上下文（token）");
    public static readonly BilingualText Prompt = new("Prompt (tokens/s)", "提示词（token/秒）");
    public static readonly BilingualText Generation = new("Generation (tokens/s)", "生成（token/秒）");
    public static readonly BilingualText FirstToken = new("First token after", "首个 token");
    public static readonly BilingualText Answer = new("Whole answer in", "完整回答");
    public static readonly BilingualText Quality = new("Score of 100", "评分（满分 100）");
    public static readonly BilingualText BestNote = new("The better of the two is marked *.", "带 * 的一方更优。");
    public static readonly BilingualText ClaimsTitle = new("What a popular guide claims, beside what is known", "流行教程的说法，与已知数据对照");
    public static readonly BilingualText Step = new("Step", "步骤");
    public static readonly BilingualText Claim = new("Claim", "教程说法");
    public static readonly BilingualText Known = new("Known", "已知数据");
    public static readonly BilingualText Compute = new("compute", "计算量");
    public static readonly BilingualText QualityWord = new("quality", "质量");

    public static readonly BilingualText NoClaims = new(
        "The guide that is usually quoted makes no claim about this pair.",
        "常被引用的教程没有比较过这两个版本。");

    public static BilingualText ParametersKnown(string percent) => new($"{percent} parameters per token", $"每 token 参数量 {percent}");

    public static BilingualText ScoresKnown(string percent, int count) => new(
        $"{percent}, mean of {count} published benchmarks",
        $"{percent}（{count} 项公开评测的平均变化）");

    public static BilingualText Because(BilingualText limit) => new($" ({limit.En})", $"（{limit.Zh}）");

    public static readonly BilingualText NoScores = new("no benchmark published for both", "没有两者共同的公开评测");

    public static BilingualText ClaimNote(string source) => new(
        $"Claims: {source}. The guide gives no source for its quality figures.",
        $"教程说法：{source}，其质量数字未注明出处。");

    public static BilingualText Basis(BilingualText a, BilingualText b) => new(
        $"Speeds: A {a.En}, B {b.En}. Memory is estimated.",
        $"速度：A 为{a.Zh}，B 为{b.Zh}。内存为估算值。");

    public static readonly BilingualText Same = new("These are the same.", "两者相同。");
}

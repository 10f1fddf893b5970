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
    public static readonly BilingualText LongAnswer = new("  a long one", "  较长的回答");
    public static readonly BilingualText Reasoning = new("  reasoning (tokens)", "  其中推理（token）");
    public static readonly BilingualText Loss = new("  lost by quantizing", "  其中量化损失");
    public static readonly BilingualText ContextNeed = new("  long answers need", "  较长的回答需要");
    public static readonly BilingualText Quality = new("Score of 100", "评分（满分 100）");
    public static readonly BilingualText BestNote = new("The best is marked *.", "带 * 的最优。");

    public static BilingualText Because(BilingualText limit) => new($" ({limit.En})", $"（{limit.Zh}）");

    public static BilingualText Use(BilingualText use) => new($"Lengths and scores are for {use.En}.", $"长度与评分按“{use.Zh}”计。");

    public static BilingualText SpreadNote(double points, int count) => new(
        Figures.Invariant($"± covers 80% of what measuring the same questions again would give: the binomial error and {points:0.0} points between evaluators ({count} re-measurements)."),
        Figures.Invariant($"± 为 80% 区间，表示重测同样题目的可能结果：二项误差，加评测者之间 {points:0.0} 分的差异（据 {count} 次复测）。"));

    public static BilingualText SourceNote(string sources) => new($"Scores: {sources}.", $"成绩出处：{sources}。");

    public static BilingualText Basis(IEnumerable<(char Name, BilingualText Basis)> speeds) => new(
        $"Speeds: {string.Join(", ", speeds.Select(s => $"{s.Name} {s.Basis.En}"))}. Memory is estimated.",
        $"速度：{string.Join("，", speeds.Select(s => $"{s.Name} 为{s.Basis.Zh}"))}。内存为估算值。");
}

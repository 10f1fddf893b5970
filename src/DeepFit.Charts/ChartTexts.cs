using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Charts;

/// <summary>What charts say.</summary>
internal static class ChartTexts
{
    public static readonly BilingualText Speed = new("generation speed (tokens/s, logarithmic)", "生成速度（token/秒，对数刻度）");
    public static readonly BilingualText Score = new("score (of 100)", "评分（满分 100）");
    public static readonly BilingualText Distilled = new("distilled model", "蒸馏模型");
    public static readonly BilingualText R1 = new("R1 itself", "R1 本身");
    public static readonly BilingualText Pick = new("recommended", "推荐");
    public static readonly BilingualText Frontier = new("nothing is both faster and better", "没有同时更快且更好的选择");
    public static readonly BilingualText Weights = new("weights", "权重");
    public static readonly BilingualText Cache = new("key/value cache", "KV 缓存");
    public static readonly BilingualText Compute = new("compute buffers", "计算缓冲");
    public static readonly BilingualText Overhead = new("other", "其他");
    public static readonly BilingualText Available = new("available", "可用");
    public static readonly BilingualText Memory = new("memory (GiB)", "内存（GiB）");

    public static BilingualText SpeedTitle(BilingualText use, string machine) => new($"Speed and score for {use.En} on {machine}", $"{machine} 上各版本的速度与评分（{use.Zh}）");

    public static BilingualText MemoryTitle(string machine) => new($"Memory on {machine}", $"{machine} 上的内存占用");

    public static readonly BilingualText Intervals = new("Bars are 80% intervals.", "误差线为 80% 区间。");

    public static BilingualText NotShown(IEnumerable<string> names) => new($" Not shown, as they do not run there: {string.Join(", ", names)}.", $"无法运行、未画出：{string.Join("、", names)}。");

    public static BilingualText Of(double need, double available) => new(
        string.Create(CultureInfo.InvariantCulture, $"{need:0.0} of {available:0.0} GiB"),
        string.Create(CultureInfo.InvariantCulture, $"{need:0.0} / {available:0.0} GiB"));

    public static BilingualText Needed(double need) => new(
        string.Create(CultureInfo.InvariantCulture, $"{need:0.0} GiB"), string.Create(CultureInfo.InvariantCulture, $"{need:0.0} GiB"));

    public static readonly BilingualText TooMuch = new(" – does not fit", "，放不下");
}

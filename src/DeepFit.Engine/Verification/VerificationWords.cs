using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Verification;

/// <summary>A verification in words.</summary>
public static class VerificationWords
{
    /// <summary>What was promised.</summary>
    public static BilingualText Name(PromiseCheck check) => check.Name switch
    {
        "weights" => new($"{check.Device} weights", $"{check.Device} 权重"),
        "kv_cache" => new($"{check.Device} cache", $"{check.Device} 缓存"),
        "compute" => new($"{check.Device} compute", $"{check.Device} 计算"),
        "process_memory" => new("Process", "进程内存"),
        "prompt_tps" => new("Prompt", "提示处理"),
        "generation_tps" => new("Generation", "生成"),
        _ => new("First token", "首个 token"),
    };

    /// <summary>Whether the promises were kept, and which were not.</summary>
    public static BilingualText Verdict(VerificationReport report)
    {
        int broken = report.Checks.Count(c => c.Outcome == PromiseOutcome.Broken) + (report.Smoke.Outcome == PromiseOutcome.Broken ? 1 : 0);
        int open = report.Checks.Count(c => c.Outcome == PromiseOutcome.Unknown) + (report.Smoke.Outcome == PromiseOutcome.Unknown ? 1 : 0);
        string names = string.Join(", ", report.Checks.Where(c => c.Outcome == PromiseOutcome.Broken).Select(c => Name(c).En.ToLowerInvariant()));
        string namesZh = string.Join("、", report.Checks.Where(c => c.Outcome == PromiseOutcome.Broken).Select(c => Name(c).Zh));
        if (report.Smoke.Outcome == PromiseOutcome.Broken)
        {
            names += (names.Length > 0 ? ", " : "") + "answer";
            namesZh += (namesZh.Length > 0 ? "、" : "") + "回答";
        }

        return (broken, open) switch
        {
            (0, 0) => new("Every promise was kept.", "所有预测均符合。"),
            (0, _) => Count($"Every promise that could be judged was kept; {open} could not.", $"可判定的预测均符合；另有 {open} 项无法判定。"),
            (1, _) => new($"One promise was not kept: {names}.", $"有 1 项预测不符：{namesZh}。"),
            _ => Count($"{broken} promises were not kept: {names}.", $"有 {broken} 项预测不符：{namesZh}。"),
        };
    }

    private static BilingualText Count(FormattableString en, FormattableString zh) => new(en.ToString(CultureInfo.InvariantCulture), zh.ToString(CultureInfo.InvariantCulture));
}

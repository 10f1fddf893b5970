using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Guide;

/// <summary>Why a guide's claim and what is known differ.</summary>
public static class GuideWords
{
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
                en += Figures.Invariant($" The scores are of 100: from a mean of {known.Before:0.0} they cannot grow by {claimed:0}%, only to 100 ({WithSign(100 * ((100 / known.Before) - 1))}).");
                zh += Figures.Invariant($"成绩满分为 100：平均 {known.Before:0.0} 分不可能提高 {claimed:0}%，最多到 100 分（{WithSign(100 * ((100 / known.Before) - 1))}）。");
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
    public static string WithSign(double percent) => Figures.Invariant($"{percent:+0;-0;0}%");
}

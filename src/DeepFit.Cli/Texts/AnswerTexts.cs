using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>How long an answer takes, and what it needs of the context.</summary>
internal static class AnswerTexts
{
    public static readonly BilingualText Typical = new("typical: ", "一般：");
    public static readonly BilingualText Longer = new("long: ", "较长：");

    public static BilingualText Time(SpeedEstimate speed)
    {
        BilingualText first = Figures.Duration(speed.SecondsToFirstToken), whole = Figures.FineDuration(speed.SecondsToAnswer);
        BilingualText low = Figures.FineDuration(speed.SecondsToAnswerLow), high = Figures.FineDuration(speed.SecondsToAnswerHigh);
        return new(
            $"whole answer in about {whole.En} ({low.En} to {high.En}), first token after {first.En}; prompt {speed.PromptTokens}, reasoning {speed.ReasoningTokens}, answer {speed.AnswerTokens} tokens",
            $"完整回答约 {whole.Zh}（{low.Zh} 到 {high.Zh}），首个 token 约 {first.Zh}；提示 {speed.PromptTokens}、推理 {speed.ReasoningTokens}、回答 {speed.AnswerTokens} 个 token");
    }

    public static BilingualText Need(ContextNeed need) => new(
        $"a typical question takes {need.TypicalTokens} tokens of context (--context {need.Least}), a long one {need.LongTokens} (--context {need.Comfortable})",
        $"一般问题占用上下文 {need.TypicalTokens} 个 token（--context {need.Least}），较长的占用 {need.LongTokens} 个（--context {need.Comfortable}）");

    public static BilingualText LengthsFrom(BilingualText source) => new($"How long it thinks: {source.En}.", $"推理长度依据：{source.Zh}。");

    public static BilingualText LongAnswer(SpeedEstimate speed)
    {
        BilingualText whole = Figures.Duration(speed.SecondsToAnswer);
        return new($"a long question, {speed.ReasoningTokens} tokens of reasoning: about {whole.En}", $"较长的问题（推理 {speed.ReasoningTokens} 个 token）约 {whole.Zh}");
    }
}

using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Refuses requests that make no sense, before they take a place in the queue.</summary>
internal static class RequestCheck
{
    /// <summary>Checks everything but the prompt's length.</summary>
    /// <exception cref="GenerationRequestException">A setting is out of range.</exception>
    public static void Check(GenerationRequest request, int vocabulary)
    {
        SamplingOptions s = request.Sampling;
        int prompts = (request.Chat is null ? 0 : 1) + (request.Prompt is null ? 0 : 1) + (request.PromptTokens is null ? 0 : 1);
        if (prompts != 1)
        {
            throw new ArgumentException("exactly one of Chat, Prompt and PromptTokens must be given", nameof(request));
        }

        Range("temperature", s.Temperature, 0, 100);
        Range("top_p", s.TopP, double.Epsilon, 1, "0 < top_p ≤ 1");
        Range("top_k", s.TopK, 0, int.MaxValue);
        Range("min_p", s.MinP, 0, 1);
        Range("repeat_penalty", s.RepeatPenalty, 1e-3, 100);
        Range("frequency_penalty", s.FrequencyPenalty, -2, 2);
        Range("presence_penalty", s.PresencePenalty, -2, 2);
        Range("repeat_last_n", s.PenaltyWindow, -1, int.MaxValue);
        Range("max_tokens", request.MaxTokens ?? 1, 1, int.MaxValue);
        Range("top_logprobs", request.LogProbs ?? 0, 0, GenerationRequest.MostLogProbs);
        Range("stop", request.Stop.Count, 0, GenerationRequest.MostStops);
        if (request.Stop.Any(string.IsNullOrEmpty))
        {
            throw Invalid("stop", "A stop text must not be empty.", "停止文本不能为空。");
        }

        foreach (int token in s.LogitBias.Keys.Concat(request.PromptTokens ?? []))
        {
            if (token < 0 || token >= vocabulary)
            {
                string name = request.PromptTokens?.Contains(token) == true ? "prompt" : "logit_bias";
                throw Invalid(name, $"{name}: token {token} is not in the vocabulary (0 to {vocabulary - 1}).", $"{name}：词表中没有 token {token}（范围 0 到 {vocabulary - 1}）。");
            }
        }
    }

    /// <summary>Checks that a prompt fits its slot with room for one token.</summary>
    /// <exception cref="GenerationRequestException">It is empty or too long.</exception>
    public static void Length(int tokens, int context)
    {
        if (tokens == 0)
        {
            throw Invalid("prompt", "The prompt is empty.", "提示为空。");
        }

        if (tokens >= context)
        {
            throw new GenerationRequestException("messages", "context_length_exceeded", new BilingualText(
                $"The prompt has {tokens} tokens, but a request has a context of {context} here, with at least one left for the answer. Shorten it, or start with a longer context (--context) or fewer slots (--parallel).",
                $"提示有 {tokens} 个 token，而每个请求的上下文为 {context}，并且至少要为回答留一个。请缩短提示，或以更长的上下文（--context）、更少的并行数（--parallel）启动。"));
        }
    }

    private static void Range(string name, double value, double least, double most, string? said = null)
    {
        if (!(value >= least && value <= most))
        {
            string range = said ?? (most >= int.MaxValue ? FormattableString.Invariant($"{name} ≥ {least}") : FormattableString.Invariant($"{least} ≤ {name} ≤ {most}"));
            string given = FormattableString.Invariant($"{value}");
            throw Invalid(name, $"{name} is {given}; it must be: {range}.", $"{name} 为 {given}，应满足：{range}。");
        }
    }

    private static GenerationRequestException Invalid(string parameter, string en, string zh) => new(parameter, "invalid_value", new BilingualText(en, zh));
}

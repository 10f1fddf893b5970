using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>An answer's figures, in a line.</summary>
internal static class OutcomeText
{
    /// <summary>Speed, tokens and time; with more, also the prompt, the first token and the seed.</summary>
    public static string Line(ChatOutcome outcome, bool more, Language language)
    {
        var parts = new List<string>();
        if (outcome.Finish == FinishReason.Cancelled)
        {
            parts.Add(RunTexts.Stopped.In(language));
        }

        if (outcome.GenerationTps is { } rate)
        {
            parts.Add(RunTexts.Rate(Figures.Rate(rate)).In(language));
        }

        if (outcome.GeneratedTokens is { } tokens)
        {
            parts.Add(RunTexts.Tokens(tokens).In(language));
        }

        if (outcome.FirstTokenSeconds is { } first)
        {
            parts.Add(Figures.FineDuration(first + (outcome.GenerationSeconds ?? 0)).In(language));
        }

        if (more)
        {
            if (outcome.PromptTokens is { } prompt)
            {
                parts.Add(RunTexts.PromptFigures(prompt, outcome.CachedTokens ?? 0, outcome.PromptTps is { } fast ? Figures.Rate(fast) : null).In(language));
            }

            if (outcome.FirstTokenSeconds is { } wait)
            {
                parts.Add(RunTexts.FirstToken(Figures.Duration(wait)).In(language));
            }

            if (outcome.Seed is { } seed)
            {
                parts.Add(RunTexts.Seed(seed).In(language));
            }
        }

        return string.Join(" · ", parts);
    }

    /// <summary>Why an answer is not whole, and how to go on; null where it is, or a person stopped it.</summary>
    public static BilingualText? CutOff(ChatOutcome outcome, ChatSampling sampling, ChatModel model, bool thinking) => outcome.Finish != FinishReason.Length
        ? null
        : sampling.MaxTokens is { } most && outcome.GeneratedTokens is not { } generated || sampling.MaxTokens is { } limit && outcome.GeneratedTokens >= limit
            ? RunTexts.MostTokens(sampling.MaxTokens!.Value, thinking)
            : RunTexts.CutOff(model.Context, thinking);
}

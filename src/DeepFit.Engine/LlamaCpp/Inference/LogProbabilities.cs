namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>The model's own log-probabilities of tokens, of its scores before anything changes them.</summary>
internal static class LogProbabilities
{
    /// <summary>The chosen token's, and the likeliest tokens'.</summary>
    /// <param name="logits">The scores of the whole vocabulary.</param>
    /// <param name="token">The chosen token.</param>
    /// <param name="top">How many of the likeliest.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    public static TokenLogProb Of(ReadOnlySpan<float> logits, int token, int top, Tokenizer tokenizer)
    {
        float highest = logits[TokenSampler.Likeliest(logits)];
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        double norm = highest + Math.Log(sum);
        var likeliest = new TokenLogProb[Math.Min(top, logits.Length)];
        Span<int> best = stackalloc int[likeliest.Length];
        int count = 0;
        for (int i = 0; i < logits.Length && best.Length > 0; i++)
        {
            if (count == best.Length && logits[i] <= logits[best[count - 1]])
            {
                continue;
            }

            int at = count < best.Length ? count++ : count - 1;
            for (; at > 0 && logits[best[at - 1]] < logits[i]; at--)
            {
                best[at] = best[at - 1];
            }

            best[at] = i;
        }

        for (int i = 0; i < likeliest.Length; i++)
        {
            likeliest[i] = new TokenLogProb(best[i], tokenizer.SpelledPiece(best[i]), logits[best[i]] - norm, []);
        }

        return new TokenLogProb(token, tokenizer.SpelledPiece(token), logits[token] - norm, likeliest);
    }
}

namespace DeepFit.Core.Planning.Capacity;

/// <summary>An engine whose sequences are limited to the context that was asked for (<c>--max-model-len</c>, <c>--context-length</c>).</summary>
internal sealed class ContextLimited(IStepTime inner, int context) : IStepTime
{
    public int PromptTokens => inner.PromptTokens;

    public int MostSequences => inner.MostSequences;

    public long CacheTokens => inner.CacheTokens;

    public long SequenceTokens => Math.Min(context, inner.SequenceTokens);

    public double RequestSeconds => inner.RequestSeconds;

    public double Seconds(int sequences, double cachedTokens, int promptTokens, double promptDepth) => inner.Seconds(sequences, cachedTokens, promptTokens, promptDepth);
}

namespace DeepFit.Core.Planning.Capacity;

/// <summary>How long an engine takes for one step of a batch.</summary>
public interface IStepTime
{
    /// <summary>Prompt tokens that one step takes at most beside the sequences that generate.</summary>
    int PromptTokens { get; }

    /// <summary>Sequences at a time at most.</summary>
    int MostSequences { get; }

    /// <summary>Tokens that the cache holds over all sequences.</summary>
    long CacheTokens { get; }

    /// <summary>Tokens that one sequence can have, prompt and answer together.</summary>
    long SequenceTokens { get; }

    /// <summary>Seconds that the front end needs for one request, one after another.</summary>
    double RequestSeconds { get; }

    /// <summary>Seconds of one step.</summary>
    /// <param name="sequences">Sequences that get a token each.</param>
    /// <param name="cachedTokens">Tokens in the cache of these, together.</param>
    /// <param name="promptTokens">Prompt tokens computed in the same step.</param>
    /// <param name="promptDepth">Mean number of tokens that each of these attends to.</param>
    double Seconds(int sequences, double cachedTokens, int promptTokens, double promptDepth);
}

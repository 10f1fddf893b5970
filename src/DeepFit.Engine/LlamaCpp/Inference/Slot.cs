using System.Runtime.InteropServices;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>One sequence of the engine's cache: the tokens it holds, and the request it works on. For the decode thread alone.</summary>
internal sealed class Slot
{
    /// <summary>Creates a slot.</summary>
    /// <param name="id">The sequence's id.</param>
    public Slot(int id) => Id = id;

    /// <summary>The sequence's id.</summary>
    public int Id { get; }

    /// <summary>The tokens that the cache holds of this sequence; their count is the next position.</summary>
    public List<int> Cached { get; } = [];

    /// <summary>The request, or null when the slot is idle.</summary>
    public Generation? Work { get; private set; }

    /// <summary>Tokens of the prompt that a former request had left in the cache.</summary>
    public int Reused { get; private set; }

    /// <summary>Tokens of the prompt that are in the cache, reused ones included.</summary>
    public int PromptDone { get; set; }

    /// <summary>The token that was sampled last and is not in the cache yet.</summary>
    public int Next { get; set; }

    /// <summary>Tokens generated.</summary>
    public int Generated { get; set; }

    /// <summary>Tokens generated as reasoning.</summary>
    public int ReasoningTokens { get; set; }

    /// <summary>Tokens whose text has not been passed on.</summary>
    public int Untold { get; set; }

    /// <summary>Log-probabilities that have not been passed on.</summary>
    public List<TokenLogProb>? UntoldLogProbs { get; set; }

    /// <summary>Where this slot's token with an output stands in the batch, or -1.</summary>
    public int Place { get; set; } = -1;

    /// <summary>How many of this slot's tokens are in the batch.</summary>
    public int InBatch { get; set; }

    /// <summary>Timestamps: when it began, when the first token came, when the last one came.</summary>
    public long Began { get; private set; }

    /// <summary>When the first token came; 0 before.</summary>
    public long First { get; set; }

    /// <summary>When the last token came.</summary>
    public long Last { get; set; }

    /// <summary>When it was last released.</summary>
    public long Released { get; private set; }

    /// <summary>Whether its prompt is not done.</summary>
    public bool InPrompt => Work is { } work && PromptDone < work.Prompt.Length;

    /// <summary>How many tokens of a prompt this slot holds from its start.</summary>
    public int CommonPrefix(int[] prompt) => CollectionsMarshal.AsSpan(Cached).CommonPrefixLength(prompt);

    /// <summary>Takes a request.</summary>
    public void Begin(Generation work, int reused, long now)
    {
        Work = work;
        Reused = reused;
        PromptDone = reused;
        (Generated, ReasoningTokens, Untold, Place, InBatch) = (0, 0, 0, -1, 0);
        UntoldLogProbs = null;
        (Began, First, Last) = (now, 0, 0);
    }

    /// <summary>Drops the log-probabilities of tokens that lie in what a stop text cut off.</summary>
    /// <param name="bytes">The bytes that were cut off.</param>
    public void DropUntold(int bytes)
    {
        while (UntoldLogProbs is [.., var last] && last.Bytes.Length <= bytes)
        {
            bytes -= last.Bytes.Length;
            UntoldLogProbs.RemoveAt(UntoldLogProbs.Count - 1);
            Untold--;
        }

        UntoldLogProbs = UntoldLogProbs is [] ? null : UntoldLogProbs;
    }

    /// <summary>Lets the request go; the cache stays for the next one.</summary>
    public void Release(long now)
    {
        Work = null;
        Released = now;
        UntoldLogProbs = null;
    }
}

using System.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Makes the text of one request of its tokens' bytes: whole characters, reasoning apart, stop texts found, calls of functions kept back.</summary>
internal sealed class OutputText
{
    private readonly Utf8Decoder decoder = new();
    private readonly ReasoningParser? parser;
    private readonly StopMatcher stops;
    private readonly StopMatcher? calls;
    private readonly StringBuilder decoded = new();
    private readonly StringBuilder reasoning = new();
    private readonly StringBuilder answer = new();
    private readonly StringBuilder keptBack = new();
    private readonly StringBuilder allReasoning = new();
    private readonly StringBuilder allAnswer = new();

    /// <summary>Creates it.</summary>
    /// <param name="separate">Whether reasoning is told apart.</param>
    /// <param name="reasoningOpen">Whether the prompt ends inside an opened <c>&lt;think&gt;</c>.</param>
    /// <param name="stopTexts">Stop texts.</param>
    /// <param name="tools">Whether the answer may call functions.</param>
    public OutputText(bool separate, bool reasoningOpen, IReadOnlyList<string> stopTexts, bool tools)
    {
        parser = separate ? new ReasoningParser(reasoningOpen) : null;
        stops = new StopMatcher(stopTexts);
        calls = tools ? new StopMatcher([R1Template.CallsBegin]) : null;
    }

    /// <summary>Whether the model is reasoning.</summary>
    public bool InReasoning => parser is { InAnswer: false, HasReasoned: true };

    /// <summary>Whether what was generated last belongs to the reasoning: it is reasoning, or closes it, and nothing of the answer has come.</summary>
    public bool BelongsToReasoning => parser is { HasReasoned: true, HasAnswered: false };

    /// <summary>Whether bytes wait for the rest of their character, or text that may become a stop text.</summary>
    public bool Holds => decoder.Held > 0 || stops.Holds;

    /// <summary>The stop text that came.</summary>
    public string? StopText => stops.Found;

    /// <summary>Bytes that came from the beginning of the stop text on, and are no part of the answer.</summary>
    public int CutBytes => stops.Found is null ? 0 : stops.CutBytes + decoder.Held;

    /// <summary>The whole reasoning so far.</summary>
    public string Reasoning => allReasoning.ToString();

    /// <summary>The whole answer so far, calls of functions included.</summary>
    public string Answer => allAnswer.ToString();

    /// <summary>
    /// Whether a token that would come next is the reasoning's, or opens it: the grammar of an answer does not rule it. A tag that opens counts where it is one token, as in R1's vocabularies: of
    /// the first piece of a longer one nobody knows what will become of it.
    /// </summary>
    public bool IsReasoning(ReadOnlySpan<byte> token) => parser is { InAnswer: false }
        && (!parser.IsUndecided || Encoding.UTF8.GetString(token).AsSpan().TrimStart().StartsWith(R1Template.ThinkOpen, StringComparison.Ordinal));

    /// <summary>Takes a token's bytes.</summary>
    /// <returns>Whether a stop text came.</returns>
    public bool Push(ReadOnlySpan<byte> bytes)
    {
        decoder.Append(bytes, decoded);
        return decoded.Length > 0 && Pass();
    }

    /// <summary>The end: nothing is held back any more.</summary>
    public void Finish()
    {
        if (stops.Found is not null)
        {
            return;
        }

        decoder.Flush(decoded);
        if (decoded.Length > 0 && Pass())
        {
            return;
        }

        int before = answer.Length;
        parser?.Flush(reasoning, answer);
        var rest = new StringBuilder().Append(answer, before, answer.Length - before);
        answer.Length = before;
        Answered(rest, flush: true);
    }

    /// <summary>Passes on what was kept back as calls of functions, and is none.</summary>
    public void ReleaseCalls()
    {
        answer.Append(keptBack);
        keptBack.Clear();
    }

    /// <summary>Takes the text that may be passed on.</summary>
    public (string Reasoning, string Answer) Take()
    {
        string r = Take(reasoning, allReasoning);
        return (r, Take(answer, null));
    }

    private static string Take(StringBuilder from, StringBuilder? whole)
    {
        if (from.Length == 0)
        {
            return "";
        }

        string text = from.ToString();
        from.Clear();
        whole?.Append(text);
        return text;
    }

    private bool Pass()
    {
        if (parser is null)
        {
            bool found = Answered(decoded, flush: false);
            decoded.Clear();
            return found;
        }

        var said = new StringBuilder();
        parser.Append(decoded.ToString(), reasoning, said);
        decoded.Clear();
        return said.Length > 0 && Answered(said, flush: false);
    }

    private bool Answered(StringBuilder said, bool flush)
    {
        bool found = stops.Filter(said);
        if (flush && !found)
        {
            stops.Flush(said);
        }

        allAnswer.Append(said);
        if (calls is { Found: null })
        {
            if (calls.Filter(said))
            {
                keptBack.Append(calls.Cut);
            }
            else if (flush)
            {
                calls.Flush(said);
            }
        }
        else if (calls is not null)
        {
            keptBack.Append(said);
            said.Clear();
        }

        answer.Append(said);
        return found;
    }
}

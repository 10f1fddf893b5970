using System.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// Splits a stream of text into the reasoning between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c> and the answer after it, however the pieces fall. The opening tag may be in the prompt already
/// or be repeated; a model that does not reason has neither. Line breaks that only set the tags apart belong to neither part.
/// </summary>
internal sealed class ReasoningParser
{
    private readonly StringBuilder pending = new();
    private Place place;
    private bool opened;

    /// <summary>Creates a parser.</summary>
    /// <param name="open">Whether the prompt ends inside an opened <c>&lt;think&gt;</c>.</param>
    public ReasoningParser(bool open)
    {
        opened = open;
        place = open ? Place.ReasoningStart : Place.Start;
    }

    private enum Place
    {
        Start,
        ReasoningStart,
        Reasoning,
        AnswerStart,
        Answer,
    }

    /// <summary>Whether the answer has begun: what comes next belongs to it.</summary>
    public bool InAnswer => place is Place.AnswerStart or Place.Answer;

    /// <summary>Whether it is not decided yet if there will be reasoning: nothing but blanks has come.</summary>
    public bool IsUndecided => place == Place.Start;

    /// <summary>Whether something of the answer has come.</summary>
    public bool HasAnswered => place == Place.Answer;

    /// <summary>Whether there was, or is, reasoning.</summary>
    public bool HasReasoned => opened;

    /// <summary>Takes more text; appends what is certain of it to the two parts.</summary>
    public void Append(ReadOnlySpan<char> text, StringBuilder reasoning, StringBuilder answer)
    {
        if (place == Place.Answer)
        {
            answer.Append(text);
            return;
        }

        pending.Append(text);
        while (Step(reasoning, answer))
        {
        }
    }

    /// <summary>The end: what was held back is what it seems.</summary>
    public void Flush(StringBuilder reasoning, StringBuilder answer)
    {
        switch (place)
        {
            case Place.Start:
                answer.Append(pending);
                break;
            case Place.ReasoningStart or Place.Reasoning:
                reasoning.Append(pending.ToString().TrimEnd());
                break;
            default:
                break;
        }

        pending.Clear();
    }

    /// <summary>The longest end of a text that may be the beginning of a word.</summary>
    internal static int PartialLength(string text, string word)
    {
        for (int length = Math.Min(text.Length, word.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(word.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }

    private bool Step(StringBuilder reasoning, StringBuilder answer)
    {
        string text = pending.ToString();
        switch (place)
        {
            case Place.Start or Place.ReasoningStart:
                return Begin(text, answer);
            case Place.Reasoning:
                int close = text.IndexOf(R1Template.ThinkClose, StringComparison.Ordinal);
                if (close >= 0)
                {
                    reasoning.Append(text.AsSpan(0, close).TrimEnd());
                    Keep(text[(close + R1Template.ThinkClose.Length)..], Place.AnswerStart);
                    return true;
                }

                // blanks before a tag are the tag's: held until something else follows
                int held = PartialLength(text, R1Template.ThinkClose);
                int sure = text.AsSpan(0, text.Length - held).TrimEnd().Length;
                reasoning.Append(text, 0, sure);
                Keep(text[sure..], Place.Reasoning);
                return false;
            case Place.AnswerStart:
                string rest = text.TrimStart();
                if (rest.Length == 0)
                {
                    pending.Clear();
                    return false;
                }

                answer.Append(rest);
                Keep("", Place.Answer);
                return false;
            default:
                answer.Append(text);
                pending.Clear();
                return false;
        }
    }

    private bool Begin(string text, StringBuilder answer)
    {
        string rest = text.TrimStart();
        if (rest.StartsWith(R1Template.ThinkOpen, StringComparison.Ordinal))
        {
            opened = true;
            Keep(rest[R1Template.ThinkOpen.Length..].TrimStart(), Place.ReasoningStart);
            return pending.Length > 0;
        }

        if (rest.Length == 0 || R1Template.ThinkOpen.StartsWith(rest, StringComparison.Ordinal))
        {
            return false;
        }

        if (place == Place.ReasoningStart)
        {
            Keep(rest, Place.Reasoning);
            return true;
        }

        answer.Append(text);
        Keep("", Place.Answer);
        return false;
    }

    private void Keep(string text, Place next)
    {
        pending.Clear().Append(text);
        place = next;
    }
}

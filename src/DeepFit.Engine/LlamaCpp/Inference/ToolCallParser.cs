namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Reads the calls of functions that R1's templates have the model write after its answer.</summary>
internal static class ToolCallParser
{
    /// <summary>The answer without the calls, and the calls. What is no well-formed call stays in the answer.</summary>
    public static (string Answer, IReadOnlyList<ChatToolCall> Calls) Parse(string text)
    {
        int begin = text.IndexOf(R1Template.CallsBegin, StringComparison.Ordinal);
        if (begin < 0)
        {
            return (text, []);
        }

        var calls = new List<ChatToolCall>();
        int at = begin;
        while ((at = text.IndexOf(R1Template.CallBegin, at, StringComparison.Ordinal)) >= 0)
        {
            int end = text.IndexOf(R1Template.CallEnd, at, StringComparison.Ordinal);
            ReadOnlySpan<char> call = text.AsSpan(at + R1Template.CallBegin.Length, (end < 0 ? text.Length : end) - at - R1Template.CallBegin.Length);
            int separator = call.IndexOf(R1Template.Separator, StringComparison.Ordinal);
            ReadOnlySpan<char> rest = separator < 0 ? call : call[(separator + R1Template.Separator.Length)..];
            int fence = rest.IndexOf("```json", StringComparison.Ordinal);
            int close = rest.LastIndexOf("```", StringComparison.Ordinal);
            if (separator < 0 || fence < 0 || close <= fence)
            {
                return (text, []);
            }

            calls.Add(new ChatToolCall(rest[..fence].Trim().ToString(), rest[(fence + 7)..close].Trim().ToString()));
            if (end < 0)
            {
                break;
            }

            at = end;
        }

        return calls.Count == 0 ? (text, calls) : (text[..begin].TrimEnd(), calls);
    }
}

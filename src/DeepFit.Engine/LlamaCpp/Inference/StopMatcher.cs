using System.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Finds stop texts in a stream, and holds text back only as long as it may still become one.</summary>
internal sealed class StopMatcher
{
    private readonly IReadOnlyList<string> stops;
    private string held = "";

    /// <summary>Creates a matcher.</summary>
    /// <param name="stops">The stop texts, none of them empty.</param>
    public StopMatcher(IReadOnlyList<string> stops) => this.stops = stops;

    /// <summary>The stop text that came, or null.</summary>
    public string? Found { get; private set; }

    /// <summary>The stop text that came and what came behind it at once.</summary>
    public string Cut { get; private set; } = "";

    /// <summary>The bytes of <see cref="Cut"/>.</summary>
    public int CutBytes => Encoding.UTF8.GetByteCount(Cut);

    /// <summary>Whether text is held back that may become a stop text.</summary>
    public bool Holds => held.Length > 0;

    /// <summary>Takes the text in a builder and leaves there what may be passed on: all before a stop text, without the end that may become one.</summary>
    /// <returns>Whether a stop text came.</returns>
    public bool Filter(StringBuilder text)
    {
        if (stops.Count == 0 || (text.Length == 0 && held.Length == 0))
        {
            return false;
        }

        string all = held + text;
        int first = -1;
        foreach (string stop in stops)
        {
            int at = all.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first))
            {
                first = at;
                Found = stop;
            }
        }

        text.Clear();
        if (first >= 0)
        {
            held = "";
            Cut = all[first..];
            text.Append(all, 0, first);
            return true;
        }

        int hold = 0;
        foreach (string stop in stops)
        {
            hold = Math.Max(hold, ReasoningParser.PartialLength(all, stop));
        }

        held = all[^hold..];
        text.Append(all, 0, all.Length - hold);
        return false;
    }

    /// <summary>The end: what was held back is text after all.</summary>
    public void Flush(StringBuilder text)
    {
        text.Append(held);
        held = "";
    }
}

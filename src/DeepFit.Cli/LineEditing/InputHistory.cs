namespace DeepFit.Cli.LineEditing;

/// <summary>What was entered in this session, newest last, and where one leafs in it. It is kept in memory only.</summary>
internal sealed class InputHistory
{
    private const int Most = 500;

    private readonly List<string> entries = [];
    private int at;
    private string draft = "";

    /// <summary>Keeps an entry; one that repeats the last is not kept twice.</summary>
    public void Add(string entry)
    {
        if (entry.Trim().Length > 0 && (entries.Count == 0 || entries[^1] != entry))
        {
            entries.Add(entry);
            if (entries.Count > Most)
            {
                entries.RemoveAt(0);
            }
        }

        Rewind();
    }

    /// <summary>Goes back to the end, where the new entry is.</summary>
    public void Rewind()
    {
        at = entries.Count;
        draft = "";
    }

    /// <summary>The entry before the one that is shown, or null.</summary>
    /// <param name="shown">What is shown now: a draft is kept.</param>
    public string? Older(string shown)
    {
        if (at == 0)
        {
            return null;
        }

        if (at == entries.Count)
        {
            draft = shown;
        }

        return entries[--at];
    }

    /// <summary>The entry after it, at the end the draft, or null.</summary>
    public string? Newer()
    {
        if (at >= entries.Count)
        {
            return null;
        }

        at++;
        return at == entries.Count ? draft : entries[at];
    }
}

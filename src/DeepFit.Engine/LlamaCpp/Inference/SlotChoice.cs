using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Which idle slot takes a request, and what of its prompt need not be computed again.</summary>
internal static class SlotChoice
{
    /// <summary>A beginning that is at least so long is worth copying from another slot: less is computed sooner than a slot's cache is copied.</summary>
    internal const int WorthCopying = 64;

    /// <summary>Chooses a slot and leaves in its cache exactly the beginning of the prompt that is reused.</summary>
    public static (Slot Slot, int Reused) Choose(Slot[] slots, Generation work, nint memory)
    {
        bool reuse = work.Request.ReusePrefix;
        int most = work.Prompt.Length - 1; // the last token is computed always: its output is what is sampled
        Slot? chosen = null;
        Slot? longest = null;
        int chosenLength = 0, longestLength = 0;
        foreach (Slot slot in slots)
        {
            int length = reuse ? Math.Min(most, slot.CommonPrefix(work.Prompt)) : 0;
            if (length > longestLength)
            {
                (longest, longestLength) = (slot, length);
            }

            if (slot.Work is null && (chosen is null || Better(slot, length, chosen, chosenLength)))
            {
                (chosen, chosenLength) = (slot, length);
            }
        }

        int reused = chosenLength;
        if (longest is not null && longest != chosen && longestLength - chosenLength >= WorthCopying)
        {
            Copy(longest, chosen!, memory);
            reused = longestLength;
        }

        Truncate(chosen!, ref reused, memory);
        return (chosen!, reused);
    }

    /// <summary>
    /// A slot that goes on with most of what it holds comes first; among the others the one that was left alone the longest, lest a short common beginning cost a long conversation its cache.
    /// </summary>
    private static bool Better(Slot slot, int length, Slot than, int thanLength)
    {
        bool continues = Continues(slot, length);
        bool thanContinues = Continues(than, thanLength);
        return continues != thanContinues ? continues
            : continues ? length > thanLength
            : (slot.Cached.Count == 0) != (than.Cached.Count == 0) ? slot.Cached.Count == 0
            : slot.Released < than.Released;
    }

    private static bool Continues(Slot slot, int length) => length > 0 && length * 2 >= slot.Cached.Count;

    private static void Copy(Slot from, Slot to, nint memory)
    {
        Llama.MemorySequenceRemove(memory, to.Id, -1, -1);
        Llama.MemorySequenceCopy(memory, from.Id, to.Id, -1, -1); // parts of their own are copied whole (llama-kv-cache.cpp:506, v0.4.0)
        to.Cached.Clear();
        to.Cached.AddRange(from.Cached);
    }

    private static void Truncate(Slot slot, ref int keep, nint memory)
    {
        if (keep == slot.Cached.Count)
        {
            return;
        }

        if (keep == 0 || !Llama.MemorySequenceRemove(memory, slot.Id, keep, -1))
        {
            Llama.MemorySequenceRemove(memory, slot.Id, -1, -1);
            keep = 0;
        }

        slot.Cached.RemoveRange(keep, slot.Cached.Count - keep);
    }
}

namespace DeepFit.Core.Models;

/// <summary>Offers the known names nearest to what a person typed, by Damerau-Levenshtein distance without regard to case.</summary>
public static class NearestNames
{
    private const int LongestInput = 100;

    /// <summary>
    /// The nearest names, best first. A name qualifies when at most a third of its letters (at least one, at most four) must be changed,
    /// or when one of the two begins with the other.
    /// </summary>
    /// <param name="input">What was typed; surrounding blanks do not count.</param>
    /// <param name="known">The names that exist. Of equally near ones the earlier comes first.</param>
    /// <param name="most">The largest number of suggestions.</param>
    /// <returns>The suggestions; empty when nothing is near.</returns>
    public static IReadOnlyList<string> Suggest(string input, IEnumerable<string> known, int most = 3)
    {
        string typed = input.Trim().ToUpperInvariant();
        if (typed.Length is 0 or > LongestInput)
        {
            return [];
        }

        var near = new List<(int Distance, string Name)>();
        foreach (string name in known)
        {
            string candidate = name.ToUpperInvariant();
            int cutOff = Math.Clamp(Math.Max(candidate.Length, typed.Length) / 3, 1, 4);
            int distance = Distance(typed, candidate);
            if (distance > cutOff && IsBeginning(typed, candidate))
            {
                distance = cutOff;
            }

            if (distance <= cutOff)
            {
                near.Add((distance, name));
            }
        }

        // A stable order: List.Sort would not keep equals in theirs.
        return [.. near.OrderBy(n => n.Distance).Take(most).Select(n => n.Name)];
    }

    /// <summary>
    /// The Damerau-Levenshtein distance in its restricted form: insertions, deletions, substitutions and swaps of neighbours, each counted once.
    /// </summary>
    /// <param name="left">One text.</param>
    /// <param name="right">The other.</param>
    public static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        int width = right.Length + 1;
        int[] before = new int[width];
        int[] previous = new int[width];
        int[] current = new int[width];
        for (int j = 0; j < width; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j < width; j++)
            {
                int cost = left[i - 1] == right[j - 1] ? 0 : 1;
                int best = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                current[j] = swapped ? Math.Min(best, before[j - 2] + 1) : best;
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[^1];
    }

    private static bool IsBeginning(string typed, string candidate) =>
        typed.Length >= 2 && (candidate.StartsWith(typed, StringComparison.Ordinal) || typed.StartsWith(candidate, StringComparison.Ordinal));
}

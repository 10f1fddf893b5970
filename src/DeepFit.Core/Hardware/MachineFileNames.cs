namespace DeepFit.Core.Hardware;

/// <summary>The nearest of a few names.</summary>
internal static class MachineFileNames
{
    /// <summary>At most three names, nearest first: those that contain the input or are contained in it, and those within a few edits.</summary>
    public static IReadOnlyList<string> Nearest(string input, IReadOnlyList<string> known)
    {
        string wanted = Simplify(input);
        return
        [
            .. known
                .Select(name => (Name: name, Distance: Distance(wanted, Simplify(name))))
                .Where(c => c.Distance <= Math.Max(2, c.Name.Length / 3))
                .OrderBy(c => c.Distance)
                .Take(3)
                .Select(c => c.Name),
        ];
    }

    private static string Simplify(string name) => name.ToUpperInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static int Distance(string a, string b)
    {
        if (a.Length > 0 && b.StartsWith(a, StringComparison.Ordinal))
        {
            return 1;
        }

        int[] previous = new int[b.Length + 1];
        int[] current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, 1 + Math.Min(previous[j], current[j - 1]));
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}

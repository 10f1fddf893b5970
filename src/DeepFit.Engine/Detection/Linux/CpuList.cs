using System.Globalization;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>The kernel's list notation of processors: <c>0-3,8,10-15</c>, also with strides (<c>0-31:2/4</c>).</summary>
internal static class CpuList
{
    /// <summary>Numbers beyond this are damage, not processors (the kernel's own ceiling is 8192).</summary>
    private const int MaxNumber = 1 << 16;

    /// <summary>The numbers of a list, ascending; empty for null, empty or malformed text. A malformed part is skipped, the others count.</summary>
    internal static SortedSet<int> Parse(string? text)
    {
        SortedSet<int> numbers = [];
        if (text is null)
            return numbers;
        foreach (Range part in text.AsSpan().Split(','))
            AddPart(numbers, text.AsSpan(part).Trim());
        return numbers;
    }

    private static void AddPart(SortedSet<int> numbers, ReadOnlySpan<char> part)
    {
        int used = 1;
        int group = 1;
        int colon = part.IndexOf(':');
        if (colon >= 0)
        {
            ReadOnlySpan<char> stride = part[(colon + 1)..];
            int slash = stride.IndexOf('/');
            if (slash < 0 || !TryNumber(stride[..slash], out used) || !TryNumber(stride[(slash + 1)..], out group) || used < 1 || group < used)
                return;
            part = part[..colon];
        }

        int dash = part.IndexOf('-');
        if (!TryNumber(dash < 0 ? part : part[..dash], out int first))
            return;
        int last = first;
        if (dash >= 0 && !TryNumber(part[(dash + 1)..], out last))
            return;
        for (int number = first; number <= last; number++)
        {
            if ((number - first) % group < used)
                numbers.Add(number);
        }
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= MaxNumber;
}

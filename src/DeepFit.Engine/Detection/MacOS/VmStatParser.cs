using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.MacOS;

/// <summary>Reads <c>vm_stat</c>.</summary>
internal static class VmStatParser
{
    /// <summary>What a new process can have without swapping: free, inactive, speculative and purgeable pages; null when the text does not say.</summary>
    internal static ByteSize? Available(string? text)
    {
        long page = 4096;
        long? free = null;
        double pages = 0;
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            int at = line.IndexOf("page size of ", StringComparison.Ordinal);
            if (at >= 0)
            {
                ReadOnlySpan<char> rest = line[(at + "page size of ".Length)..];
                int end = rest.IndexOf(' ');
                if (end > 0 && ProbeLine.Number(rest[..end]) is long bytes and >= 1024 and <= 1 << 24)
                    page = bytes;
                continue;
            }

            if (!ProbeLine.TryKeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value) || ProbeLine.Number(value.TrimEnd('.')) is not long count)
                continue;
            if (key is "Pages free")
                free = count;
            if (key is "Pages free" or "Pages inactive" or "Pages speculative" or "Pages purgeable")
                pages += count;
        }

        return free is not null && pages * page < long.MaxValue / 2 ? new ByteSize((long)(pages * page)) : null;
    }

    /// <summary>All swap, from <c>vm.swapusage</c> (<c>total = 2048.00M  used = …</c>); zero when the text does not say.</summary>
    internal static ByteSize Swap(string? usage)
    {
        string[] words = (usage ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int at = Array.IndexOf(words, "total");
        if (at < 0 || at + 2 >= words.Length || words[at + 1] != "=")
            return ByteSize.Zero;
        string amount = words[at + 2];
        double unit = amount[^1] switch { 'K' => ByteSize.KiB, 'M' => ByteSize.MiB, 'G' => ByteSize.GiB, _ => 0 };
        return double.TryParse(amount.AsSpan(0, amount.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number * unit is >= 0 and < 1e15 and var bytes ? new ByteSize((long)bytes) : ByteSize.Zero;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Core.Gguf;

/// <summary>The name of one part of a split GGUF file, <c>prefix-00001-of-00008.gguf</c> (<c>llama_split_path</c>, <c>llama.cpp:544-567</c>).</summary>
/// <param name="Prefix">What stands before the numbers, folders included.</param>
/// <param name="Number">The part's number, from 1.</param>
/// <param name="Count">How many parts there are.</param>
public sealed record GgufSplitName(string Prefix, int Number, int Count)
{
    private const string Extension = ".gguf";
    private const string Of = "-of-";

    /// <summary>The most parts that the format can number: <c>split.count</c> is a uint16.</summary>
    public const int MaxCount = ushort.MaxValue;

    /// <summary>The name of a part.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Number:D5}-of-{Count:D5}{Extension}");

    /// <summary>The names of all parts, in order.</summary>
    public IReadOnlyList<GgufSplitName> All() => [.. Enumerable.Range(1, Count).Select(number => this with { Number = number })];

    /// <summary>Reads a part's name; a path or an address may stand before it.</summary>
    /// <returns>False when the name is not that of a part: then it is a whole file.</returns>
    /// <exception cref="UserErrorException">The numbers make no sense, such as part 9 of 8.</exception>
    public static bool TryParse(string path, [NotNullWhen(true)] out GgufSplitName? name)
    {
        ArgumentNullException.ThrowIfNull(path);
        name = null;
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // From the right: digits, "-of-", digits, "-".
        ReadOnlySpan<char> rest = path.AsSpan(0, path.Length - Extension.Length);
        if (!TryTakeNumber(ref rest, out int count) || !rest.EndsWith(Of, StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest[..^Of.Length];
        if (!TryTakeNumber(ref rest, out int number) || rest.Length < 2 || rest[^1] != '-')
        {
            return false;
        }

        if (number < 1 || count < 1 || number > count || count > MaxCount)
        {
            throw new UserErrorException(new BilingualText(
                string.Create(CultureInfo.InvariantCulture, $"{path}: there is no part {number} of {count}. Parts are named like model-00001-of-00008.gguf; give the first one."),
                string.Create(CultureInfo.InvariantCulture, $"{path}：不存在“共 {count} 个分片中的第 {number} 个”。分片名应如 model-00001-of-00008.gguf，请提供第一个分片。")));
        }

        name = new GgufSplitName(rest[..^1].ToString(), number, count);
        return true;
    }

    /// <summary>Takes the five digits at the end.</summary>
    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, out int number)
    {
        const int Digits = 5;
        number = 0;
        if (text.Length < Digits || !int.TryParse(text[^Digits..], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        text = text[..^Digits];
        return true;
    }
}

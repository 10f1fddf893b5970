using System.Globalization;

namespace DeepFit.Core.Hardware;

/// <summary>
/// A device's name cut into the words that tell products apart: makers, brands and filler go, memory sizes stand apart.
/// Two names mean one product when their words are the same set, so that <c>RTX 3090 Laptop GPU</c> is never an <c>RTX 3090</c>.
/// </summary>
internal sealed class DeviceName
{
    private static readonly HashSet<string> s_filler = new(StringComparer.Ordinal)
    {
        "nvidia", "geforce", "tesla", "quadro", "amd", "ati", "radeon", "instinct", "advanced", "micro", "devices", "inc", "intel", "huawei", "ascend",
        "moore", "threads", "graphics", "gpu", "corporation", "generation", "oam", "tm", "r",
    };

    private DeviceName(HashSet<string> words, double? memory)
    {
        Words = words;
        Memory = memory;
    }

    /// <summary>The words that matter, lower case.</summary>
    public HashSet<string> Words { get; }

    /// <summary>The memory size that the name states, in GB, or null.</summary>
    public double? Memory { get; }

    /// <summary>Whether the name says nothing beyond a maker or a brand.</summary>
    public bool IsEmpty => Words.Count == 0;

    /// <summary>Cuts a name up; what is in parentheses is left out, save trademark signs.</summary>
    public static DeviceName Parse(string name)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        double? memory = null;
        foreach (string word in Split(name))
        {
            if (word.Length > 2 && word.EndsWith("gb", StringComparison.Ordinal)
                && double.TryParse(word.AsSpan(0, word.Length - 2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double size))
            {
                memory = size;
            }
            else if (!s_filler.Contains(word))
            {
                words.Add(Canonical(word));
            }
        }

        return new DeviceName(words, memory);
    }

    /// <summary>Whether two names mean the same product, memory sizes aside.</summary>
    public bool SameProduct(DeviceName other) => !IsEmpty && Words.SetEquals(other.Words);

    private static IEnumerable<string> Split(string name)
    {
        int depth = 0;
        int start = -1;
        for (int i = 0; i <= name.Length; i++)
        {
            char c = i < name.Length ? name[i] : ' ';
            bool inWord = depth == 0 && (char.IsAsciiLetterOrDigit(c) || c is '+' or '.');
            if (inWord && start < 0)
                start = i;

            if (!inWord && start >= 0)
            {
                yield return name[start..i].ToLowerInvariant();
                start = -1;
            }

            if (c == '(')
                depth++;
            else if (c == ')' && depth > 0)
                depth--;
        }
    }

    // NVIDIA writes the socket with its generation: A100-SXM4-80GB, V100-SXM2-16GB.
    private static string Canonical(string word) => word is "sxm2" or "sxm3" or "sxm4" or "sxm5" or "sxm6" ? "sxm" : word;
}

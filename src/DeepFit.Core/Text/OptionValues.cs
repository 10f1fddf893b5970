using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Text;

/// <summary>Reads the values of options, for the command line and the API alike; what is wrong is said in both languages, with the option's name and what it takes.</summary>
public static class OptionValues
{
    /// <summary>Most tokens that an option takes.</summary>
    public const int MostTokens = 16 * 1024 * 1024;

    /// <summary>A whole number of tokens; <c>8k</c> means 8192.</summary>
    public static int? Tokens(string option, string? value, int least = 1, int most = MostTokens)
    {
        if (value is null)
        {
            return null;
        }

        string text = value.Trim();
        bool thousands = text.EndsWith('k') || text.EndsWith('K');
        bool read = long.TryParse(thousands ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        number = thousands && read ? number * 1024 : number;
        return read && number >= least && number <= most
            ? (int)number
            : throw Wrong(option, value, new(
                $"a whole number of tokens from {least} to {most}, such as 8192 or 8k",
                $"{least} 到 {most} 之间的整数（token 数），例如 8192 或 8k"));
    }

    /// <summary>A whole number.</summary>
    public static int? Whole(string option, string? value, int least, int most)
    {
        if (value is null)
        {
            return null;
        }

        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw Wrong(option, value, new($"a whole number from {least} to {most}", $"{least} 到 {most} 之间的整数"));
    }

    /// <summary>A number above 0 and up to a million.</summary>
    public static double? Positive(string option, string? value)
    {
        if (value is null)
        {
            return null;
        }

        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number > 0 && number <= 1e6
            ? number
            : throw Wrong(option, value, new("a number above 0 and up to 1000000, such as 5 or 2.5", "大于 0 且不超过 1000000 的数，例如 5 或 2.5"));
    }

    /// <summary>One of a few words, in any case.</summary>
    public static string? Word(string option, string? value, params string[] words)
    {
        if (value is null)
        {
            return null;
        }

        string? word = Array.Find(words, w => w.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase));
        return word ?? throw Wrong(option, value, new($"one of {string.Join(", ", words)}", $"{string.Join("、", words)} 之一"), NearestNames.Suggest(value, words));
    }

    /// <summary>A cache type by llama.cpp's name.</summary>
    public static GgmlType? CacheType(string option, string? value)
    {
        if (value is null)
        {
            return null;
        }

        string[] names = [.. EngineLimits.CacheTypes.Select(type => type.ToString().ToLowerInvariant())];
        int index = Array.FindIndex(names, name => name.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase));
        return index >= 0
            ? EngineLimits.CacheTypes[index]
            : throw Wrong(option, value, new($"one of {string.Join(", ", names)}", $"{string.Join("、", names)} 之一"), NearestNames.Suggest(value, names));
    }

    private static UserErrorException Wrong(string option, string value, BilingualText takes, IReadOnlyList<string>? near = null)
    {
        (string meantEn, string meantZh) = near is { Count: > 0 }
            ? ($" Did you mean {string.Join(", ", near)}?", $"您要找的是 {string.Join("、", near)} 吗？")
            : ("", "");
        return new UserErrorException(new($"{option} takes {takes.En}, not '{value}'.{meantEn}", $"{option} 的值应为{Spaced(takes.Zh)}，而不是“{value}”。{meantZh}")) { Suggestions = near ?? [] };
    }

    // a blank between Chinese and what is not
    private static string Spaced(string text) => char.IsAscii(text[0]) ? " " + text : text;
}

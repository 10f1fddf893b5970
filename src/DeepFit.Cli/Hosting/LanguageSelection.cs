using DeepFit.Core.Text;

namespace DeepFit.Cli.Hosting;

/// <summary>Which language to speak: <c>--lang</c>, or else the locale.</summary>
internal static class LanguageSelection
{
    /// <summary>The values of <c>--lang</c>.</summary>
    public static readonly string[] Names = ["zh", "en"];

    /// <summary>The language for these arguments; a wrong <c>--lang</c> is reported later, in the locale's language.</summary>
    public static Language Choose(IReadOnlyList<string> args, CliConsole console)
    {
        for (int i = 0; i < args.Count; i++)
        {
            string? value = args[i] == "--lang" && i + 1 < args.Count ? args[i + 1]
                : args[i].StartsWith("--lang=", StringComparison.Ordinal) ? args[i]["--lang=".Length..]
                : args[i].StartsWith("--lang:", StringComparison.Ordinal) ? args[i]["--lang:".Length..]
                : null;
            if (value is not null && TryParse(value, out Language asked))
            {
                return asked;
            }
        }

        return FromLocale(console.Environment, console.SystemLanguage);
    }

    /// <summary>Parses a value of <c>--lang</c>: <c>zh</c>, <c>en</c>, also longer forms such as <c>zh-CN</c>.</summary>
    public static bool TryParse(string value, out Language language)
    {
        string primary = value.Trim().Split('-', '_', '.')[0];
        language = primary.Equals("zh", StringComparison.OrdinalIgnoreCase) ? Language.Chinese : Language.English;
        return language == Language.Chinese || primary.Equals("en", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>By POSIX's order LC_ALL, LC_MESSAGES, LANG, the first that is set; then the system's own setting.</summary>
    internal static Language FromLocale(Func<string, string?> environment, Func<string?> system)
    {
        foreach (string name in (ReadOnlySpan<string>)["LC_ALL", "LC_MESSAGES", "LANG"])
        {
            if (environment(name) is { Length: > 0 } locale)
            {
                return IsChinese(locale) ? Language.Chinese : Language.English;
            }
        }

        return system() is { } own && IsChinese(own) ? Language.Chinese : Language.English;
    }

    private static bool IsChinese(string locale) => locale.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
}

using System.Text.RegularExpressions;

namespace DeepFit.Cli.Commands;

/// <summary>Takes out of raw probes who the user is: home folder, user name, host name.</summary>
internal sealed class Redactor
{
    private readonly (Regex Pattern, string Replacement)[] rules;

    public Redactor(Func<string, string?> environment, string? userName, string? hostName)
    {
        var made = new List<(Regex, string)>();
        foreach (string name in (ReadOnlySpan<string>)["HOME", "USERPROFILE"])
        {
            if (environment(name) is { Length: > 3 } home)
            {
                made.Add((Word(home.TrimEnd('/', '\\'), wholeWord: false), "~"));
            }
        }

        // names such as "root" are no secret, and would take the sense out of paths
        if (userName is { Length: > 1 } && userName is not ("root" or "user" or "admin" or "Administrator"))
        {
            made.Add((Word(userName, wholeWord: true), "USER"));
        }

        if (hostName is { Length: > 1 } && hostName != "localhost")
        {
            made.Add((Word(hostName, wholeWord: true), "HOST"));
        }

        rules = [.. made];
    }

    /// <summary>For this process.</summary>
    public static Redactor ForProcess(Func<string, string?> environment) =>
        new(environment, environment("USER") ?? environment("USERNAME") ?? environment("LOGNAME"), Environment.MachineName);

    /// <summary>The text without them.</summary>
    public string? Redact(string? text)
    {
        if (text is null)
        {
            return null;
        }

        foreach ((Regex pattern, string replacement) in rules)
        {
            text = pattern.Replace(text, replacement);
        }

        return text;
    }

    private static Regex Word(string text, bool wholeWord)
    {
        string escaped = Regex.Escape(text);
        return new Regex(wholeWord ? $@"(?<![\w]){escaped}(?![\w])" : $@"{escaped}(?![\w])", RegexOptions.CultureInvariant);
    }
}

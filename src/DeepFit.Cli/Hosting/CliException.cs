using DeepFit.Core.Text;

namespace DeepFit.Cli.Hosting;

/// <summary>An error of a command with what programs need of it: kind, exit code, the nearest right names.</summary>
internal sealed class CliException : UserErrorException
{
    public CliException(string kind, int exitCode, BilingualText text, IReadOnlyList<string>? suggestions = null, Exception? inner = null)
        : base(text, inner)
    {
        Kind = kind;
        ExitCode = exitCode;
        Suggestions = suggestions ?? [];
    }

    /// <summary>The stable word of the error document.</summary>
    public string Kind { get; }

    public int ExitCode { get; }

    /// <summary>Wrong usage: exit code 2.</summary>
    public static CliException Usage(BilingualText text, IReadOnlyList<string>? suggestions = null) =>
        new("wrong_usage", Hosting.ExitCode.WrongUsage, text, suggestions);
}

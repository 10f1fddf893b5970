using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>A command: its place on the command line and what it does.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, BilingualText description, Language language)
        : base(name, description.In(language))
    {
        // without an action of its own, a command that holds others could not stand alone; what is done is RunAsync
        SetAction(_ => ExitCode.Done);
    }

    /// <summary>Command lines to learn from.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>The command as it is typed.</summary>
    public string Invocation => Parents.OfType<CliCommand>().FirstOrDefault() is { } parent ? $"{parent.Invocation} {Name}" : Name;

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public abstract Task<int> RunAsync(ParseResult line, CommandContext context);
}

using System.CommandLine;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.CommandLine;

/// <summary>A command line as the source of its options' texts.</summary>
internal static class LineOptions
{
    /// <summary>The options of the command that the line names.</summary>
    public static OptionSource Options(this ParseResult line) =>
        name => line.CommandResult.Command.Options.OfType<Option<string?>>().FirstOrDefault(option => option.Name == name) is { } found ? line.GetValue(found) : null;
}

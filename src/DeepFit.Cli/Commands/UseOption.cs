using System.CommandLine;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary>The option <c>--use</c>: what a model is wanted for.</summary>
internal static class UseOption
{
    /// <summary>The uses.</summary>
    public static IReadOnlyList<string> Names => OptionReader.Uses;

    public static Option<string?> Create(Language language) => CommandLine.Options.Text("--use", string.Join('|', Names), HelpTexts.Use.In(language));

    /// <summary>The use that was named, or chat.</summary>
    public static UseProfile Read(string? value) => OptionReader.Use(_ => value);
}

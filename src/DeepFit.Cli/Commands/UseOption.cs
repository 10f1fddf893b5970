using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>The option <c>--use</c>: what a model is wanted for.</summary>
internal static class UseOption
{
    /// <summary>The uses.</summary>
    public static readonly string[] Names = ["chat", "reasoning", "coding", "long-context", "batch"];

    public static Option<string?> Create(Language language) => CommandLine.Options.Text("--use", string.Join('|', Names), HelpTexts.Use.In(language));

    /// <summary>The use that was named, or chat.</summary>
    public static UseProfile Read(string? value) => UseProfile.Find(OptionValues.Word("--use", value, Names) ?? Names[0]);
}

using System.CommandLine;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;

namespace DeepFit.Cli.CommandLine;

/// <summary>The options of every command.</summary>
internal sealed class CommonOptions
{
    public CommonOptions(Language language)
    {
        Json = new Option<bool>("--json") { Description = HelpTexts.Json.In(language), Recursive = true };
        Lang = Options.Text("--lang", "zh|en", HelpTexts.Lang.In(language));
        Lang.Recursive = true;
        NoColor = new Option<bool>("--no-color") { Description = HelpTexts.NoColor.In(language), Recursive = true };
        Help = new Option<bool>("--help", "-h", "-?") { Description = HelpTexts.Help.In(language), Recursive = true };
        Version = new Option<bool>("--version") { Description = HelpTexts.Version.In(language), Recursive = true };
    }

    public Option<bool> Json { get; }

    public Option<string?> Lang { get; }

    public Option<bool> NoColor { get; }

    public Option<bool> Help { get; }

    public Option<bool> Version { get; }

    public IEnumerable<Option> All => [Json, Lang, NoColor, Help, Version];
}

/// <summary>Makes options: all values are texts, read by <see cref="OptionValues"/> with messages in both languages.</summary>
internal static class Options
{
    public static Option<string?> Text(string name, string valueName, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = valueName, Description = description, Arity = ArgumentArity.ExactlyOne };
}

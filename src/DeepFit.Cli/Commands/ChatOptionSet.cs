using System.CommandLine;
using System.Globalization;
using DeepFit.Cli.Chat;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>The options that say how answers are drawn and shown.</summary>
internal sealed class ChatOptionSet
{
    private readonly Option<string?> system;
    private readonly Option<string?> temperature;
    private readonly Option<string?> topP;
    private readonly Option<string?> seed;
    private readonly Option<string?> maxTokens;
    private readonly Option<string?> think;
    private readonly Option<bool> verbose;

    public ChatOptionSet(Command command, Language language)
    {
        command.Add(system = CommandLine.Options.Text("--system", "TEXT", HelpTexts.SystemPrompt.In(language)));
        command.Add(temperature = CommandLine.Options.Text("--temperature", "0.6", HelpTexts.Temperature.In(language)));
        command.Add(topP = CommandLine.Options.Text("--top-p", "0.95", HelpTexts.TopP.In(language)));
        command.Add(seed = CommandLine.Options.Text("--seed", "N", HelpTexts.Seed.In(language)));
        command.Add(maxTokens = CommandLine.Options.Text("--max-tokens", "N", HelpTexts.MaxTokens.In(language)));
        command.Add(think = CommandLine.Options.Text("--think", string.Join('|', ThinkModes.Names), HelpTexts.Think.In(language)));
        command.Add(verbose = new Option<bool>("--verbose") { Description = HelpTexts.Verbose.In(language) });
    }

    /// <summary>What the line says.</summary>
    /// <param name="line">The line.</param>
    /// <param name="terminal">Whether the answer goes to a terminal: reasoning is shown there, and nowhere else unless it is asked for.</param>
    public ChatSettings Read(ParseResult line, bool terminal) => new()
    {
        System = line.GetValue(system),
        Sampling = new ChatSampling(
            Number("--temperature", line.GetValue(temperature), 0, 2, includingLeast: true),
            Number("--top-p", line.GetValue(topP), 0, 1, includingLeast: false),
            SeedOf(line.GetValue(seed)),
            OptionValues.Tokens("--max-tokens", line.GetValue(maxTokens))),
        Think = OptionValues.Word("--think", line.GetValue(think), ThinkModes.Names) is { } mode ? ThinkModes.Find(mode)!.Value
            : terminal ? ThinkMode.Show : ThinkMode.Hide,
        Verbose = line.GetValue(verbose),
        Where = "",
    };

    private static double? Number(string option, string? value, double least, double most, bool includingLeast)
    {
        if (value is null)
        {
            return null;
        }

        bool read = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        string above = includingLeast ? "" : "above ";
        return read && number <= most && (includingLeast ? number >= least : number > least)
            ? number
            : throw CliException.Usage(new(
                FormattableString.Invariant($"{option} takes a number from {above}{least} to {most}, not '{value}'."),
                FormattableString.Invariant($"{option} 的值应为{(includingLeast ? " " : "大于 ")}{least} 到 {most} 之间的数，而不是“{value}”。")));
    }

    private static uint? SeedOf(string? value) => value is null ? null
        : uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
        : throw CliException.Usage(new($"--seed takes a whole number from 0 to {uint.MaxValue}, not '{value}'.", $"--seed 的值应为 0 到 {uint.MaxValue} 之间的整数，而不是“{value}”。"));
}

using System.CommandLine;
using System.CommandLine.Parsing;
using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Models;

namespace DeepFit.Cli.CommandLine;

/// <summary>Says in both languages what System.CommandLine found wrong with a command line, the most telling fault first.</summary>
internal static class UsageCheck
{
    /// <exception cref="CliException">The line is wrong.</exception>
    public static void Throw(ParseResult line)
    {
        var command = (CliCommand)line.CommandResult.Command;

        // where more arguments may follow, a mistyped option is taken for one of them
        if (line.UnmatchedTokens.Concat(line.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value))
            .FirstOrDefault(IsOption) is { } option)
        {
            throw UnknownOption(option, line, command);
        }

        OptionResult[] options = [.. OptionResults(line.RootCommandResult)];
        if (options.FirstOrDefault(o => o.Tokens.Any(token => token.Value.StartsWith("--", StringComparison.Ordinal))) is { } swallowed)
        {
            throw CliException.Usage(ErrorTexts.MissingValue(swallowed.Option.Name, swallowed.Option.HelpName ?? "VALUE"));
        }

        foreach (OptionResult result in options)
        {
            if (result.Option.Arity.MinimumNumberOfValues > 0)
            {
                if (result.Tokens.Count == 0)
                {
                    throw CliException.Usage(ErrorTexts.MissingValue(result.Option.Name, result.Option.HelpName ?? "VALUE"));
                }

                if (result.Tokens.Count > 1 || result.IdentifierTokenCount > 1)
                {
                    throw CliException.Usage(ErrorTexts.GivenTwice(result.Option.Name));
                }
            }
        }

        if (line.UnmatchedTokens.Count > 0)
        {
            throw Unexpected(line.UnmatchedTokens[0], line, command);
        }

        if (line.Errors.Count > 0)
        {
            Argument? missing = command.Arguments.FirstOrDefault(argument =>
                argument.Arity.MinimumNumberOfValues > 0 && line.GetResult(argument) is not { Tokens.Count: > 0 });
            throw CliException.Usage(missing is not null
                ? ErrorTexts.MissingArgument(missing.Name, command.Invocation)
                : ErrorTexts.WrongLine(line.Errors[0].Message, command.Invocation));
        }

        // options of the root stand for `recommend`: before another command they would be lost without a word
        if (!ReferenceEquals(line.CommandResult, line.RootCommandResult)
            && line.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(o => !o.Implicit && !o.Option.Recursive) is { } lost)
        {
            throw CliException.Usage(ErrorTexts.OptionOfAnotherCommand(lost.Option.Name, command.Invocation));
        }
    }

    private static CliException UnknownOption(string token, ParseResult line, CliCommand command)
    {
        string name = token.Split('=', ':')[0];
        string[] known = [.. Visible(command).Concat(((CliCommand)line.RootCommandResult.Command).Options.Where(o => o.Recursive)).Select(o => o.Name).Distinct()];
        IReadOnlyList<string> near = NearestNames.Suggest(name, known);
        return CliException.Usage(ErrorTexts.UnknownOption(name, command.Invocation, near), near);
    }

    private static CliException Unexpected(string token, ParseResult line, CliCommand command)
    {
        if (!ReferenceEquals(line.CommandResult, line.RootCommandResult))
        {
            return CliException.Usage(ErrorTexts.Unexpected(token, command.Invocation));
        }

        string[] names = [.. command.Subcommands.Select(c => c.Name)];
        IReadOnlyList<string> near = NearestNames.Suggest(token, names);
        return CliException.Usage(ErrorTexts.UnknownCommand(token, near, names), near);
    }

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-';

    private static IEnumerable<Option> Visible(Command command) => command.Options.Where(option => !option.Hidden);

    private static IEnumerable<OptionResult> OptionResults(CommandResult command) => command.Children
        .SelectMany(child => child is CommandResult inner ? OptionResults(inner) : child is OptionResult { Implicit: false } option ? [option] : []);
}

using System.CommandLine;
using DeepFit.Cli.Commands;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;

namespace DeepFit.Cli.CommandLine;

/// <summary>
/// Prints help. System.CommandLine's own help takes its words from resources of the thread's culture, which does not exist under invariant
/// globalization, and measures Chinese wrongly; so this one is ours.
/// </summary>
internal sealed class HelpPrinter(TextWriter output, Language language, int width)
{
    private const int LeftMost = 30;

    public void Print(CliCommand command, CommonOptions common)
    {
        bool root = command.Subcommands.Count > 0;
        Paragraph(command.Description ?? "", 0);
        output.WriteLine();

        string arguments = string.Concat(command.Arguments.Select(argument => argument.Arity switch
        {
            { MinimumNumberOfValues: > 0 } => " " + argument.Name,
            { MaximumNumberOfValues: > 1 } => $" [{argument.Name} ...]",
            _ => $" [{argument.Name}]",
        }));
        Header(HelpTexts.UsageHeader);
        output.WriteLine($"  {command.Invocation}{(root ? " " + HelpTexts.CommandWord.In(language) : "")}{arguments} {HelpTexts.OptionsWord.In(language)}");
        output.WriteLine();

        Section(HelpTexts.CommandsHeader, [.. command.Subcommands.Select(c => (c.Name, c.Description ?? ""))]);
        Section(HelpTexts.ArgumentsHeader, [.. command.Arguments.Select(a => (a.Name, a.Description ?? ""))]);
        Section(HelpTexts.OptionsHeader, [.. command.Options.Where(o => !o.Recursive && !o.Hidden).Select(Row)]);
        Section(HelpTexts.CommonHeader, [.. common.All.Select(Row)]);
        if (root)
        {
            Section(HelpTexts.ExitCodesHeader, [.. HelpTexts.ExitCodes.Select(e => (Figures.Count(e.Code), e.Meaning.In(language)))]);
        }

        if (command.Examples.Count > 0)
        {
            Header(HelpTexts.ExamplesHeader);
            foreach (string example in command.Examples)
            {
                output.WriteLine("  " + example);
            }

            output.WriteLine();
        }

        if (root)
        {
            Paragraph(HelpTexts.More.In(language), 0);
        }
    }

    private static (string Left, string Right) Row(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(alias => alias == "-h").Append(option.Name));
        return (option.HelpName is null ? names : $"{names} {option.HelpName}", option.Description ?? "");
    }

    private void Section(BilingualText header, IReadOnlyList<(string Left, string Right)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Header(header);
        int left = Math.Min(LeftMost, rows.Max(row => Cells.Width(row.Left)) + 2);
        foreach ((string name, string text) in rows)
        {
            IReadOnlyList<string> lines = TextWrapper.Wrap(text, width - left - 2);
            string first = "  " + Cells.PadRight(name, left);
            if (Cells.Width(name) > left - 2)
            {
                output.WriteLine("  " + name);
                first = new string(' ', left + 2);
            }

            foreach (string line in lines)
            {
                output.WriteLine((first + line).TrimEnd());
                first = new string(' ', left + 2);
            }
        }

        output.WriteLine();
    }

    private void Header(BilingualText header) => output.WriteLine(header.In(language));

    private void Paragraph(string text, int indent)
    {
        foreach (string line in TextWrapper.Wrap(text, width - indent))
        {
            output.WriteLine(new string(' ', indent) + line);
        }
    }
}

using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit machines [WORDS]</c>.</summary>
internal sealed class MachinesCommand : CliCommand
{
    private readonly Argument<string[]> words;
    private readonly Option<string?> kind;
    private readonly Option<bool> sources;
    private readonly Option<string?> show;

    public MachinesCommand(Language language)
        : base("machines", HelpTexts.Machines, language)
    {
        Add(words = new Argument<string[]>("WORDS") { Description = HelpTexts.MachineWords.In(language), Arity = ArgumentArity.ZeroOrMore });
        Add(kind = CommandLine.Options.Text("--kind", string.Join('|', MachineListing.Kinds), HelpTexts.MachineKind.In(language)));
        Add(sources = new Option<bool>("--sources") { Description = HelpTexts.MachineSources.In(language) });
        Add(show = CommandLine.Options.Text("--show", "FILE|WORDS", HelpTexts.MachineShow.In(language)));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit machines rtx 30",
        "deepfit machines --kind cpu epyc",
        "deepfit machines h100 --sources",
        "deepfit machines --show \"2x rtx-3090, 64 GB ddr4-3200 2ch\"",
    ];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        string[] wanted = line.GetValue(words) ?? [];
        string? only = OptionValues.Word("--kind", line.GetValue(kind), [.. MachineListing.Kinds]);
        if (line.GetValue(show) is { } text)
        {
            if (wanted.Length > 0 || only is not null || line.GetValue(sources))
            {
                throw CliException.Usage(ErrorTexts.ShowAlone);
            }

            Show(MachineReference.Read(text, context.Services), context);
            return Task.FromResult(ExitCode.Done);
        }

        IReadOnlyList<MachineEntry> found = MachineListing.Search(MachineCatalogs.Default, wanted, only);
        if (found.Count == 0 && Composed(wanted, only) is { } machine)
        {
            Show(machine, context);
        }
        else if (found.Count == 0)
        {
            throw new CliException("not_found", ExitCode.WrongUsage, MachinesTexts.Nothing(string.Join(' ', wanted)));
        }
        else if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, [.. found.Select(entry => entry.ToDocument())]));
        }
        else if (line.GetValue(sources))
        {
            new MachinesScreen(found, context).WriteSources();
        }
        else
        {
            new MachinesScreen(found, context).Write();
        }

        return Task.FromResult(ExitCode.Done);
    }

    // words that no product has may be those of a machine
    private static MachineProfile? Composed(string[] wanted, string? only)
    {
        try
        {
            return only is null ? MachineText.Parse(string.Join(' ', wanted)) : null;
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static void Show(MachineProfile machine, CommandContext context)
    {
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, machine.ToDocument(context.Language)));
        }
        else
        {
            MachineScreen.WriteBrief(machine, context);
        }
    }
}

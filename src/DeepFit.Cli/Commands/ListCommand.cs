using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit list</c>.</summary>
internal sealed class ListCommand : CliCommand
{
    private readonly Option<string?> folder;

    public ListCommand(Language language)
        : base("list", HelpTexts.List, language) => Add(folder = ModelsFolderOption.Create(language));

    public override IReadOnlyList<string> Examples => ["deepfit list", "deepfit list --json"];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        IModelStore store = context.Services.Models(line.GetValue(folder));
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, store.ToDocument()));
        }
        else
        {
            ListScreen.Write(store.List(), store.Unfinished(), context);
        }

        return Task.FromResult(ExitCode.Done);
    }
}

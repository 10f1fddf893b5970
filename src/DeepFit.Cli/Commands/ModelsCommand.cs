using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit models</c>.</summary>
internal sealed class ModelsCommand(Language language) : CliCommand("models", HelpTexts.Models, language)
{
    public override IReadOnlyList<string> Examples => ["deepfit models", "deepfit models --lang zh"];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        IReadOnlyList<ModelVariant> variants = ModelCatalog.Default.Variants;
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, [.. variants.Select(variant => variant.ToDocument(context.Language))]));
        }
        else
        {
            new ModelsScreen(variants, Quantizations.Find(VariantArgument.DefaultQuantization), context).Write();
        }

        return Task.FromResult(ExitCode.Done);
    }
}

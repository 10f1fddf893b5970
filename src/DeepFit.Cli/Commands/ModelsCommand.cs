using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit models [VARIANT]</c>.</summary>
internal sealed class ModelsCommand : CliCommand
{
    private readonly Argument<string?> one;

    public ModelsCommand(Language language)
        : base("models", HelpTexts.Models, language) =>
        Add(one = new Argument<string?>("VARIANT") { Description = HelpTexts.OneVariant.In(language), Arity = ArgumentArity.ZeroOrOne });

    public override IReadOnlyList<string> Examples => ["deepfit models", "deepfit models 7b", "deepfit models --lang zh"];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        ModelVariant? asked = line.GetValue(one) is { } name ? ModelReference.FromCatalogue(name, null).Variant : null;
        IReadOnlyList<ModelVariant> variants = asked is null ? ModelCatalog.Default.Variants : [asked];
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, [.. variants.Select(variant => variant.ToDocument(context.Language))]));
        }
        else if (asked is not null)
        {
            new ModelScreen(asked, context).Write();
        }
        else
        {
            new ModelsScreen(variants, Quantizations.Find(ModelReference.DefaultQuantization), context).Write();
        }

        return Task.FromResult(ExitCode.Done);
    }
}

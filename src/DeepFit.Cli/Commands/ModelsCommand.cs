using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

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
            context.WriteDocument(stream => ContractJson.Write(stream, [.. variants.Select(variant => Document(variant, context.Language))]));
        }
        else
        {
            new ModelsScreen(variants, Quantizations.Find(VariantArgument.DefaultQuantization), context).Write();
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static ModelDocument Document(ModelVariant variant, Language language) => new()
    {
        Id = variant.Id,
        Aliases = variant.Aliases,
        DisplayName = variant.DisplayName,
        Architecture = variant.Architecture.Name,
        IsDistilled = variant.IsDistilled,
        BaseModel = variant.BaseModel,
        License = variant.License,
        BaseLicense = variant.BaseLicense,
        HuggingFaceRepository = variant.HuggingFaceRepository,
        ContextLength = variant.ContextLength,
        LayerCount = variant.Architecture.LayerCount,
        ParameterCount = variant.ParameterCount,
        ActiveParameterCount = variant.ActiveParameterCount,
        Purpose = variant.Purpose.In(language),
        Nature = variant.Nature.In(language),
        Guidance = variant.Guidance is { } guidance
            ? new GuidanceDocument(
                guidance.Cpu.In(language),
                guidance.Gpu.In(language),
                ByteSize.FromGB(guidance.RamGb).Bytes,
                ByteSize.FromGB(guidance.DiskGb).Bytes,
                guidance.Source)
            : null,
        RuleOfThumb = [.. variant.RuleOfThumb.Figures.Select(figure => new RuleOfThumbDocument(figure.BytesPerParameter, figure.Size.Bytes))],
        Quantizations =
        [
            .. Quantizations.All.Select(q => new QuantizationDocument(q.Name, variant.Layout(q).FileBytes.Bytes, ContractNumbers.Significant(q.BitsPerWeight(variant)))),
        ],
        Sources = [.. variant.Sources.Select(source => $"{source.Fact}: {source.Source}")],
    };
}

using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Contract;

/// <summary>From the catalogue to the contract's documents.</summary>
public static class ModelMap
{
    /// <summary>A variant with every quantization, its words in one language.</summary>
    public static ModelDocument ToDocument(this ModelVariant variant, Language language) => new()
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
        NamingNote = variant.NamingNote?.In(language),
        Guidance = variant.Guidance is { } guidance ? ToDocument(guidance, language) : null,
        Claim = variant.Claim is { } claim
            ? new ClaimDocument(claim.PreviousVariant, claim.ComputePercent, claim.QualityPercent, claim.Source)
            : null,
        RuleOfThumb = [.. variant.RuleOfThumb.Figures.Select(f => new RuleOfThumbDocument(f.BytesPerParameter, f.Size.Bytes))],
        Quantizations =
        [
            .. Quantizations.All.Select(quantization => Quantization(variant, quantization)),
        ],
        Benchmarks = [.. variant.BenchmarkScores(UseProfile.Chat).Select(score => score.ToDocument(language))],
        MeasuredLosses = [.. variant.MeasuredLosses().Select(m => new MeasuredLossDocument(m.Quantization, ContractNumbers.Decimals(m.Share, 4), m.Note.In(language), m.Source))],
        Sources = [.. variant.Sources.Select(s => new SourceDocument(s.Fact, s.Source))],
    };

    private static QuantizationDocument Quantization(ModelVariant variant, Quantization quantization)
    {
        (double share, double low, double high) = variant.LossShare(quantization);
        return new QuantizationDocument(
            quantization.Name,
            variant.Layout(quantization).FileBytes.Bytes,
            ContractNumbers.Significant(quantization.BitsPerWeight(variant)),
            ContractNumbers.Decimals(share, 4),
            ContractNumbers.Decimals(low, 4),
            ContractNumbers.Decimals(high, 4));
    }

    private static GuidanceDocument ToDocument(PublishedGuidance guidance, Language language) => new(
        (long)Math.Round(guidance.DownloadGb * 1e9),
        guidance.Cpu.In(language),
        guidance.Gpu.In(language),
        guidance.RamGb * 1_000_000_000L,
        guidance.RamIsMinimum,
        guidance.DiskGb * 1_000_000_000L,
        guidance.DiskIsMinimum,
        guidance.Source);
}

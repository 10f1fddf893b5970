using DeepFit.Core.Models;

namespace DeepFit.Core.Exports;

/// <summary>The model that is exported.</summary>
/// <param name="Name">Catalogue id, or the file's path.</param>
/// <param name="DisplayName">The name for people.</param>
/// <param name="Layout">Its tensors.</param>
/// <param name="Variant">The catalogue's entry, or null for a file.</param>
public sealed record ExportModel(string Name, string DisplayName, ModelLayout Layout, ModelVariant? Variant)
{
    /// <summary>What clients call it.</summary>
    public string Alias => Variant is { } variant ? $"deepseek-r1-{variant.Id}" : "deepseek-r1";

    /// <summary>Where <c>deepfit pull</c> on this very machine puts the file; null for another machine, or where that is not known beforehand.</summary>
    public string? PulledTo { get; init; }

    /// <summary>The customary name of the GGUF file.</summary>
    public string FileName => Variant is { } variant ? $"{variant.DisplayName}-{Layout.Quantization}.gguf" : "model.gguf";

    /// <summary>
    /// Ollama's tag for this very model and quantization, or null: one of the catalogue's names that ends in the quantization's, or in nothing where
    /// Ollama's default of 4 bits is meant and another name says so.
    /// </summary>
    public string? OllamaTag => Variant?.Aliases.FirstOrDefault(alias =>
        alias.StartsWith("deepseek-r1:", StringComparison.Ordinal) && alias.EndsWith("-" + Layout.Quantization, StringComparison.OrdinalIgnoreCase));
}

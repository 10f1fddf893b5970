using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Server.Api;

/// <summary>What a page may name: machines in words and models of the catalogue, never a file or an address, whatever the name looks like.</summary>
internal static class ApiNames
{
    /// <summary>A machine in words, or null for this one.</summary>
    /// <exception cref="UserErrorException">It looks like a file.</exception>
    public static string? Machine(string? words) =>
        words is not null && (words.Contains('\\', StringComparison.Ordinal) || words.StartsWith('/') || words.StartsWith('.') || words.StartsWith('~')
            || words.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            ? throw new UserErrorException(ApiTexts.WordsOnly)
            : words;

    /// <summary>A model of the catalogue and its quantization.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static (ModelVariant Variant, Quantization Quantization) Model(string name, string? quantization)
    {
        bool path = name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || name.StartsWith('.') || name.StartsWith('~') || name.StartsWith('/')
            || name.Contains('\\', StringComparison.Ordinal) || name.Contains("://", StringComparison.Ordinal);
        return path ? throw new UserErrorException(ApiTexts.CatalogueOnly(name)) : ModelReference.FromCatalogue(name, quantization);
    }
}

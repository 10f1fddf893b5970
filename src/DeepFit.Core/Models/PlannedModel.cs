namespace DeepFit.Core.Models;

/// <summary>A model of the catalogue or of a file.</summary>
/// <param name="Name">Catalogue id, or the file's path.</param>
/// <param name="Layout">Its tensors.</param>
/// <param name="Variant">The catalogue's entry, or null for a file.</param>
/// <param name="Path">The file, or null.</param>
public sealed record PlannedModel(string Name, ModelLayout Layout, ModelVariant? Variant, string? Path)
{
    /// <summary>The name for people.</summary>
    public string DisplayName => Variant?.DisplayName ?? System.IO.Path.GetFileName(Name.Split('?')[0].TrimEnd('/'));
}

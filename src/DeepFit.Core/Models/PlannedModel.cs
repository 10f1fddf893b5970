namespace DeepFit.Core.Models;

/// <summary>A model of the catalogue or of a file.</summary>
/// <param name="Name">Catalogue id, or the file's path or address as the user typed it.</param>
/// <param name="Layout">Its tensors.</param>
/// <param name="Variant">The catalogue's entry, or null for a file.</param>
/// <param name="Path">The file's full path, or null.</param>
public sealed record PlannedModel(string Name, ModelLayout Layout, ModelVariant? Variant, string? Path)
{
    /// <summary>The name under which measurements of it are kept: the same for a file however its path is typed.</summary>
    public string Key => Variant?.Id ?? Path ?? Name;

    /// <summary>The name for people.</summary>
    public string DisplayName => Variant?.DisplayName ?? System.IO.Path.GetFileName(Name.Split('?')[0].TrimEnd('/'));
}

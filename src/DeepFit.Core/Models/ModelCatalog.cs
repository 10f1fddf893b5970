using System.Text.Json;
using DeepFit.Core.Text;

namespace DeepFit.Core.Models;

/// <summary>The versions of DeepSeek-R1 that DeepFit knows, from the embedded file <c>Data/models.json</c>.</summary>
public sealed class ModelCatalog
{
    private static readonly Lazy<ModelCatalog> Lazily = new(Load);
    private readonly Dictionary<string, ModelVariant> byName = new(128, StringComparer.OrdinalIgnoreCase);
    private readonly ModelVariant[] variants;

    private ModelCatalog(ModelVariant[] variants)
    {
        this.variants = variants;
        foreach (ModelVariant variant in variants)
        {
            byName.Add(variant.Id, variant);
            foreach (string alias in variant.Aliases)
            {
                byName.Add(alias, variant);
            }
        }
    }

    /// <summary>The catalogue that DeepFit ships; read at the first use.</summary>
    public static ModelCatalog Default => Lazily.Value;

    /// <summary>All variants, the seven versions from small to large and then the refresh of May 2025.</summary>
    public IReadOnlyList<ModelVariant> Variants => variants;

    /// <summary>Finds a variant by id or alias, in any case.</summary>
    /// <param name="idOrAlias">Such as <c>7b</c>, <c>deepseek-r1:7b</c> or <c>deepseek-ai/DeepSeek-R1-Distill-Qwen-7B</c>.</param>
    /// <exception cref="UserErrorException">There is no such variant; the message offers the nearest names.</exception>
    public ModelVariant Find(string idOrAlias) => TryFind(idOrAlias, out ModelVariant? variant) ? variant : throw Unknown(idOrAlias);

    /// <summary>Finds a variant by id or alias without an error.</summary>
    /// <param name="idOrAlias">The name, in any case.</param>
    /// <param name="variant">The variant, or null.</param>
    public bool TryFind(string idOrAlias, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ModelVariant? variant) =>
        byName.TryGetValue(idOrAlias.Trim(), out variant);

    private UserErrorException Unknown(string name)
    {
        string all = string.Join(", ", Array.ConvertAll(variants, v => v.Id));
        string allZh = string.Join("、", Array.ConvertAll(variants, v => v.Id));
        var near = new List<string>();
        var offered = new HashSet<ModelVariant>();
        foreach (string suggestion in NearestNames.Suggest(name, byName.Keys, most: byName.Count))
        {
            // One name for each variant: its aliases are near to one another.
            if (near.Count < 3 && offered.Add(byName[suggestion]))
            {
                near.Add(suggestion);
            }
        }

        return near.Count > 0
            ? new UserErrorException(new(
                $"There is no variant '{name}'. Did you mean {string.Join(", ", near)}? All variants: {all}.",
                $"没有名为“{name}”的版本。您要找的是 {string.Join("、", near)} 吗？全部版本：{allZh}。"))
            { Suggestions = near }
            : new UserErrorException(new(
                $"There is no variant '{name}'. Choose one of {all}.",
                $"没有名为“{name}”的版本，请从以下版本中选择：{allZh}。"));
    }

    private static ModelCatalog Load()
    {
        const string Name = "DeepFit.Core.Data.models.json";
        using Stream stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"the embedded file {Name} is missing");
        ModelCatalogData data = JsonSerializer.Deserialize(stream, ModelCatalogJson.Default.ModelCatalogData)
            ?? throw new InvalidOperationException($"the embedded file {Name} is empty");
        return new ModelCatalog(Array.ConvertAll(data.Models, m => new ModelVariant(m)));
    }
}

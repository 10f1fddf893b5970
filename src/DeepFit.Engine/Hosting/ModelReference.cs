using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>What VARIANT may be: a catalogue name (with a quantization after a colon), a GGUF path, an address.</summary>
public static class ModelReference
{
    /// <summary>The quantization where none is named.</summary>
    public const string DefaultQuantization = "Q4_K_M";

    /// <summary>Resolves VARIANT and <c>--quant</c> to a model.</summary>
    public static async Task<PlannedModel> ResolveAsync(string text, string? quantization, IDeepFitServices services, CancellationToken cancellationToken)
    {
        if (IsFileOrAddress(text))
        {
            if (quantization is not null)
            {
                throw new UserErrorException(new(
                    $"--quant does not go with a file: {text} already has its quantization. Leave --quant out.",
                    $"文件 {text} 已经是量化好的模型，不能再指定 --quant。请去掉 --quant。"));
            }

            ModelLayout layout = await services.ReadGgufAsync(text, cancellationToken).ConfigureAwait(false);
            return new PlannedModel(text, layout, null, IsAddress(text) ? null : Path.GetFullPath(text));
        }

        (ModelVariant variant, Quantization quant) = FromCatalogue(text, quantization);
        return new PlannedModel(variant.Id, variant.Layout(quant), variant, null);
    }

    /// <summary>Resolves VARIANT to the catalogue; <c>14b:Q5_K_M</c> names both.</summary>
    public static (ModelVariant Variant, Quantization Quantization) FromCatalogue(string text, string? quantization)
    {
        if (ModelCatalog.Default.TryFind(text, out ModelVariant? variant))
        {
            return (variant, FindQuantization(quantization ?? DefaultQuantization));
        }

        int colon = text.LastIndexOf(':');
        if (colon > 0 && ModelCatalog.Default.TryFind(text[..colon], out variant))
        {
            string own = text[(colon + 1)..];
            if (quantization is not null && !own.Equals(quantization, StringComparison.OrdinalIgnoreCase))
            {
                throw new UserErrorException(new(
                    $"'{text}' names the quantization {own}, and --quant says {quantization}. Give it once.",
                    $"“{text}”指定了量化格式 {own}，而 --quant 又指定了 {quantization}。请只指定一次。"));
            }

            return (variant, FindQuantization(own));
        }

        throw UnknownVariant(text);
    }

    /// <summary>Several variants, and the quantization that holds for all: given apart or with one of them, once.</summary>
    public static (IReadOnlyList<ModelVariant> Variants, Quantization? Quantization) ManyFromCatalogue(IReadOnlyList<string> names, string? quantization)
    {
        ArgumentNullException.ThrowIfNull(names);
        var variants = new List<ModelVariant>();
        string? own = quantization;
        foreach (string name in names)
        {
            (ModelVariant variant, Quantization named) = FromCatalogue(name, own);
            own ??= ModelCatalog.Default.TryFind(name, out _) ? null : named.Name;
            if (!variants.Contains(variant))
            {
                variants.Add(variant);
            }
        }

        return (variants, own is null ? null : FindQuantization(own));
    }

    /// <summary>The quantization by name.</summary>
    public static Quantization FindQuantization(string name)
    {
        try
        {
            return Quantizations.Find(name);
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException(e.Text, e) { Suggestions = NearestNames.Suggest(name.Trim().Replace('-', '_'), Quantizations.All.Select(q => q.Name)) };
        }
    }

    private static UserErrorException UnknownVariant(string text)
    {
        try
        {
            ModelCatalog.Default.Find(text);
            throw new InvalidOperationException("the variant is known after all");
        }
        catch (UserErrorException e)
        {
            IEnumerable<string> names = ModelCatalog.Default.Variants.SelectMany(v => v.Aliases.Prepend(v.Id));
            return new UserErrorException(e.Text, e) { Suggestions = NearestNames.Suggest(text, names) };
        }
    }

    private static bool IsAddress(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    // "deepseek-ai/DeepSeek-R1" is a name of the catalogue: only what looks like a file, or is one, is taken for one
    /// <summary>Whether a text names a file or an address rather than a variant.</summary>
    public static bool IsFileOrAddress(string text) =>
        IsAddress(text) || text.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || text.StartsWith('.') || text.StartsWith('~')
        || Path.IsPathRooted(text) || text.Contains('\\', StringComparison.Ordinal)
        || (!ModelCatalog.Default.TryFind(text, out _) && Path.Exists(text));
}

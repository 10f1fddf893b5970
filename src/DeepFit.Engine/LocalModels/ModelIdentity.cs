using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LocalModels;

/// <summary>Which variant a GGUF file holds, from its header, and what it is called where it lies.</summary>
internal static class ModelIdentity
{
    private static readonly string[] NameKeys = ["general.name", "general.basename", "general.finetune", "general.version"];

    /// <summary>Reads the header of a model's first file.</summary>
    /// <returns>The catalogue's id (null when it is no DeepSeek-R1) and the quantization; null when the file is no GGUF file that can be read.</returns>
    public static (string? Variant, string Quantization)? Read(string path, string name, string? sha256)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
            GgufHeader header = GgufReader.Read(stream, new GgufReaderOptions { Source = path });
            return (VariantOf(header, name + " " + System.IO.Path.GetFileName(path), sha256), QuantizationOf(header, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserErrorException)
        {
            return null;
        }
    }

    /// <summary>
    /// The variant of a header. Its shapes must be the catalogue's; but the models that R1 was distilled into have the shapes of their bases, so the file must say that it is an R1 too: in its metadata, its name or its
    /// digest.
    /// </summary>
    internal static string? VariantOf(GgufHeader header, string hints, string? sha256)
    {
        if (sha256 is not null && ModelFileCatalog.All.FirstOrDefault(row => row.Sha256 == sha256) is { } known)
        {
            return known.Variant;
        }

        string said = string.Join(' ', NameKeys
            .Select(key => header.Metadata.TryGetString(key, out string? value) ? value : "").Append(hints));
        string letters = string.Concat(said.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        bool r1 = letters.Contains("deepseekr1", StringComparison.Ordinal) || letters.Contains("r1distill", StringComparison.Ordinal) || letters.Contains("r10528", StringComparison.Ordinal);
        if (!r1 || letters.Contains("r1zero", StringComparison.Ordinal))
        {
            return null;
        }

        bool refresh = letters.Contains("0528", StringComparison.Ordinal);
        ModelVariant[] fitting = [.. ModelCatalog.Default.Variants.Where(variant => SameShape(header, variant.Architecture))];
        return fitting.Length < 2
            ? fitting.FirstOrDefault()?.Id
            : fitting.FirstOrDefault(variant => variant.Id.EndsWith("-0528", StringComparison.Ordinal) == refresh)?.Id;
    }

    private static bool SameShape(GgufHeader header, ModelArchitecture architecture)
    {
        string name = architecture.Name;
        return header.Metadata.TryGetString("general.architecture", out string? own) && own == name
            && Is("block_count", architecture.LayerCount, architecture.LayerCount + 1) // with the layer that predicts further tokens, or without
            && Is("embedding_length", architecture.EmbeddingLength)
            && Is("feed_forward_length", architecture.FeedForwardLength)
            && Is("attention.head_count", architecture.HeadCount);

        bool Is(string key, params ReadOnlySpan<int> values) =>
            header.Metadata.TryGetInt32($"{name}.{key}", out int value) && values.Contains(value);
    }

    private static string QuantizationOf(GgufHeader header, string path)
    {
        // the name tells _L and _XL mixes from their bases, the metadata do not
        string? named = Downloads.Hubs.FileChoice.QuantizationIn(path.Replace('\\', '/'));
        string? stated = header.Metadata.TryGetInt64("general.file_type", out long number) ? GgufFileType.NameOf(number) : null;
        return stated is null ? named ?? "?"
            : named is not null && named.StartsWith(stated, StringComparison.Ordinal) ? named
            : stated;
    }
}

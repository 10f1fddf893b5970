using System.Globalization;
using DeepFit.Core.Estimation;

namespace DeepFit.Core.Models;

/// <summary>A published file, or the first part of a published set, that holds a variant in a quantization.</summary>
/// <param name="Variant">Catalogue id, such as <c>7b</c>.</param>
/// <param name="Quantization">The quantization's name.</param>
/// <param name="Hub">Where: <c>hf</c>, <c>modelscope</c> or <c>ollama</c>.</param>
/// <param name="Repository">The repository there, such as <c>unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF</c>; of Ollama the model's name.</param>
/// <param name="File">The file's path in the repository; of Ollama the tag.</param>
/// <param name="Parts">How many files the model is split into.</param>
/// <param name="Bytes">Exact size where a source states it (of a single file); otherwise null.</param>
/// <param name="Sha256">Digest in lower-case hexadecimal where a source states it; otherwise null. The hub's own word at download time counts.</param>
/// <param name="Source">Where the row is from.</param>
public sealed record ModelFile(
    string Variant, string Quantization, string Hub, string Repository, string File, int Parts, long? Bytes, string? Sha256, string Source)
{
    /// <summary>The paths of all parts: <c>-00001-of-00009.gguf</c> counted up.</summary>
    public IReadOnlyList<string> AllFiles()
    {
        if (Parts == 1)
        {
            return [File];
        }

        string first = string.Create(CultureInfo.InvariantCulture, $"-00001-of-{Parts:D5}.gguf");
        string stem = File[..^first.Length];
        return [.. Enumerable.Range(1, Parts).Select(part => string.Create(CultureInfo.InvariantCulture, $"{stem}-{part:D5}-of-{Parts:D5}.gguf"))];
    }
}

/// <summary>Which repository and file serve which variant and quantization, from the embedded file <c>Data/model_files.csv</c>. Read at the first use.</summary>
public static class ModelFileCatalog
{
    private static readonly Lazy<IReadOnlyList<ModelFile>> Rows = new(Load);

    /// <summary>All rows, in the order of preference.</summary>
    public static IReadOnlyList<ModelFile> All => Rows.Value;

    /// <summary>The published files of a variant in a quantization, best first; empty when nobody publishes it.</summary>
    public static IReadOnlyList<ModelFile> Find(ModelVariant variant, Quantization quantization) =>
        [.. All.Where(row => row.Variant == variant.Id && row.Quantization == quantization.Name)];

    /// <summary>The quantizations in which a variant is published, from small to large.</summary>
    public static IReadOnlyList<Quantization> PublishedQuantizations(ModelVariant variant)
    {
        HashSet<string> names = [.. All.Where(row => row.Variant == variant.Id).Select(row => row.Quantization)];
        return [.. Quantizations.All.Where(q => names.Contains(q.Name))];
    }

    /// <summary>The published quantization whose file is nearest in size to a wanted one: itself where it is published, otherwise a smaller one of the two neighbours where they are equally far.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="quantization">What is wanted.</param>
    /// <param name="count">How many at most.</param>
    /// <returns>The nearest first; empty when the variant is not published at all.</returns>
    public static IReadOnlyList<Quantization> Nearest(ModelVariant variant, Quantization quantization, int count = 3)
    {
        long wanted = variant.Layout(quantization).FileBytes.Bytes;
        return
        [
            .. PublishedQuantizations(variant)
                .Select(q => (Quantization: q, variant.Layout(q).FileBytes.Bytes))
                .OrderBy(q => q.Quantization.Name == quantization.Name ? 0 : 1)
                .ThenBy(q => Math.Abs(Math.Log((double)q.Bytes / wanted)))
                .ThenBy(q => q.Bytes)
                .Take(count)
                .Select(q => q.Quantization),
        ];
    }

    private static List<ModelFile> Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("model_files.csv");
        var rows = new List<ModelFile>(table.Count);
        for (int i = 0; i < table.Count; i++)
        {
            string digest = table.Text(i, "sha256");
            string bytes = table.Text(i, "bytes");
            rows.Add(new ModelFile(
                table.Text(i, "variant"),
                table.Text(i, "quantization"),
                table.Text(i, "hub"),
                table.Text(i, "repository"),
                table.Text(i, "file"),
                int.Parse(table.Text(i, "parts"), CultureInfo.InvariantCulture),
                bytes.Length == 0 ? null : long.Parse(bytes, CultureInfo.InvariantCulture),
                digest.Length == 0 ? null : digest,
                table.Text(i, "source")));
        }

        return rows;
    }
}

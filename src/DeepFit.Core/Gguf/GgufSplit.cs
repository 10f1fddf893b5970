using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Core.Gguf;

/// <summary>A tensor of a split file and the part that holds it.</summary>
/// <param name="Tensor">The tensor; its offset counts from its own part's data.</param>
/// <param name="Part">The part's index, from 0.</param>
public sealed record GgufSplitTensor(GgufTensorInfo Tensor, int Part);

/// <summary>A model in several GGUF files, as <c>llama-gguf-split</c> makes them: the metadata are in the first, the tensors in all.</summary>
public sealed class GgufSplit
{
    internal const string NumberKey = "split.no";
    internal const string CountKey = "split.count";
    internal const string TensorsCountKey = "split.tensors.count";

    private GgufSplit(IReadOnlyList<GgufHeader> parts)
    {
        Parts = parts;
        Tensors = [.. parts.SelectMany((part, index) => part.Tensors.Select(tensor => new GgufSplitTensor(tensor, index)))];
    }

    /// <summary>The parts' headers, in order; a whole file is a set of one.</summary>
    public IReadOnlyList<GgufHeader> Parts { get; }

    /// <summary>The model's metadata: the first part's.</summary>
    public GgufMetadata Metadata => Parts[0].Metadata;

    /// <summary>All tensors, in the order of the parts.</summary>
    public IReadOnlyList<GgufSplitTensor> Tensors { get; }

    /// <summary>Bytes of all parts together; a part of unknown length counts as long as its tensors need.</summary>
    public long FileBytes => Parts.Sum(part => part.WholeLength());

    /// <summary>How many parts a header says there are: 1 for a whole file.</summary>
    /// <exception cref="GgufFormatException"><c>split.count</c> is no positive number.</exception>
    public static int CountOf(GgufHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (!header.Metadata.ContainsKey(CountKey))
        {
            return 1;
        }

        // gguf-split writes 0 when it merges parts back into one file.
        return header.Metadata.TryGetInt32(CountKey, out int count) && count is >= 0 and <= GgufSplitName.MaxCount
            ? Math.Max(1, count)
            : throw Fail(header, CountKey, new(
                "the number of parts makes no sense. The file is damaged: download it again.",
                "分片数量不合法。文件已损坏，请重新下载。"));
    }

    /// <summary>Reads the headers of all parts.</summary>
    /// <param name="path">Path or address of any part, or of a whole file.</param>
    /// <param name="open">Opens a part by its path; null when there is no such file. Each stream is disposed after its header is read.</param>
    /// <param name="options">Limits; <see cref="GgufReaderOptions.Source"/> is set for each part. Null for the default.</param>
    /// <exception cref="GgufFormatException">A part is malformed.</exception>
    /// <exception cref="UserErrorException">A part is missing, or the parts do not belong together.</exception>
    public static GgufSplit Read(string path, Func<string, Stream?> open, GgufReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        options ??= GgufReaderOptions.Default;
        if (!GgufSplitName.TryParse(path, out GgufSplitName? name))
        {
            GgufHeader whole = ReadPart(path, open, options, 1, 1);
            return CountOf(whole) == 1
                ? new GgufSplit([whole])
                : throw new UserErrorException(new BilingualText(
                    $"{path} is one of {CountOf(whole)} parts but is not named like one. Give all parts their original names, such as model-00001-of-{CountOf(whole):D5}.gguf.",
                    $"{path} 是 {CountOf(whole)} 个分片之一，但文件名不符合规则。请恢复所有分片的原名，例如 model-00001-of-{CountOf(whole):D5}.gguf。"));
        }

        var parts = new List<GgufHeader>(Math.Min(name.Count, 256));
        foreach (GgufSplitName part in name.All())
        {
            // One part after the other, so that a wrong count ends at the first part that is not there.
            GgufHeader header = ReadPart(part.ToString(), open, options, part.Number, part.Count);
            CheckNumbers(header, part);
            parts.Add(header);
        }

        return Combine(parts);
    }

    /// <summary>Puts headers together that were read elsewhere, in order.</summary>
    /// <exception cref="GgufFormatException">They do not belong together: wrong order, wrong number, a tensor twice, tensors missing.</exception>
    public static GgufSplit Combine(IReadOnlyList<GgufHeader> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count, nameof(parts));
        if (parts.Count == 1 && CountOf(parts[0]) == 1)
        {
            return new GgufSplit(parts);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < parts.Count; i++)
        {
            CheckNumbers(parts[i], new GgufSplitName(parts[i].Source ?? "model", i + 1, parts.Count));
            foreach (GgufTensorInfo tensor in parts[i].Tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    throw Fail(parts[i], tensor.Name, new(
                        "another part holds this tensor too: the parts do not belong together. Download them again from one place.",
                        "另一个分片中也有该张量：这些分片不属于同一模型。请从同一来源重新下载。"));
                }
            }
        }

        if (parts[0].Metadata.ContainsKey(TensorsCountKey)
            && !(parts[0].Metadata.TryGetInt64(TensorsCountKey, out long expected) && expected == names.Count))
        {
            throw Fail(parts[0], TensorsCountKey, new(
                string.Create(CultureInfo.InvariantCulture, $"{parts[0].Metadata[TensorsCountKey]} tensors are expected, the parts hold {names.Count}: they do not belong together. Download them again from one place."),
                string.Create(CultureInfo.InvariantCulture, $"应有 {parts[0].Metadata[TensorsCountKey]} 个张量，而分片中共有 {names.Count} 个：这些分片不属于同一模型。请从同一来源重新下载。")));
        }

        return new GgufSplit(parts);
    }

    private static GgufHeader ReadPart(string path, Func<string, Stream?> open, GgufReaderOptions options, int number, int count)
    {
        using Stream stream = open(path) ?? throw new UserErrorException(count == 1
            ? new BilingualText($"{path}: there is no such file.", $"{path}：文件不存在。")
            : new BilingualText(
                string.Create(CultureInfo.InvariantCulture, $"{path} is missing: it is part {number} of {count}. Put all parts into one folder, or download the missing one."),
                string.Create(CultureInfo.InvariantCulture, $"缺少 {path}：它是 {count} 个分片中的第 {number} 个。请把所有分片放在同一文件夹，或下载缺少的分片。")));
        return GgufReader.Read(stream, options with { Source = path });
    }

    private static void CheckNumbers(GgufHeader header, GgufSplitName expected)
    {
        int count = CountOf(header);
        if (count != expected.Count)
        {
            throw Fail(header, CountKey, new(
                string.Create(CultureInfo.InvariantCulture, $"this part belongs to a set of {count}, not of {expected.Count}. Give the files their original names, or download them again."),
                string.Create(CultureInfo.InvariantCulture, $"该分片所属的模型共有 {count} 个分片，而不是 {expected.Count} 个。请恢复原文件名或重新下载。")));
        }

        if (count > 1 && !(header.Metadata.TryGetInt32(NumberKey, out int number) && number == expected.Number - 1))
        {
            throw Fail(header, NumberKey, new(
                string.Create(CultureInfo.InvariantCulture, $"this is not part {expected.Number} of {expected.Count}. Give the files their original names, or download them again."),
                string.Create(CultureInfo.InvariantCulture, $"该文件不是 {expected.Count} 个分片中的第 {expected.Number} 个。请恢复原文件名或重新下载。")));
        }
    }

    private static GgufFormatException Fail(GgufHeader part, string field, BilingualText problem) =>
        new(part.Source, part.Metadata.OffsetOf(field), field, problem);
}

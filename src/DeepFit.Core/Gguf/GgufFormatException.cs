using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Core.Gguf;

/// <summary>A file that is not a well-formed GGUF file, or not one that DeepFit can take.</summary>
public sealed class GgufFormatException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="source">The file's name or address, or null.</param>
    /// <param name="byteOffset">Where in the file the field begins, in bytes.</param>
    /// <param name="field">What was being read: <c>magic</c>, <c>metadata[3].key</c>, a metadata key, <c>blk.0.attn_q.weight.offset</c>.</param>
    /// <param name="problem">What is wrong and the way out, without the place.</param>
    public GgufFormatException(string? source, long byteOffset, string field, BilingualText problem)
        : base(Compose(source, byteOffset, field, problem))
    {
        ByteOffset = byteOffset;
        Field = field;
    }

    /// <summary>Where in the file the field begins, in bytes; for something that is missing, where the header ends.</summary>
    public long ByteOffset { get; }

    /// <summary>What was being read.</summary>
    public string Field { get; }

    private static BilingualText Compose(string? source, long byteOffset, string field, BilingualText problem) => new(
        string.Create(CultureInfo.InvariantCulture, $"{source ?? "GGUF file"}: {field} (byte {byteOffset}): {problem.En}"),
        string.Create(CultureInfo.InvariantCulture, $"{source ?? "GGUF 文件"}：{field}（第 {byteOffset} 字节）：{problem.Zh}"));
}

using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Core.Gguf;

/// <summary>What can be wrong with a GGUF file, in words, each with the way out.</summary>
internal static class GgufProblems
{
    private const string DamagedEn = "The file is damaged or its download stopped early: download it again.";
    private const string DamagedZh = "文件已损坏或未下载完整，请重新下载。";

    public static BilingualText Truncated { get; } = Damaged("the file ends here.", "文件到此中断。");

    public static BilingualText HeaderTooLong(long limit) =>
        Damaged(F($"the header is longer than {limit} bytes."), F($"文件头超过 {limit} 字节。"));

    public static BilingualText WrongMagic(ReadOnlySpan<byte> magic)
    {
        string shown = string.Concat(magic.ToArray().Select(b => b is > 0x20 and < 0x7f ? ((char)b).ToString() : F($"\\x{b:x2}")));
        return new(
            $"the file begins with '{shown}', not with 'GGUF': it is no GGUF file. Give a .gguf file; other formats are converted with llama.cpp's convert_hf_to_gguf.py.",
            $"文件以“{shown}”开头而不是“GGUF”，不是 GGUF 文件。请提供 .gguf 文件；其他格式可用 llama.cpp 的 convert_hf_to_gguf.py 转换。");
    }

    public static BilingualText BigEndian { get; } = new(
        "this is a big-endian GGUF file, which DeepFit and its engine do not read. Download the usual little-endian file.",
        "这是大端序的 GGUF 文件，DeepFit 及其引擎不支持。请下载常见的小端序文件。");

    public static BilingualText UnsupportedVersion(uint version) => new(
        F($"GGUF version {version} is not supported (2 and 3 are). Download a newer file, or convert the model again with a current llama.cpp."),
        F($"不支持 GGUF 版本 {version}（支持 2 和 3）。请下载更新的文件，或用新版 llama.cpp 重新转换模型。"));

    public static BilingualText CountBeyondLimit(ulong count, long limit) =>
        Damaged(F($"a count of {count} is beyond the limit of {limit}."), F($"数量 {count} 超过上限 {limit}。"));

    public static BilingualText CountBeyondFile(ulong count, long remaining) =>
        Damaged(F($"a count of {count} cannot fit in the {remaining} bytes that remain."), F($"剩余 {remaining} 字节容纳不下 {count} 个条目。"));

    public static BilingualText LengthBeyondLimit(ulong length, long limit) =>
        Damaged(F($"a text of {length} bytes is beyond the limit of {limit}."), F($"文本长度 {length} 字节超过上限 {limit}。"));

    public static BilingualText LengthBeyondFile(ulong length, long remaining) =>
        Damaged(F($"a text of {length} bytes cannot fit in the {remaining} bytes that remain."), F($"剩余 {remaining} 字节容纳不下 {length} 字节的文本。"));

    public static BilingualText InvalidUtf8 { get; } = Damaged("the text is not valid UTF-8.", "文本不是有效的 UTF-8。");

    public static BilingualText EmptyName { get; } = Damaged("the name is empty.", "名称为空。");

    public static BilingualText NulInName { get; } = Damaged("the name contains a zero byte.", "名称中含有零字节。");

    public static BilingualText DuplicateKey(string key) => Damaged($"the key '{key}' occurs twice.", $"键“{key}”重复出现。");

    public static BilingualText DuplicateTensor(string name) => Damaged($"the tensor '{name}' occurs twice.", $"张量“{name}”重复出现。");

    public static BilingualText UnknownValueType(uint type) =>
        Damaged(F($"{type} is no metadata type."), F($"{type} 不是元数据类型。"));

    public static BilingualText NestedArray { get; } = new(
        "arrays of arrays are not supported. Download another file of the model.",
        "不支持嵌套数组。请下载该模型的其他文件。");

    public static BilingualText InvalidBool(byte value) => Damaged(F($"a flag must be 0 or 1, not {value}."), F($"布尔值只能为 0 或 1，而不是 {value}。"));

    public static BilingualText AlignmentType { get; } = Damaged("the alignment must be a uint32.", "对齐值必须为 uint32。");

    public static BilingualText BadAlignment(long alignment, int limit) => Damaged(
        F($"an alignment of {alignment} bytes is not a power of two up to {limit}."),
        F($"对齐值 {alignment} 不是不超过 {limit} 的 2 的幂。"));

    public static BilingualText BadDimensionCount(uint count) =>
        Damaged(F($"a tensor has 1 to 4 dimensions, not {count}."), F($"张量应有 1 到 4 个维度，而不是 {count} 个。"));

    public static BilingualText BadExtent(long extent) =>
        Damaged(F($"a dimension of {extent} elements is not possible."), F($"维度大小 {extent} 不合法。"));

    public static BilingualText TooManyElements { get; } = Damaged("the tensor is larger than 8 EiB.", "张量大于 8 EiB。");

    public static BilingualText UnknownTensorType(uint type) => new(
        F($"tensor type {type} is not one of llama.cpp v0.4.0. The file may need a newer engine: choose another quantization."),
        F($"张量类型 {type} 不属于 llama.cpp v0.4.0。该文件可能需要更新的引擎，请选择其他量化版本。"));

    public static BilingualText RowNotInBlocks(long elements, GgmlType type) => Damaged(
        F($"rows of {elements} elements are not whole {type} blocks of {type.BlockSize()}."),
        F($"每行 {elements} 个元素，不是 {type} 块大小 {type.BlockSize()} 的整数倍。"));

    public static BilingualText Misaligned(ulong offset, int alignment) => Damaged(
        F($"the tensor's data begin at {offset}, which is no multiple of the alignment {alignment}."),
        F($"张量数据起点 {offset} 不是对齐值 {alignment} 的倍数。"));

    public static BilingualText OffsetOverflow(ulong offset) =>
        Damaged(F($"the tensor's data begin at {offset}, beyond 8 EiB."), F($"张量数据起点 {offset} 超出 8 EiB。"));

    public static BilingualText Overlap(string other) =>
        Damaged($"the tensor's data overlap those of '{other}'.", $"张量数据与“{other}”重叠。");

    public static BilingualText PastTheEnd(long end, long length) => Damaged(
        F($"the tensor's data end at byte {end}, but the file has {length} bytes."),
        F($"张量数据止于第 {end} 字节，而文件只有 {length} 字节。"));

    private static BilingualText Damaged(string en, string zh) => new($"{en} {DamagedEn}", zh + DamagedZh);

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Core.Gguf;

/// <summary>The metadata keys of one architecture, read with their ranges checked.</summary>
internal sealed class GgufModelKeys(GgufHeader header, string architecture)
{
    public static BilingualText MissingKey { get; } = new(
        "the file lacks this key, which the engine needs. It is not a complete model: download it again, or another one.",
        "文件缺少引擎必需的这个键，不是完整的模型。请重新下载，或换一个文件。");

    public static BilingualText MissingTensor { get; } = new(
        "the file lacks this tensor, which the engine needs. It is a vocabulary, an adapter or a part of a model: give the whole model.",
        "文件缺少引擎必需的这个张量，可能只是词表、适配器或模型的一部分。请提供完整的模型。");

    public static BilingualText OutOfRange(long value, long least, long most) => new(
        string.Create(CultureInfo.InvariantCulture, $"{value} is outside {least} to {most}. The file is damaged: download it again, or another one."),
        string.Create(CultureInfo.InvariantCulture, $"{value} 超出范围 {least} 到 {most}。文件已损坏，请重新下载或换一个文件。"));

    public static BilingualText WrongShape(IReadOnlyList<long> shape, int embedding)
    {
        string shown = string.Join(" x ", shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture)));
        return new(
            string.Create(CultureInfo.InvariantCulture, $"its shape {shown} does not go with embedding_length {embedding}. The file is damaged: download it again, or another one."),
            string.Create(CultureInfo.InvariantCulture, $"形状 {shown} 与 embedding_length {embedding} 不符。文件已损坏，请重新下载或换一个文件。"));
    }

    /// <summary>At the key's value; at the header's end for a key that is not there.</summary>
    public GgufFormatException Fail(string key, BilingualText problem) => Fail(header, Full(key), problem);

    /// <summary>At a key's value; at the header's end for a key that is not there or for a tensor.</summary>
    public static GgufFormatException Fail(GgufHeader header, string field, BilingualText problem) =>
        new(header.Source, header.Metadata.ContainsKey(field) ? header.Metadata.OffsetOf(field) : header.HeaderBytes, field, problem);

    /// <summary>A count that must be there.</summary>
    public int Count(string key, int most = int.MaxValue, int least = 1) =>
        TryCount(key, least, most, out int value) ? value : throw Fail(key, MissingKey);

    public int CountOr(string key, int fallback, int most = int.MaxValue, int least = 1) =>
        TryCount(key, least, most, out int value) ? value : fallback;

    /// <summary>A count that must be there, but may be 0.</summary>
    public int CountOrMissing(string key) => Count(key, least: 0);

    /// <summary>A count that a file may give once or for every layer; all layers must agree.</summary>
    public int CountPerLayer(string key, int layers, int? fallback)
    {
        if (!header.Metadata.TryGetValue(Full(key), out GgufValue? value) || value.Type != GgufValueType.Array)
        {
            return fallback is { } known ? CountOr(key, known) : Count(key);
        }

        if (value.ArrayLength != layers)
        {
            throw Fail(key, new(
                string.Create(CultureInfo.InvariantCulture, $"{value.ArrayLength} values for {layers} layers. The file is damaged: download it again, or another one."),
                string.Create(CultureInfo.InvariantCulture, $"{layers} 层却有 {value.ArrayLength} 个值。文件已损坏，请重新下载或换一个文件。")));
        }

        IEnumerable<long>? numbers = value.ElementType switch
        {
            GgufValueType.UInt32 => ((uint[])value.Elements!).Select(number => (long)number),
            GgufValueType.Int32 => ((int[])value.Elements!).Select(number => (long)number),
            _ => null,
        };
        if (numbers is null)
        {
            throw Fail(key, WrongType("uint32", value));
        }

        long first = numbers.First();
        if (numbers.Any(number => number != first))
        {
            throw new UserErrorException(new BilingualText(
                $"{header.Source ?? "GGUF"}: {Full(key)} differs from layer to layer. DeepFit sizes models whose layers are alike: choose another model.",
                $"{header.Source ?? "GGUF"}：{Full(key)} 各层不同。DeepFit 仅支持各层一致的模型，请选择其他模型。"));
        }

        return first is >= 1 and <= int.MaxValue ? (int)first : throw Fail(key, OutOfRange(first, 1, int.MaxValue));
    }

    public double Number(string key) => NumberOrNull(key) ?? throw Fail(key, MissingKey);

    public double NumberOr(string key, double fallback) => NumberOrNull(key) ?? fallback;

    public double? NumberOrNull(string key)
    {
        if (!header.Metadata.TryGetValue(Full(key), out GgufValue? value))
        {
            return null;
        }

        if (!value.TryGetDouble(out double number))
        {
            throw Fail(key, WrongType("float32", value));
        }

        return double.IsFinite(number) && number >= 0
            ? number
            : throw Fail(key, new(
                string.Create(CultureInfo.InvariantCulture, $"{number} makes no sense. The file is damaged: download it again, or another one."),
                string.Create(CultureInfo.InvariantCulture, $"{number} 不合法。文件已损坏，请重新下载或换一个文件。")));
    }

    public bool FlagOr(string key, bool fallback)
    {
        if (!header.Metadata.TryGetValue(Full(key), out GgufValue? value))
        {
            return fallback;
        }

        return value.TryGetBool(out bool flag) ? flag : throw Fail(key, WrongType("bool", value));
    }

    public string TextOr(string key, string fallback)
    {
        if (!header.Metadata.TryGetValue(Full(key), out GgufValue? value))
        {
            return fallback;
        }

        return value.TryGetString(out string? text) ? text : throw Fail(key, WrongType("string", value));
    }

    private bool TryCount(string key, int least, int most, out int count)
    {
        count = 0;
        if (!header.Metadata.TryGetValue(Full(key), out GgufValue? value))
        {
            return false;
        }

        if (!value.TryGetInt64(out long number))
        {
            throw Fail(key, WrongType("uint32", value));
        }

        count = number >= least && number <= most ? (int)number : throw Fail(key, OutOfRange(number, least, most));
        return true;
    }

    private static BilingualText WrongType(string wanted, GgufValue value) => new(
        $"a {wanted} is needed here, not {value.Type}. The file is damaged: download it again, or another one.",
        $"此处应为 {wanted}，而不是 {value.Type}。文件已损坏，请重新下载或换一个文件。");

    private string Full(string key) => $"{architecture}.{key}";
}

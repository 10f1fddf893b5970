using System.Globalization;
using System.Text.Json;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>The members of one object of a machine file, each read as what it should be. A null counts as not given.</summary>
internal sealed class MachineFileFields
{
    /// <summary>Least memory that is taken for a size in bytes; below it, someone wrote gigabytes.</summary>
    private const long LeastMemory = 64 * ByteSize.MiB;

    private const double LeastRate = 1e6;

    private readonly MachineFileNode _node;

    /// <summary>Takes an object and refuses names that it should not have.</summary>
    /// <param name="node">The object.</param>
    /// <param name="names">The names that it may have.</param>
    /// <exception cref="MachineFileException">Not an object, or an unknown name.</exception>
    public MachineFileFields(MachineFileNode node, params string[] names)
    {
        _node = node;
        if (node.Type != JsonTokenType.StartObject)
        {
            throw node.Error(new BilingualText(
                $"should be an object with the fields {string.Join(", ", names)}, and is {node.Kind.En}.",
                $"应该是含有字段 {string.Join("、", names)} 的对象，却是{node.Kind.Zh}。"));
        }

        foreach ((string name, MachineFileNode member) in node.Members)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                throw UnknownField(member, name, names);
            }
        }
    }

    /// <summary>The member, or null when it is missing or null.</summary>
    public MachineFileNode? Get(string name) =>
        _node.Members.TryGetValue(name, out MachineFileNode? member) && member.Type != JsonTokenType.Null ? member : null;

    /// <summary>The member.</summary>
    /// <exception cref="MachineFileException">It is missing or null.</exception>
    public MachineFileNode Required(string name, string example) => Get(name) ?? throw _node.Error(new BilingualText(
        $"lacks the field \"{name}\", for example \"{name}\": {example}.", $"缺少字段 \"{name}\"，例如 \"{name}\": {example}。"));

    /// <summary>A text, or null.</summary>
    public string? Text(string name)
    {
        if (Get(name) is not { } member)
        {
            return null;
        }

        return member.Type == JsonTokenType.String && !string.IsNullOrWhiteSpace(member.Text)
            ? member.Text.Trim()
            : throw member.Error(new BilingualText($"should be text, and is {member.Kind.En}.", $"应该是文本，却是{member.Kind.Zh}。"));
    }

    /// <summary>One of a few words, or null.</summary>
    public string? Word(string name, params string[] words)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        IReadOnlyList<string> nearest = NearestNames.Suggest(text, words);
        return words.Contains(text, StringComparer.Ordinal)
            ? text
            : throw Get(name)!.Error(
                new BilingualText(
                    $"should be one of {string.Join(", ", words)}, and is \"{text}\".", $"应该是 {string.Join("、", words)} 之一，却是 \"{text}\"。"),
                nearest);
    }

    /// <summary>A list of words; null when it is not given.</summary>
    public IReadOnlyList<string>? Words(string name)
    {
        if (Get(name) is not { } member)
        {
            return null;
        }

        return member.Type == JsonTokenType.StartArray && member.Items.TrueForAll(i => i.Type == JsonTokenType.String)
            ? [.. member.Items.Select(i => i.Text)]
            : throw member.Error(new BilingualText(
                $"should be a list of words such as [\"avx2\", \"fma\"], and is {member.Kind.En}.", $"应该是单词列表，例如 [\"avx2\", \"fma\"]，却是{member.Kind.Zh}。"));
    }

    /// <summary>A list of objects; empty when it is not given.</summary>
    public IReadOnlyList<MachineFileNode> List(string name)
    {
        if (Get(name) is not { } member)
        {
            return [];
        }

        return member.Type == JsonTokenType.StartArray
            ? member.Items
            : throw member.Error(new BilingualText($"should be a list [ ... ], and is {member.Kind.En}.", $"应该是列表 [ ... ]，却是{member.Kind.Zh}。"));
    }

    /// <summary>true or false, or null.</summary>
    public bool? Flag(string name) => Get(name) switch
    {
        null => null,
        { Type: JsonTokenType.True } => true,
        { Type: JsonTokenType.False } => false,
        { } member => throw member.Error(new BilingualText($"should be true or false, and is {member.Kind.En}.", $"应该是 true 或 false，却是{member.Kind.Zh}。")),
    };

    /// <summary>A whole number within bounds, or null.</summary>
    public int? Count(string name, int least, int most)
    {
        if (Get(name) is not { } member)
        {
            return null;
        }

        return member.Type == JsonTokenType.Number
            && double.TryParse(member.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value == Math.Floor(value) && value >= least && value <= most
            ? (int)value
            : throw member.Error(new BilingualText(
                $"should be a whole number from {least} to {most}, and is {member.Kind.En}.", $"应该是 {least} 到 {most} 的整数，却是{member.Kind.Zh}。"));
    }

    /// <summary>A number above zero, or null.</summary>
    public double? Positive(string name, double most)
    {
        if (Get(name) is not { } member)
        {
            return null;
        }

        return member.Type == JsonTokenType.Number
            && double.TryParse(member.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && value <= most
            ? value
            : throw member.Error(new BilingualText(
                string.Create(CultureInfo.InvariantCulture, $"should be a number above 0 and at most {most}, and is {member.Kind.En}."),
                string.Create(CultureInfo.InvariantCulture, $"应该是大于 0、不超过 {most} 的数字，却是{member.Kind.Zh}。")));
    }

    /// <summary>A size of memory or disk above zero, or null.</summary>
    public ByteSize? Memory(string name)
    {
        if (Size(name) is not { } size)
        {
            return null;
        }

        if (size.Bytes >= LeastMemory)
        {
            return size;
        }

        MachineFileNode member = Get(name)!;
        throw member.Error(size.Bytes <= 0
            ? new BilingualText($"should be more than 0, and is {member.Kind.En}.", $"应该大于 0，却是{member.Kind.Zh}。")
            : new BilingualText(
                $"is only {size.Bytes} bytes. Sizes are bytes, or text with a unit: \"{name}\": \"{size.Bytes} GiB\".",
                $"只有 {size.Bytes} 字节。大小以字节计，或写成带单位的文本：\"{name}\": \"{size.Bytes} GiB\"。"));
    }

    /// <summary>A size that may be zero, or null.</summary>
    public ByteSize? Size(string name)
    {
        if (Get(name) is not { } member)
        {
            return null;
        }

        ByteSize? size = member.Type is JsonTokenType.Number or JsonTokenType.String ? MachineFileUnits.ParseSize(member.Text) : null;
        if (size is not { } found)
        {
            throw member.Error(new BilingualText(
                $"should be a size in bytes or text with a unit such as \"24 GiB\" or \"24 GB\", and is {member.Kind.En}.",
                $"应该是以字节计的大小，或带单位的文本，例如 \"24 GiB\" 或 \"24 GB\"，却是{member.Kind.Zh}。"));
        }

        return found.Bytes >= 0
            ? found
            : throw member.Error(new BilingualText($"should not be negative, and is {member.Kind.En}.", $"不应该是负数，却是{member.Kind.Zh}。"));
    }

    /// <summary>A transfer rate above zero, or null.</summary>
    public ByteRate? Rate(string name)
    {
        if (Get(name) is not { } member)
        {
            return null;
        }

        ByteRate? rate = member.Type is JsonTokenType.Number or JsonTokenType.String ? MachineFileUnits.ParseRate(member.Text) : null;
        return rate is { } found && found.BytesPerSecond >= LeastRate
            ? found
            : throw member.Error(new BilingualText(
                $"should be a rate in bytes per second (at least 1000000) or text with a unit such as \"936 GB/s\", and is {member.Kind.En}.",
                $"应该是以字节每秒计的速率（至少 1000000），或带单位的文本，例如 \"936 GB/s\"，却是{member.Kind.Zh}。"));
    }

    private static MachineFileException UnknownField(MachineFileNode member, string name, string[] names)
    {
        IReadOnlyList<string> nearest = NearestNames.Suggest(name, names);
        string en = nearest.Count > 0 ? $" Did you mean {string.Join(" or ", nearest.Select(n => $"\"{n}\""))}?" : "";
        string zh = nearest.Count > 0 ? $"是不是想写 {string.Join(" 或 ", nearest.Select(n => $"\"{n}\""))}？" : "";
        return member.Error(
            new BilingualText(
                $"is not a field of a machine file.{en} Known here: {string.Join(", ", names)}.", $"不是机器文件的字段。{zh}这里可用的字段：{string.Join("、", names)}。"),
            nearest);
    }
}

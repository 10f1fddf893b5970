using System.Globalization;
using System.Text;

namespace DeepFit.Core.Exports.Text;

/// <summary>A piece of a YAML file.</summary>
internal abstract record YamlNode
{
    public static implicit operator YamlNode(string text) => new YamlText(text);

    public static implicit operator YamlNode(int number) => new YamlPlain(number.ToString(CultureInfo.InvariantCulture));

    public static implicit operator YamlNode(bool value) => new YamlPlain(value ? "true" : "false");
}

/// <summary>A string: quoted wherever a reader could take it for something else.</summary>
internal sealed record YamlText(string Text) : YamlNode;

/// <summary>A number or a truth value.</summary>
internal sealed record YamlPlain(string Text) : YamlNode;

/// <summary>A string of several lines, as they stand.</summary>
internal sealed record YamlLines(string Text) : YamlNode;

/// <summary>A mapping in its order, each entry with its comment.</summary>
internal sealed record YamlMap : YamlNode, System.Collections.IEnumerable
{
    public List<(string Key, YamlNode Value, string? Comment)> Entries { get; } = [];

    public bool IsEmpty => Entries.Count == 0;

    public void Add(string key, YamlNode value, string? comment = null) => Entries.Add((key, value, comment));

    public System.Collections.IEnumerator GetEnumerator() => Entries.GetEnumerator();
}

/// <summary>A sequence, each item with its comment.</summary>
internal sealed record YamlList : YamlNode, System.Collections.IEnumerable
{
    public List<(YamlNode Value, string? Comment)> Items { get; } = [];

    public bool IsEmpty => Items.Count == 0;

    public void Add(YamlNode value, string? comment = null) => Items.Add((value, comment));

    public System.Collections.IEnumerator GetEnumerator() => Items.GetEnumerator();
}

/// <summary>Writes YAML 1.2 that a YAML 1.1 reader understands alike: block style, two blanks a level, comments before what they speak of.</summary>
internal static class YamlWriter
{
    private static readonly string[] Words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

    /// <summary>Writes documents, one after the other.</summary>
    /// <param name="heading">The comment at the top.</param>
    /// <param name="documents">The documents.</param>
    public static string Write(IEnumerable<string> heading, params IReadOnlyList<YamlMap> documents)
    {
        var text = new StringBuilder();
        foreach (string paragraph in heading)
        {
            Comment(text, paragraph, 0);
        }

        for (int i = 0; i < documents.Count; i++)
        {
            if (i > 0)
            {
                text.Append("---\n");
            }

            Map(text, documents[i], 0, inList: false);
        }

        return text.ToString();
    }

    /// <summary>A string as a scalar: bare where it can be nothing else, else double-quoted.</summary>
    public static string Scalar(string text)
    {
        bool bare = text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_')
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or '-')
            && !Words.Contains(text, StringComparer.OrdinalIgnoreCase);
        if (bare)
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static void Map(StringBuilder text, YamlMap map, int indent, bool inList)
    {
        bool first = inList;
        foreach ((string key, YamlNode value, string? comment) in map.Entries)
        {
            if (comment is not null && !first)
            {
                Comment(text, comment, indent);
            }

            if (!first)
            {
                text.Append(' ', indent);
            }

            text.Append(Scalar(key)).Append(':');
            Value(text, value, indent);
            first = false;
        }
    }

    private static void Value(StringBuilder text, YamlNode value, int indent)
    {
        switch (value)
        {
            case YamlMap { IsEmpty: true }:
                text.Append(" {}\n");
                break;
            case YamlMap map:
                text.Append('\n');
                Map(text, map, indent + 2, inList: false);
                break;
            case YamlList { IsEmpty: true }:
                text.Append(" []\n");
                break;
            case YamlList list:
                text.Append('\n');
                List(text, list, indent + 2);
                break;
            case YamlLines lines:
                text.Append(" |\n");
                foreach (string line in lines.Text.TrimEnd('\n').Split('\n'))
                {
                    text.Append(' ', line.Length > 0 ? indent + 2 : 0).Append(line).Append('\n');
                }

                break;
            case YamlPlain plain:
                text.Append(' ').Append(plain.Text).Append('\n');
                break;
            case YamlText scalar:
                text.Append(' ').Append(Scalar(scalar.Text)).Append('\n');
                break;
            default:
                throw new InvalidOperationException("unknown YAML node");
        }
    }

    private static void List(StringBuilder text, YamlList list, int indent)
    {
        foreach ((YamlNode value, string? comment) in list.Items)
        {
            string? above = comment ?? (value is YamlMap { IsEmpty: false } entries ? entries.Entries[0].Comment : null);
            if (above is not null)
            {
                Comment(text, above, indent);
            }

            text.Append(' ', indent).Append('-');
            if (value is YamlMap { IsEmpty: false } map)
            {
                text.Append(' ');
                Map(text, map, indent + 2, inList: true);
            }
            else
            {
                Value(text, value, indent);
            }
        }
    }

    private static void Comment(StringBuilder text, string comment, int indent)
    {
        foreach (string line in Comments.Wrap(comment, indent + 2))
        {
            text.Append(' ', indent).Append(line.Length > 0 ? "# " : "#").Append(line).Append('\n');
        }
    }
}

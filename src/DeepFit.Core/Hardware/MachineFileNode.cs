using System.Text;
using System.Text.Json;
using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>A JSON value that knows its line and its path, so that messages can point at it.</summary>
internal sealed class MachineFileNode
{
    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 16,
    };

    private MachineFileNode(string file, string path, int line, JsonTokenType type, string text)
    {
        File = file;
        Path = path;
        Line = line;
        Type = type;
        Text = text;
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>The value's place; empty for the document.</summary>
    public string Path { get; }

    /// <summary>Line from 1: of the name for a member, of the value otherwise.</summary>
    public int Line { get; }

    /// <summary><c>StartObject</c>, <c>StartArray</c>, <c>String</c>, <c>Number</c>, <c>True</c>, <c>False</c> or <c>Null</c>.</summary>
    public JsonTokenType Type { get; }

    /// <summary>A string's content, or a number as written.</summary>
    public string Text { get; }

    /// <summary>An object's members in file order.</summary>
    public Dictionary<string, MachineFileNode> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>An array's elements.</summary>
    public List<MachineFileNode> Items { get; } = [];

    /// <summary>Parses a document; comments and trailing commas are allowed.</summary>
    /// <exception cref="MachineFileException">Not JSON, empty, or a name twice in one object.</exception>
    public static MachineFileNode Parse(byte[] utf8, string file)
    {
        if (utf8.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new MachineFileException(file, null, null, new BilingualText(
                "is empty. The shortest useful one is {\"memory\": {\"total_bytes\": \"16 GiB\"}}; `deepfit detect --json` prints a whole one.",
                "是空的。最短的写法是 {\"memory\": {\"total_bytes\": \"16 GiB\"}}；`deepfit detect --json` 会打印完整的一个。"));
        }

        try
        {
            var reader = new Utf8JsonReader(utf8, Options);
            reader.Read();
            MachineFileNode root = ReadValue(ref reader, utf8, file, "", null);
            reader.Read(); // anything after the document is an error
            return root;
        }
        catch (JsonException e)
        {
            int line = (int)Math.Min(e.LineNumber ?? 0, int.MaxValue - 1);
            throw NotJson(utf8, file, line + 1, (int)(e.BytePositionInLine ?? 0), e);
        }
        catch (InvalidOperationException e) // a string that is not UTF-8
        {
            throw new MachineFileException(file, null, null, new BilingualText(
                "holds text that is not UTF-8. Save it as UTF-8.", "含有不是 UTF-8 的文本。请以 UTF-8 编码保存。"), e);
        }
    }

    /// <summary>An error at this value.</summary>
    /// <param name="text">What is wrong and the way out.</param>
    /// <param name="suggestions">The nearest right names.</param>
    public MachineFileException Error(BilingualText text, IReadOnlyList<string>? suggestions = null) =>
        new(File, Line, Path, text) { Suggestions = suggestions ?? [] };

    /// <summary>The kind of value, in both languages, for messages.</summary>
    public BilingualText Kind => Type switch
    {
        JsonTokenType.StartObject => new("an object", "对象"),
        JsonTokenType.StartArray => new("a list", "列表"),
        JsonTokenType.String => new($"the text \"{Shorten(Text)}\"", $"文本 \"{Shorten(Text)}\""),
        JsonTokenType.Number => new($"the number {Shorten(Text)}", $"数字 {Shorten(Text)}"),
        JsonTokenType.Null => new("null", "null"),
        _ => new(Text, Text),
    };

    private static MachineFileNode ReadValue(ref Utf8JsonReader reader, byte[] utf8, string file, string path, int? nameLine)
    {
        int line = nameLine ?? LineAt(utf8, (int)reader.TokenStartIndex);
        string text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!,
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => "",
        };
        var node = new MachineFileNode(file, path, line, reader.TokenType, text);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = reader.GetString()!;
                string memberPath = path.Length == 0 ? name : $"{path}.{name}";
                int memberLine = LineAt(utf8, (int)reader.TokenStartIndex);
                reader.Read();
                MachineFileNode member = ReadValue(ref reader, utf8, file, memberPath, memberLine);
                if (!node.Members.TryAdd(name, member))
                {
                    throw member.Error(new BilingualText(
                        $"is given twice (first in line {node.Members[name].Line}). Keep one.", $"出现了两次（第一次在第 {node.Members[name].Line} 行）。请只保留一个。"));
                }
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                node.Items.Add(ReadValue(ref reader, utf8, file, $"{path}[{node.Items.Count}]", null));
            }
        }

        return node;
    }

    private static MachineFileException NotJson(byte[] utf8, string file, int line, int byteInLine, Exception inner)
    {
        ReadOnlySpan<byte> rest = utf8;
        for (int i = 1; i < line; i++)
        {
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        }

        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> text = end < 0 ? rest : rest[..end];
        int at = Math.Clamp(byteInLine, 0, text.Length);
        int column = Encoding.UTF8.GetCharCount(text[..at]) + 1;
        string near = Shorten(Encoding.UTF8.GetString(text[at..]).Trim());
        string nearEn = near.Length == 0 ? "" : $" (at \"{near}\")";
        string nearZh = near.Length == 0 ? "" : $"（在 \"{near}\" 处）";
        return new MachineFileException(file, line, null, new BilingualText(
            $"not valid JSON in column {column}{nearEn}. Look for a missing quote, comma or bracket there or just before.",
            $"第 {column} 列不是合法的 JSON{nearZh}。请检查此处或前面是否缺少引号、逗号或括号。"), inner);
    }

    private static int LineAt(byte[] utf8, int offset) => 1 + utf8.AsSpan(0, offset).Count((byte)'\n');

    private static string Shorten(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 37), "...");
}

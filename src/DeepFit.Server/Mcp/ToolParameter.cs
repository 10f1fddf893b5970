using System.Text.Json;
using DeepFit.Core.Text;

namespace DeepFit.Server.Mcp;

/// <summary>What a tool's argument is.</summary>
internal enum ToolValue
{
    /// <summary>A string.</summary>
    Text = 0,

    /// <summary>A whole number.</summary>
    Whole = 1,

    /// <summary>A number.</summary>
    Number = 2,

    /// <summary>True or false.</summary>
    Flag = 3,

    /// <summary>One or more strings.</summary>
    TextList = 4,
}

/// <summary>One argument of a tool: what the schema says of it is what is checked.</summary>
/// <param name="Name">Its name, in snake_case.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Description">What it means, with its unit.</param>
internal sealed record ToolParameter(string Name, ToolValue Kind, BilingualText Description)
{
    /// <summary>Whether the tool needs it.</summary>
    public bool Required { get; init; }

    /// <summary>The least value, itself allowed.</summary>
    public double? Least { get; init; }

    /// <summary>What the value must be above.</summary>
    public double? Above { get; init; }

    /// <summary>The greatest value.</summary>
    public double? Most { get; init; }

    /// <summary>The words that it may be; empty for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What holds where it is not given: a string, a bool or a number; null where that depends on other things, as the description says.</summary>
    public object? Default { get; init; }

    /// <summary>Examples, for strings that are no choice among few.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>The JSON Schema of a tool's arguments.</summary>
    /// <param name="parameters">The arguments.</param>
    /// <param name="language">The language of the descriptions.</param>
    public static JsonElement Schema(IReadOnlyList<ToolParameter> parameters, Language language)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "object");
            writer.WriteStartObject("properties");
            foreach (ToolParameter parameter in parameters)
            {
                parameter.Write(writer, language);
            }

            writer.WriteEndObject();
            WriteWords(writer, "required", parameters.Where(p => p.Required).Select(p => p.Name));
            writer.WriteBoolean("additionalProperties", false);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(stream.ToArray());
    }

    /// <summary>What it takes, in words: <c>a whole number from 1 to 256</c>.</summary>
    public BilingualText Takes => Kind switch
    {
        ToolValue.Flag => new("true or false", "true 或 false"),
        ToolValue.TextList => new("a list of strings, not empty", "非空的字符串列表"),
        ToolValue.Text when Choices.Count > 0 => new($"one of {string.Join(", ", Choices)}", $"{string.Join("、", Choices)} 之一"),
        ToolValue.Text => new("a string, not empty", "非空字符串"),
        _ => Range(Kind == ToolValue.Whole ? new("a whole number", "整数") : new("a number", "数")),
    };

    private BilingualText Range(BilingualText number) => (Least ?? Above, Most) switch
    {
        (null, _) => number,
        (var low, null) => Above is null
            ? new(Figures.Invariant($"{number.En} of at least {low}"), Figures.Invariant($"不小于 {low} 的{number.Zh}"))
            : new(Figures.Invariant($"{number.En} above {low}"), Figures.Invariant($"大于 {low} 的{number.Zh}")),
        var (low, high) => Above is null
            ? new(Figures.Invariant($"{number.En} from {low} to {high}"), Figures.Invariant($"{low} 到 {high} 之间的{number.Zh}"))
            : new(Figures.Invariant($"{number.En} above {low} and up to {high}"), Figures.Invariant($"大于 {low} 且不超过 {high} 的{number.Zh}")),
    };

    private void Write(Utf8JsonWriter writer, Language language)
    {
        writer.WriteStartObject(Name);
        writer.WriteString("type", Kind switch
        {
            ToolValue.Whole => "integer",
            ToolValue.Number => "number",
            ToolValue.Flag => "boolean",
            ToolValue.TextList => "array",
            _ => "string",
        });
        writer.WriteString("description", Description.In(language));
        if (Kind == ToolValue.TextList)
        {
            writer.WriteStartObject("items");
            writer.WriteString("type", "string");
            writer.WriteEndObject();
            writer.WriteNumber("minItems", 1);
        }

        WriteWords(writer, "enum", Choices);
        WriteBound(writer, "minimum", Least);
        WriteBound(writer, "exclusiveMinimum", Above);
        WriteBound(writer, "maximum", Most);
        WriteDefault(writer);
        if (Kind == ToolValue.TextList && Examples.Count > 0)
        {
            writer.WriteStartArray("examples");
            WriteArray(writer, Examples);
            writer.WriteEndArray();
        }
        else
        {
            WriteWords(writer, "examples", Examples);
        }

        writer.WriteEndObject();
    }

    private void WriteDefault(Utf8JsonWriter writer)
    {
        switch (Default)
        {
            case string text:
                writer.WriteString("default", text);
                break;
            case bool flag:
                writer.WriteBoolean("default", flag);
                break;
            case int number:
                writer.WriteNumber("default", number);
                break;
        }
    }

    private static void WriteBound(Utf8JsonWriter writer, string name, double? bound)
    {
        if (bound is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void WriteWords(Utf8JsonWriter writer, string name, IEnumerable<string> words)
    {
        string[] all = [.. words];
        if (all.Length > 0)
        {
            writer.WritePropertyName(name);
            WriteArray(writer, all);
        }
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable<string> words)
    {
        writer.WriteStartArray();
        foreach (string word in words)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}

using System.Text.Json;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Server.Mcp;

/// <summary>The arguments of one call, checked against the tool's parameters: names, kinds, bounds and words.</summary>
internal sealed class ToolArguments
{
    private readonly Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToolParameter> known;

    /// <summary>Checks the arguments. Null is as good as absent.</summary>
    /// <exception cref="UserErrorException">One is unknown, missing or not what the tool takes.</exception>
    public ToolArguments(string tool, IReadOnlyList<ToolParameter> parameters, IEnumerable<KeyValuePair<string, JsonElement>>? given)
    {
        known = parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
        foreach ((string name, JsonElement value) in given ?? [])
        {
            if (!known.TryGetValue(name, out ToolParameter? parameter))
            {
                IReadOnlyList<string> near = NearestNames.Suggest(name, known.Keys);
                throw new UserErrorException(McpErrorTexts.UnknownArgument(tool, name, known.Keys, near)) { Suggestions = near };
            }

            if (value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            {
                values.Add(name, Checked(parameter, value));
            }
        }

        if (parameters.FirstOrDefault(p => p.Required && !values.ContainsKey(p.Name)) is { } missing)
        {
            throw new UserErrorException(McpErrorTexts.MissingArgument(tool, missing));
        }
    }

    /// <summary>A string, or null where it was not given.</summary>
    public string? Text(string name) => Value(name) is { } value ? value.GetString()!.Trim() : null;

    /// <summary>One of a few words in the parameter's own spelling, or its default.</summary>
    public string Word(string name)
    {
        ToolParameter parameter = known[name];
        return Text(name) is { } text ? parameter.Choices.First(c => c.Equals(text, StringComparison.OrdinalIgnoreCase)) : (string)parameter.Default!;
    }

    /// <summary>A whole number, or null.</summary>
    public int? Whole(string name) => Value(name)?.GetInt32();

    /// <summary>A number, or null.</summary>
    public double? Number(string name) => Value(name)?.GetDouble();

    /// <summary>True or false, or null.</summary>
    public bool? Flag(string name) => Value(name)?.GetBoolean();

    /// <summary>Strings; none where they were not given.</summary>
    public IReadOnlyList<string> Texts(string name) => Value(name) is { } value ? [.. value.EnumerateArray().Select(item => item.GetString()!.Trim())] : [];

    private JsonElement? Value(string name) => values.TryGetValue(name, out JsonElement value) ? value : null;

    private static JsonElement Checked(ToolParameter parameter, JsonElement value)
    {
        bool right = parameter.Kind switch
        {
            ToolValue.Text => IsText(value) && IsAmong(parameter.Choices, value),
            ToolValue.TextList => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(IsText),
            ToolValue.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            ToolValue.Whole => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int whole) && IsWithin(parameter, whole),
            _ => value.ValueKind == JsonValueKind.Number && IsWithin(parameter, value.GetDouble()),
        };
        if (right)
        {
            return value;
        }

        IReadOnlyList<string> near = parameter.Choices.Count > 0 && IsText(value) ? NearestNames.Suggest(value.GetString()!, parameter.Choices) : [];
        throw new UserErrorException(McpErrorTexts.WrongArgument(parameter, value.GetRawText(), near)) { Suggestions = near };
    }

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString());

    private static bool IsAmong(IReadOnlyList<string> choices, JsonElement value) =>
        choices.Count == 0 || choices.Any(c => c.Equals(value.GetString()!.Trim(), StringComparison.OrdinalIgnoreCase));

    private static bool IsWithin(ToolParameter parameter, double value) =>
        double.IsFinite(value) && !(value < parameter.Least) && !(value <= parameter.Above) && !(value > parameter.Most);
}

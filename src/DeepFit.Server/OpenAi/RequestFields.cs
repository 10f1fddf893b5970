using System.Globalization;
using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>The fields of a JSON object in a request. What has the wrong type is named by its path; null is as good as absent.</summary>
/// <param name="json">The object.</param>
/// <param name="path">Its place in the request; empty for the request itself.</param>
internal readonly struct RequestFields(JsonElement json, string path = "")
{
    /// <summary>A field's place in the request.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A field that is there and not null.</summary>
    public bool TryGet(string name, out JsonElement value) => json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A number.</summary>
    public double? Number(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw WrongType(PathOf(name), new("a number", "数字"));
    }

    /// <summary>A whole number.</summary>
    public int? Whole(string name) => Long(name) is { } number
        ? number is >= int.MinValue and <= int.MaxValue ? (int)number : throw WrongType(PathOf(name), new("a whole number of 32 bits", "32 位整数"))
        : null;

    /// <summary>A whole number of 64 bits.</summary>
    public long? Long(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : throw WrongType(PathOf(name), new("a whole number", "整数"));
    }

    /// <summary>True or false.</summary>
    public bool? Flag(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw WrongType(PathOf(name), new("true or false", "true 或 false"));
    }

    /// <summary>A text.</summary>
    public string? Text(string name) => TryGet(name, out JsonElement value) ? TextOf(value, PathOf(name)) : null;

    /// <summary>A text that must be there.</summary>
    public string NeedText(string name) => Text(name) ?? throw Missing(PathOf(name));

    /// <summary>An object.</summary>
    public RequestFields? Object(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object ? new RequestFields(value, PathOf(name)) : throw WrongType(PathOf(name), new("an object", "对象"));
    }

    /// <summary>The elements of a list, each with its place.</summary>
    public IEnumerable<(JsonElement Value, string Path)>? List(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        string place = PathOf(name);
        return value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select((element, i) => (element, string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]")))
            : throw WrongType(place, new("a list", "列表"));
    }

    /// <summary>A JSON element's text.</summary>
    public static string TextOf(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw WrongType(place, new("a text", "字符串"));
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new GenerationRequestException(place, "invalid_value", new BilingualText($"{place} holds text that is no valid Unicode.", $"{place} 中的文本不是有效的 Unicode。"));
        }
    }

    /// <summary>The elements of an object.</summary>
    public static RequestFields ObjectOf(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Object ? new RequestFields(value, place) : throw WrongType(place, new("an object", "对象"));

    /// <summary>The error of a wrong type.</summary>
    public static GenerationRequestException WrongType(string place, BilingualText takes) =>
        new(place, "invalid_type", new BilingualText($"{place} must be {takes.En}.", $"{place} 必须是{takes.Zh}。"));

    /// <summary>The error of a missing field.</summary>
    public static GenerationRequestException Missing(string place) =>
        new(place, "missing_required_parameter", new BilingualText($"{place} is missing.", $"缺少 {place}。"));

    /// <summary>The error of a value that is none of those that there are.</summary>
    public static GenerationRequestException NoneOf(string place, params string[] words) =>
        new(place, "invalid_value", new BilingualText($"{place} must be one of {string.Join(", ", words)}.", $"{place} 必须是 {string.Join("、", words)} 之一。"));

    /// <summary>The error of something that is right, and yet not served here.</summary>
    public static GenerationRequestException Unsupported(string place, BilingualText text) => new(place, "unsupported_value", text);
}

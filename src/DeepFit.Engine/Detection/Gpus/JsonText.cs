using System.Globalization;
using System.Text.Json;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>Forgiving access to the JSON that tools print. None of it throws.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions s_options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The root element, or null when the text is no JSON. Text before the first brace or bracket (banners, warnings) is passed over.</summary>
    public static JsonElement? Root(string json)
    {
        int start = json.AsSpan().IndexOfAny('{', '[');
        if (start < 0)
            return null;

        try
        {
            using JsonDocument document = JsonDocument.Parse(json.AsMemory(start), s_options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
        catch (ArgumentException)
        {
            return null; // lone surrogates cannot be transcoded
        }
    }

    /// <summary>The objects of an array: the root itself, or the named property of it; a single object counts as an array of one.</summary>
    public static IReadOnlyList<JsonElement> Array(string json, string? property = null)
    {
        if (Root(json) is not { } root)
            return [];
        if (property is not null && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(property, out root)))
            return [];
        return root.ValueKind switch
        {
            JsonValueKind.Array => [.. root.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object)],
            JsonValueKind.Object => [root],
            _ => [],
        };
    }

    /// <summary>A property as text: a string, or a number as written; null for anything else.</summary>
    public static string? String(JsonElement element, string property)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(property, out JsonElement value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => Decode(value),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    /// <summary>A whole number, be it written as a number or as text; null when it is none.</summary>
    public static long? Number(JsonElement element, string property) =>
        long.TryParse(String(element, property), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string? Decode(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate is JSON but no text
        }
    }
}

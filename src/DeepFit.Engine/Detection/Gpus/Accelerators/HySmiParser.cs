using System.Text.Json;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Accelerators;

/// <summary>
/// Reads Hygon's <c>hy-smi --showproductname --showmeminfo vram --showbus --json</c> (also rocm-smi's of the same form), and
/// <c>hy-smi --showdriverversion</c>, which knows no JSON.
/// </summary>
internal static class HySmiParser
{
    /// <summary>One entry a card, in the order of their numbers.</summary>
    public static IReadOnlyList<AcceleratorCard> Parse(string json, string? driver)
    {
        if (JsonText.Root(json) is not { ValueKind: JsonValueKind.Object } root)
            return [];

        List<(int Index, AcceleratorCard Card)> cards = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!TryIndex(property, out int index) || Memory(property.Value, "Total Memory") is not { Bytes: > 0 } total)
                continue;

            string? series = JsonText.String(property.Value, "Card Series") ?? JsonText.String(property.Value, "Card series");
            string? bus = JsonText.String(property.Value, "PCI Bus");
            cards.Add((index, new AcceleratorCard(
                string.IsNullOrWhiteSpace(series) ? "Hygon DCU" : "Hygon DCU " + series.Trim(),
                total,
                AcceleratorCard.Free(total, Memory(property.Value, "Total Used Memory")),
                driver,
                PciAddress.Normalize(bus?.Split(' ', 2)[0]))));
        }

        return [.. cards.OrderBy(c => c.Index).Select(c => c.Card)];
    }

    /// <summary>The version on the line <c>Driver Version: …</c>, or null.</summary>
    public static string? ParseDriver(string output)
    {
        foreach (ReadOnlySpan<char> line in output.AsSpan().EnumerateLines())
        {
            if (ProbeText.KeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value) && key is "Driver Version" && !value.IsEmpty)
                return value.ToString();
        }

        return null;
    }

    private static bool TryIndex(JsonProperty property, out int index)
    {
        index = 0;
        return property.Value.ValueKind == JsonValueKind.Object && property.Name.StartsWith("card", StringComparison.Ordinal)
            && int.TryParse(property.Name.AsSpan(4), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out index);
    }

    // "vram Total Memory (MiB)" of hy-smi, "VRAM Total Memory (B)" of rocm-smi.
    private static ByteSize? Memory(JsonElement card, string what)
    {
        foreach (string prefix in (string[])["vram ", "VRAM "])
        {
            if (JsonText.String(card, $"{prefix}{what} (MiB)") is { } mebibytes)
                return ProbeText.Size(mebibytes, ByteSize.MiB);
            if (JsonText.String(card, $"{prefix}{what} (B)") is { } bytes)
                return ProbeText.Size(bytes, 1);
        }

        return null;
    }
}

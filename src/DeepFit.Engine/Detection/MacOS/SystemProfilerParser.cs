using System.Globalization;
using System.Text.Json;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.MacOS;

/// <summary>What <c>system_profiler SPHardwareDataType -json</c> says of the hardware; serial numbers and identifiers are not read.</summary>
internal sealed record MacHardware
{
    /// <summary>The chip (<c>Apple M2</c>) or the Intel processor's name, or null.</summary>
    internal string? Chip { get; init; }

    /// <summary>All cores, or null.</summary>
    internal int? Cores { get; init; }

    /// <summary>Performance cores, or null.</summary>
    internal int? PerformanceCores { get; init; }

    /// <summary>Efficiency cores, or null.</summary>
    internal int? EfficiencyCores { get; init; }

    /// <summary>Memory, or null.</summary>
    internal ByteSize? Memory { get; init; }
}

/// <summary>Reads <c>system_profiler SPHardwareDataType -json</c>: the way round when <c>sysctl</c> cannot be run.</summary>
internal static class SystemProfilerParser
{
    /// <summary>What the text says; nulls where it does not. Never throws.</summary>
    internal static MacHardware Parse(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
            return new MacHardware();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("SPHardwareDataType", out JsonElement list)
                || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0 || list[0].ValueKind != JsonValueKind.Object)
            {
                return new MacHardware();
            }

            JsonElement hardware = list[0];
            (int? cores, int? performance, int? efficiency) = Cores(hardware);
            return new MacHardware
            {
                Chip = Text(hardware, "chip_type") ?? Text(hardware, "cpu_type"),
                Cores = cores,
                PerformanceCores = performance,
                EfficiencyCores = efficiency,
                Memory = Size(Text(hardware, "physical_memory")),
            };
        }
        catch (JsonException)
        {
            return new MacHardware();
        }
    }

    // "proc 8:4:4" is all : performance : efficiency; newer systems add a fourth figure whose place differs, so then only the sum is taken. Intel: a number.
    private static (int? All, int? Performance, int? Efficiency) Cores(JsonElement hardware)
    {
        if (!hardware.TryGetProperty("number_processors", out JsonElement value))
            return default;
        if (value.ValueKind == JsonValueKind.Number)
            return value.TryGetInt32(out int plain) && plain is > 0 and < 4096 ? (plain, null, null) : default;
        string text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
        if (!text.StartsWith("proc ", StringComparison.Ordinal))
            return default;
        string[] fields = text["proc ".Length..].Split(':');
        int[] counts = new int[fields.Length];
        for (int i = 0; i < fields.Length; i++)
        {
            if (!int.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out counts[i]) || counts[i] >= 4096)
                return default;
        }

        return counts.Length == 3 && counts[0] == counts[1] + counts[2] && counts[2] > 0
            ? (counts[0], counts[1], counts[2])
            : (counts[0] > 0 ? counts[0] : null, null, null);
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ByteSize? Size(string? text)
    {
        string[] words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2 || !double.TryParse(words[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            return null;
        double unit = words[1] switch { "GB" => ByteSize.GiB, "TB" => 1024.0 * ByteSize.GiB, "MB" => ByteSize.MiB, _ => 0 };
        return number * unit is > 0 and < 1e15 and var bytes ? new ByteSize((long)bytes) : null;
    }
}

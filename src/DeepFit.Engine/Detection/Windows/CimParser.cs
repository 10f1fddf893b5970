using System.Text.Json;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>
/// Reads <c>Get-CimInstance … | ConvertTo-Json</c>: the way round when the system calls fail (a locked-down host). One instance comes as an object, several as a list.
/// </summary>
internal static class CimParser
{
    /// <summary>The processors' name, cores and clock (Win32_Processor), all sockets together; null when the text holds none.</summary>
    internal static CpuInfo? ParseProcessors(string? json)
    {
        string? name = null;
        int physical = 0, logical = 0;
        double? clock = null;
        foreach (JsonElement item in Items(json))
        {
            name ??= Text(item, "Name");
            physical += (int)Math.Clamp(Number(item, "NumberOfCores") ?? 0, 0, 4096);
            logical += (int)Math.Clamp(Number(item, "NumberOfLogicalProcessors") ?? 0, 0, 8192);
            clock ??= Number(item, "MaxClockSpeed") is long mhz and > 0 ? mhz : null;
        }

        return name is null && logical == 0 ? null : new CpuInfo
        {
            Model = name ?? "unknown",
            PhysicalCores = Math.Max(1, physical),
            LogicalCores = Math.Max(Math.Max(1, physical), logical),
            MaxMhz = clock,
        };
    }

    /// <summary>Memory and description of Win32_OperatingSystem (its sizes are in KiB); nulls where the text does not say.</summary>
    internal static (MemoryInfo? Memory, string? Description) ParseOperatingSystem(string? json)
    {
        foreach (JsonElement item in Items(json))
        {
            long? total = KiB(item, "TotalVisibleMemorySize");
            long? free = KiB(item, "FreePhysicalMemory");
            string? caption = Text(item, "Caption");
            MemoryInfo? memory = total is long bytes and > 0 ? new MemoryInfo
            {
                Total = new ByteSize(bytes),
                Available = new ByteSize(Math.Min(bytes, free ?? bytes)),
                Swap = new ByteSize(KiB(item, "SizeStoredInPagingFiles") ?? 0),
            } : null;
            return (memory, caption);
        }

        return (null, null);
    }

    private static List<JsonElement> Items(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
            return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind switch
            {
                JsonValueKind.Object => [root],
                JsonValueKind.Array => [.. root.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)],
                _ => [],
            };
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString()?.Trim() is { Length: > 0 } text ? text : null;

    private static long? Number(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    private static long? KiB(JsonElement item, string name) => Number(item, name) is >= 0 and < long.MaxValue / 1024 and long number ? number * 1024 : null;
}

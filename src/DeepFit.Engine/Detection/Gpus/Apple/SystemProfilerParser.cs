using System.Globalization;
using System.Text.Json;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Apple;

/// <summary>A GPU as macOS' system profiler lists it.</summary>
/// <param name="Name">The model, such as <c>Apple M3 Pro</c> or <c>AMD Radeon Pro 5500M</c>.</param>
/// <param name="Cores">GPU cores of an Apple chip, or null.</param>
/// <param name="Vram">Own memory of a card in an Intel Mac, or null.</param>
/// <param name="Vendor"><c>apple amd intel nvidia</c>, or null.</param>
/// <param name="Metal">Whether it supports Metal.</param>
internal sealed record ProfiledGpu(string Name, int? Cores, ByteSize? Vram, string? Vendor, bool Metal);

/// <summary>Reads <c>system_profiler SPDisplaysDataType -json</c>.</summary>
internal static class SystemProfilerParser
{
    /// <summary>The GPUs; empty for anything but the expected JSON.</summary>
    public static IReadOnlyList<ProfiledGpu> Parse(string json)
    {
        List<ProfiledGpu> gpus = [];
        foreach (JsonElement entry in JsonText.Array(json, "SPDisplaysDataType"))
        {
            // "_name" is a resource key on some systems (kHW_AppleM1Item); "sppci_model" is the text.
            string? name = JsonText.String(entry, "sppci_model") ?? JsonText.String(entry, "_name");
            if (string.IsNullOrWhiteSpace(name))
                continue;

            gpus.Add(new ProfiledGpu(
                name,
                int.TryParse(JsonText.String(entry, "sppci_cores"), NumberStyles.None, CultureInfo.InvariantCulture, out int cores) && cores > 0 ? cores : null,
                (JsonText.String(entry, "spdisplays_vram") ?? JsonText.String(entry, "_spdisplays_vram")) is { } vram ? ProbeText.SizeWithUnit(vram) : null,
                Vendor(JsonText.String(entry, "spdisplays_vendor") ?? JsonText.String(entry, "sppci_vendor"), name),
                JsonText.String(entry, "spdisplays_mtlgpufamilysupport") is not null || JsonText.String(entry, "spdisplays_metal") is not null
                    || JsonText.String(entry, "spdisplays_metalfamily") is not null));
        }

        return gpus;
    }

    private static string? Vendor(string? text, string name)
    {
        string both = text + " " + name;
        foreach (string vendor in (ReadOnlySpan<string>)["apple", "amd", "intel", "nvidia"])
        {
            if (both.Contains(vendor, StringComparison.OrdinalIgnoreCase))
                return vendor;
        }

        return null;
    }
}

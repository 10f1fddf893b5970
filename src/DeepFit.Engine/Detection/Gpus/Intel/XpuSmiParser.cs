using System.Text.Json;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Intel;

/// <summary>A card as Intel's XPU manager describes it.</summary>
/// <param name="Name">The product's name.</param>
/// <param name="Address">PCI address in the kernel's form, or null.</param>
/// <param name="Memory">Physical memory, or null.</param>
internal sealed record XpuSmiCard(string Name, string? Address, ByteSize? Memory);

/// <summary>Reads <c>xpu-smi discovery -j</c> (a list) and <c>xpu-smi discovery -d … -j</c> (one card).</summary>
internal static class XpuSmiParser
{
    /// <summary>The physical GPUs; virtual functions and devices of other kinds are left out.</summary>
    public static IReadOnlyList<XpuSmiCard> Parse(string json)
    {
        List<XpuSmiCard> cards = [];
        IReadOnlyList<JsonElement> devices = JsonText.Array(json, "device_list");
        foreach (JsonElement device in devices.Count > 0 ? devices : JsonText.Array(json))
        {
            if (JsonText.String(device, "device_name") is not { Length: > 0 } name || JsonText.String(device, "device_type") is not (null or "GPU")
                || JsonText.String(device, "device_function_type") is "virtual")
            {
                continue;
            }

            ByteSize? memory = JsonText.Number(device, "memory_physical_size_byte") is > 0 and { } bytes ? new ByteSize(bytes) : null;
            cards.Add(new XpuSmiCard(name, PciAddress.Normalize(JsonText.String(device, "pci_bdf_address")), memory));
        }

        return cards;
    }
}

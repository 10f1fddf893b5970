using System.Text.Json;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Windows;

/// <summary>A display adapter as Windows' management interface lists it.</summary>
/// <param name="Name">The adapter's name.</param>
/// <param name="PnpId">Its plug-and-play id, such as <c>PCI\VEN_10DE&amp;DEV_2204&amp;…</c>, or null.</param>
/// <param name="Driver">Driver version, or null.</param>
/// <param name="AdapterRam">Its memory in a 32-bit field: anything from 4 GiB on reads as just below 4 GiB; null when absent.</param>
internal sealed record VideoController(string Name, string? PnpId, string? Driver, ByteSize? AdapterRam);

/// <summary>Reads <c>Get-CimInstance Win32_VideoController | ConvertTo-Json</c>.</summary>
internal static class VideoControllerParser
{
    /// <summary>The adapters; empty for anything but the expected JSON. One adapter alone is an object, several are an array.</summary>
    public static IReadOnlyList<VideoController> Parse(string json)
    {
        List<VideoController> controllers = [];
        foreach (JsonElement entry in JsonText.Array(json))
        {
            if (JsonText.String(entry, "Name") is { Length: > 0 } name)
            {
                // Some systems print the 32-bit field as a signed number.
                long? ram = JsonText.Number(entry, "AdapterRAM") is { } number ? (uint)number : null;
                controllers.Add(new VideoController(
                    name.Trim(), JsonText.String(entry, "PNPDeviceID"), JsonText.String(entry, "DriverVersion"), ram is > 0 ? new ByteSize(ram.Value) : null));
            }
        }

        return controllers;
    }
}

using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Amd;
using DeepFit.Engine.Detection.Gpus.Intel;

namespace DeepFit.Engine.Detection.Gpus.Windows;

/// <summary>Display adapters of Windows: which ones are there by the management interface, their memory by the registry, whose field has 64 bits.</summary>
internal static class WindowsGpuDetector
{
    private const string Command =
        "Get-CimInstance Win32_VideoController | Select-Object Name,AdapterRAM,DriverVersion,PNPDeviceID | ConvertTo-Json -Compress";

    // Win32_VideoController.AdapterRAM has 32 bits and reads 4293918720 (4 GiB less 1 MiB) for every larger card.
    private static readonly ByteSize s_cap = new(4293918720);

    /// <summary>The adapters; software and remote ones are left out.</summary>
    public static async Task<IReadOnlyList<GpuFinding>> DetectAsync(GpuContext context, CancellationToken cancellationToken)
    {
        ToolResult cim = await context.Host.RunAsync(
            "powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", Command], TimeSpan.FromSeconds(15), cancellationToken).ConfigureAwait(false);
        string registry = "";
        foreach (string value in (string[])["MatchingDeviceId", "DriverDesc", "HardwareInformation.qwMemorySize"])
        {
            ToolResult query = await context.Host.RunAsync(
                "reg.exe", ["query", DisplayRegistryParser.ClassKey, "/s", "/v", value], cancellationToken: cancellationToken).ConfigureAwait(false);
            registry += query.Output + "\n";
        }

        return Map(VideoControllerParser.Parse(cim.Output), DisplayRegistryParser.Parse(registry), context);
    }

    /// <summary>The devices; where the management interface gave nothing, the registry's drivers stand in for it.</summary>
    internal static IReadOnlyList<GpuFinding> Map(IReadOnlyList<VideoController> controllers, IReadOnlyList<DisplayKey> keys, GpuContext context)
    {
        if (controllers.Count == 0)
            controllers = [.. keys.Where(k => k.Description is not null).Select(k => new VideoController(k.Description!, k.MatchingId, null, null))];

        return [.. controllers.Select(c => Map(c, keys, context)).OfType<GpuFinding>()];
    }

    private static GpuFinding? Map(VideoController controller, IReadOnlyList<DisplayKey> keys, GpuContext context)
    {
        if (Vendor(controller.PnpId) is not { } vendor || controller.Name.StartsWith("Microsoft", StringComparison.Ordinal))
            return null;

        ByteSize? own = keys.Where(k => Answers(k, controller)).Select(k => k.Memory).OfType<ByteSize>().OrderByDescending(m => m.Bytes).Cast<ByteSize?>().FirstOrDefault()
            ?? (controller.AdapterRam is { } ram && ram >= s_cap ? ByteSize.FromGiB(4) : controller.AdapterRam);
        bool integrated = vendor switch
        {
            "intel" => !IntelNames.IsDiscrete(controller.Name),
            "amd" => AmdNames.IsIntegrated(controller.Name),
            "qualcomm" => true,
            _ => false,
        };
        if (!integrated && own is null)
        {
            context.Host.Record(controller.Name, null, "adapter whose memory no source tells");
            return null;
        }

        // What Intel's driver calls its own is a reserve that models do not get; AMD's carve-out is real memory that the system does not have.
        ByteSize? carveOut = integrated && vendor == "amd" ? own : null;
        ByteSize shared = SharedMemory.Half(context.Memory);
        return new GpuFinding(new GpuDevice
        {
            Name = controller.Name,
            Vendor = vendor,
            Memory = integrated ? (carveOut ?? ByteSize.Zero) + shared : own!.Value,
            MemoryFree = integrated ? (carveOut ?? ByteSize.Zero) + ProbeText.AtMost(context.Memory.Available, shared) : null,
            Unified = integrated,
            CarveOut = carveOut,
            Backends = vendor switch
            {
                "nvidia" => ["cuda", "vulkan"],
                "intel" => ["vulkan", "sycl"],
                "amd" when !integrated => ["rocm", "vulkan"],
                "moorethreads" => ["vulkan"],
                _ => ["vulkan"],
            },
            Driver = controller.Driver,
            Id = controller.PnpId,
        });
    }

    private static bool Answers(DisplayKey key, VideoController controller) =>
        key.MatchingId is { Length: > 0 } id && controller.PnpId?.StartsWith(id, StringComparison.OrdinalIgnoreCase) == true;

    private static string? Vendor(string? pnpId)
    {
        if (pnpId is null)
            return null;
        if (pnpId.StartsWith(@"ACPI\QCOM", StringComparison.OrdinalIgnoreCase) || pnpId.StartsWith(@"ACPI\VEN_QCOM", StringComparison.OrdinalIgnoreCase))
            return "qualcomm";

        const string Prefix = @"PCI\VEN_";
        if (!pnpId.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || pnpId.Length < Prefix.Length + 4
            || !ushort.TryParse(pnpId.AsSpan(Prefix.Length, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort id))
        {
            return null;
        }

        return id switch
        {
            PciVendor.Nvidia => "nvidia",
            PciVendor.Amd => "amd",
            PciVendor.Intel => "intel",
            PciVendor.MooreThreads => "moorethreads",
            _ => null,
        };
    }
}

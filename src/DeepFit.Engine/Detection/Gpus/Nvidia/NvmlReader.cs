using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Nvidia;

/// <summary>Reads the cards from NVML. A card that fails one question keeps the other answers; a card without a name is left out.</summary>
internal static class NvmlReader
{
    private const int MostDevices = 256;

    /// <summary>The cards, or null with the reason when the library cannot be used, so that another source is asked.</summary>
    public static IReadOnlyList<NvidiaCard>? Read(INvml nvml, out string? error)
    {
        NvmlReturn code = nvml.Init();
        if (code != NvmlReturn.Success)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"nvmlInit_v2 returned {(int)code}");
            return null;
        }

        code = nvml.DeviceCount(out int count);
        if (code != NvmlReturn.Success)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"nvmlDeviceGetCount_v2 returned {(int)code}");
            return null;
        }

        nvml.DriverVersion(out string? driver);
        List<NvidiaCard> cards = [];
        for (int i = 0; i < Math.Clamp(count, 0, MostDevices); i++)
        {
            if (nvml.Device(i, out nint device) == NvmlReturn.Success && ReadCard(nvml, device, driver) is { } card)
                cards.Add(card);
        }

        error = null;
        return cards;
    }

    private static NvidiaCard? ReadCard(INvml nvml, nint device, string? driver)
    {
        if (nvml.Name(device, out string? name) != NvmlReturn.Success || string.IsNullOrWhiteSpace(name))
            return null;

        // GB10 and Jetson answer "not supported": their memory is the system's. Any other failure is a card that cannot be used.
        NvmlReturn code = nvml.Memory(device, out long total, out long free);
        if (code is not (NvmlReturn.Success or NvmlReturn.NotSupported))
            return null;

        bool owned = code == NvmlReturn.Success && total > 0;
        bool split = nvml.MigEnabled(device, out bool enabled) == NvmlReturn.Success && enabled;
        return new NvidiaCard
        {
            Name = name.Trim(),
            Memory = owned ? new ByteSize(total) : null,
            MemoryFree = owned ? new ByteSize(Math.Clamp(free, 0, total)) : null,
            Driver = string.IsNullOrWhiteSpace(driver) ? null : driver.Trim(),
            Address = nvml.BusId(device, out string? busId) == NvmlReturn.Success ? PciAddress.Normalize(busId) : null,
            ComputeCapability = nvml.ComputeCapability(device, out int major, out int minor) == NvmlReturn.Success && major > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}") : null,
            MigEnabled = split,
            Instances = split ? ReadInstances(nvml, device, name.Trim()) : [],
        };
    }

    private static List<MigInstance> ReadInstances(INvml nvml, nint device, string cardName)
    {
        List<MigInstance> instances = [];
        if (nvml.MaxMigDevices(device, out int most) != NvmlReturn.Success)
            return instances;

        for (int i = 0; i < Math.Clamp(most, 0, MostDevices); i++)
        {
            if (nvml.MigDevice(device, i, out nint instance) != NvmlReturn.Success
                || nvml.Memory(instance, out long total, out long free) != NvmlReturn.Success || total <= 0)
            {
                continue;
            }

            nvml.Uuid(instance, out string? uuid);
            string name = nvml.Name(instance, out string? own) == NvmlReturn.Success && own is { Length: > 0 } && own.Contains("MIG", StringComparison.Ordinal)
                ? own : cardName + " MIG";
            instances.Add(new MigInstance(name, uuid, new ByteSize(total), new ByteSize(Math.Clamp(free, 0, total))));
        }

        return instances;
    }
}

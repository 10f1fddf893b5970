using System.Globalization;
using System.Text.RegularExpressions;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Advice;

/// <summary>
/// Hardware of the catalogues: every card that has a known memory and bandwidth, one to eight of it; every chip with unified memory, in each size that it is sold
/// with; every processor with the memory that suits its kind. Each list goes from small to large, so that a search may stop at the first that does.
/// </summary>
internal static partial class HardwareCandidates
{
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    /// <summary>The lists.</summary>
    public static IEnumerable<IEnumerable<HardwareCandidate>> Ladders() => Ladders(DeviceCatalog.Default, CpuCatalog.Default);

    /// <summary>The lists of two catalogues.</summary>
    public static IEnumerable<IEnumerable<HardwareCandidate>> Ladders(DeviceCatalog devices, CpuCatalog cpus)
    {
        foreach (DeviceSpecification device in devices.Devices)
        {
            if (device.Bandwidth is null || device.MemorySizes.Count == 0)
            {
                continue;
            }

            if (device.Unified)
            {
                yield return device.MemorySizes.Order().Select(gb => Unified(device, gb));
                continue;
            }

            foreach (double gb in device.MemorySizes)
            {
                bool laptop = IsLaptop(device.Name);
                yield return AdviceAssumptions.Numbers("gpu_counts").Where(n => n == 1 || !laptop).Select(n => Cards(device, gb, (int)n));
            }
        }

        // processors that differ in name alone are one: the planner cannot tell them apart
        foreach (CpuSpecification cpu in cpus.Cpus.DistinctBy(c => (c.Vendor, c.Kind, c.Cores, c.PerformanceCores, c.Bandwidth, c.MaxSockets, Simd: string.Join(' ', c.Simd))))
        {
            IReadOnlyList<double> sizes = AdviceAssumptions.Numbers("ram_gb_" + cpu.Kind);
            for (int sockets = 1; sockets <= Math.Min(2, cpu.MaxSockets) && cpu.Bandwidth is not null && sizes.Count > 0; sockets++)
            {
                int count = sockets;
                yield return sizes.Select(gb => Processor(cpu, gb * count, count));
            }
        }
    }

    /// <summary>Whether a card's name is that of a laptop's.</summary>
    public static bool IsLaptop(string name) => LaptopName().IsMatch(name);

    /// <summary>The launch price of a device with so much memory: a product's price is that of its largest size.</summary>
    public static double? PriceOf(DeviceSpecification device, double gigabytes) =>
        device.MsrpUsd is { } price && (device.MemorySizes.Count == 1 || Math.Abs(gigabytes - device.MemorySizes.Max()) < 0.01) ? price : null;

    private static HardwareCandidate Cards(DeviceSpecification device, double gb, int count)
    {
        var memory = ByteSize.FromGiB(gb);
        MachineProfile machine = MachineComposer.Compose(new MachineParts { Gpus = [new GpuPart(device, count, memory)] });
        double? price = PriceOf(device, gb);
        string group = count == 1 ? "one_gpu" : count == 2 ? "two_gpus" : "several_gpus";
        string form = IsLaptop(device.Name) ? "laptop" : device.Form == "accelerator" || count > AdviceAssumptions.Number("desktop_gpus") ? "server" : "desktop";
        string times = count > 1 ? string.Create(C, $"{count} × ") : "";
        return new HardwareCandidate(
            times + Named(device, gb), group, form, device.Vendor, machine, price * count, price is null ? null : device.MsrpSource, memory * count, device.Bandwidth!.Value, count);
    }

    private static HardwareCandidate Unified(DeviceSpecification device, double gb)
    {
        var memory = ByteSize.FromGiB(gb);
        MachineProfile machine = MachineComposer.Compose(new MachineParts { Gpus = [new GpuPart(device)], Memory = memory });
        double? price = PriceOf(device, gb);
        return new HardwareCandidate(
            Named(device, gb), "unified", device.Vendor == "apple" ? "mac" : "desktop", device.Vendor, machine, price, price is null ? null : device.MsrpSource, memory, device.Bandwidth!.Value, 1);
    }

    private static HardwareCandidate Processor(CpuSpecification cpu, double gb, int sockets)
    {
        var memory = ByteSize.FromGiB(gb);
        MachineProfile machine = MachineComposer.Compose(new MachineParts { Cpu = cpu, Sockets = sockets, Memory = memory });
        string times = sockets > 1 ? string.Create(C, $"{sockets} × ") : "";
        string form = cpu.Kind switch { "laptop" => "laptop", "server" or "workstation" => "server", _ => "desktop" };
        return new HardwareCandidate(
            string.Create(C, $"{times}{cpu.Name}, {gb:0.##} GB"), "cpu", form, cpu.Vendor, machine, null, null, memory, machine.Memory.Bandwidth ?? cpu.Bandwidth!.Value, sockets);
    }

    // the catalogue's name often says the size already
    private static string Named(DeviceSpecification device, double gb)
    {
        string size = string.Create(C, $"{gb:0.##} GB");
        return device.Name.Contains(string.Create(C, $"{gb:0.##}GB"), StringComparison.OrdinalIgnoreCase) || device.Name.Contains(size, StringComparison.OrdinalIgnoreCase)
            ? device.Name
            : device.Unified ? $"{device.Name}, {size}" : $"{device.Name} ({size})";
    }

    [GeneratedRegex(@"Laptop|Mobile|with Max-Q|\d{3,4}M$", RegexOptions.IgnoreCase)]
    private static partial Regex LaptopName();
}

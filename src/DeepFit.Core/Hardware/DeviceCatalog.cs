using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>
/// Memory, bandwidth and FP16 throughput of known devices, from <c>Data/devices.csv</c>, where every figure has its source beside it.
/// Nothing is read before the first look-up.
/// </summary>
public sealed class DeviceCatalog
{
    private static readonly Lazy<DeviceCatalog> s_default = new(() => new DeviceCatalog(EmbeddedTable.Load("devices.csv")));

    private readonly (DeviceSpecification Device, DeviceName[] Names)[] _entries;

    private DeviceCatalog(EmbeddedTable table)
    {
        table.Require(
            "devices.csv", "device", "vendor", "aliases", "gpu_cores", "memory_gb", "memory_source", "bandwidth_gb_s", "bandwidth_source", "fp16_tflops", "fp16_source",
            "fp16_vector_tflops", "fp16_vector_source");
        Devices = [.. Enumerable.Range(0, table.Count).Select(row => Read(table, row))];
        _entries = [.. Devices.Select(d => (d, (DeviceName[])[DeviceName.Parse(d.Name), .. d.Aliases.Select(DeviceName.Parse)]))];
    }

    /// <summary>The catalogue that ships with DeepFit; loaded at the first use.</summary>
    public static DeviceCatalog Default => s_default.Value;

    /// <summary>Every device, in the file's order.</summary>
    public IReadOnlyList<DeviceSpecification> Devices { get; }

    /// <summary>
    /// The device that a driver's name means, or null. Laptop, Max-Q and other variants never match the plain product; where the memory
    /// size tells two products apart (RTX 3060 8 and 12 GB, A100 40 and 80 GB) it must agree, and so must the core count where that does.
    /// </summary>
    /// <param name="name">The name as the driver gives it, such as <c>NVIDIA GeForce RTX 3090</c>.</param>
    /// <param name="memory">The device's memory as the driver gives it, or null when unknown; leave it null for unified memory.</param>
    /// <param name="gpuCores">GPU cores, or null when unknown.</param>
    public DeviceSpecification? Match(string name, ByteSize? memory = null, int? gpuCores = null)
    {
        DeviceName wanted = DeviceName.Parse(name);
        if (wanted.IsEmpty)
            return null;

        foreach ((DeviceSpecification device, DeviceName[] names) in _entries)
        {
            foreach (DeviceName known in names)
            {
                if (wanted.SameProduct(known) && MemoryAgrees(device, known, wanted, memory) && (device.GpuCores is null || device.GpuCores == gpuCores))
                    return device;
            }
        }

        return null;
    }

    /// <summary>The memory sizes, in GB, that products of a name are sold with, smallest first; empty when unknown.</summary>
    /// <param name="name">The name as the driver gives it.</param>
    public IReadOnlyList<double> MemorySizes(string name)
    {
        DeviceName wanted = DeviceName.Parse(name);
        return [.. _entries.Where(e => e.Names.Any(wanted.SameProduct)).SelectMany(e => e.Device.MemorySizes).Distinct().Order()];
    }

    /// <summary>Reads a catalogue from CSV with the header of <c>Data/devices.csv</c>.</summary>
    /// <param name="csv">The whole file.</param>
    /// <exception cref="FormatException">A column is missing, or a figure is not a number.</exception>
    public static DeviceCatalog Parse(string csv) => new(EmbeddedTable.Parse(csv, "devices.csv"));

    // A driver's figure lies between the maker's GB less a reserve (ECC takes up to a sixteenth) and the same count of GiB.
    private static bool SizeAgrees(double gigabytes, ByteSize memory) =>
        memory.InGiB >= (gigabytes * 0.87) - 0.25 && memory.InGiB <= (gigabytes * 1.02) + 0.1;

    private static bool MemoryAgrees(DeviceSpecification device, DeviceName known, DeviceName wanted, ByteSize? memory)
    {
        IReadOnlyList<double> sizes = known.Memory is { } stated ? [stated] : device.MemorySizes;
        if (wanted.Memory is { } named)
            return sizes.Count == 0 || sizes.Contains(named);

        // A row that is only one size of a product (its name says so) needs the size to match; without one it cannot be told.
        if (memory is not { } size || size.Bytes <= 0)
            return known.Memory is null;

        return sizes.Count == 0 || sizes.Any(s => SizeAgrees(s, size));
    }

    private static DeviceSpecification Read(EmbeddedTable table, int row) => new()
    {
        Name = table.TextOrNull(row, "device") ?? throw new FormatException("devices.csv: a device has no name"),
        Vendor = table.TextOrNull(row, "vendor") ?? throw new FormatException("devices.csv: a device has no vendor"),
        Aliases = table.List(row, "aliases", ';'),
        GpuCores = (int?)table.NumberOrNull(row, "gpu_cores"),
        MemorySizes = [.. table.List(row, "memory_gb", '/').Select(size => double.Parse(size, NumberStyles.Float, CultureInfo.InvariantCulture))],
        MemorySource = table.TextOrNull(row, "memory_source"),
        Bandwidth = table.NumberOrNull(row, "bandwidth_gb_s") is { } rate ? ByteRate.FromGBPerSecond(rate) : null,
        BandwidthSource = table.TextOrNull(row, "bandwidth_source"),
        Fp16Tflops = table.NumberOrNull(row, "fp16_tflops"),
        Fp16Source = table.TextOrNull(row, "fp16_source"),
        Fp16VectorTflops = table.NumberOrNull(row, "fp16_vector_tflops"),
        Fp16VectorSource = table.TextOrNull(row, "fp16_vector_source"),
        Architecture = table.TextOrNull(row, "architecture"),
        Form = table.TextOrNull(row, "form") ?? (table.TextOrNull(row, "vendor") == "apple" ? "soc" : "discrete"),
        Pcie = table.TextOrNull(row, "pcie"),
        MsrpUsd = table.NumberOrNull(row, "msrp_usd"),
        MsrpSource = table.TextOrNull(row, "msrp_source"),
        Year = (int?)table.NumberOrNull(row, "year"),
    };
}

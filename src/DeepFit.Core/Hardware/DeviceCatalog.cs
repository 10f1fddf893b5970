using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>
/// Memory, bandwidth and FP16 throughput of known devices, from <c>Data/devices.csv</c>, where every figure has its source beside it.
/// Nothing is read before the first look-up.
/// </summary>
public sealed class DeviceCatalog
{
    private static readonly Lazy<DeviceCatalog> s_default = new(LoadEmbedded);

    private readonly (DeviceSpecification Device, DeviceName[] Names)[] _entries;

    private DeviceCatalog(IReadOnlyList<DeviceSpecification> devices)
    {
        Devices = devices;
        _entries = [.. devices.Select(d => (d, (DeviceName[])[DeviceName.Parse(d.Name), .. d.Aliases.Select(DeviceName.Parse)]))];
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
    public static DeviceCatalog Parse(string csv)
    {
        List<string[]> rows = ReadRows(csv);
        if (rows.Count == 0)
            throw new FormatException("The device catalogue has no header.");

        FrozenDictionary<string, int> columns = rows[0].Select((column, index) => KeyValuePair.Create(column, index)).ToFrozenDictionary(StringComparer.Ordinal);
        return new DeviceCatalog([.. rows.Skip(1).Select(row => ReadDevice(columns, row))]);
    }

    private static DeviceCatalog LoadEmbedded()
    {
        using Stream stream = typeof(DeviceCatalog).Assembly.GetManifestResourceStream("DeepFit.Core.Data.devices.csv")
            ?? throw new InvalidOperationException("The device catalogue is not in the assembly.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return Parse(reader.ReadToEnd());
    }

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

    private static DeviceSpecification ReadDevice(FrozenDictionary<string, int> columns, string[] row)
    {
        string? Text(string column)
        {
            if (!columns.TryGetValue(column, out int index))
                throw new FormatException($"The device catalogue has no column '{column}'.");
            return index < row.Length && row[index].Length > 0 ? row[index] : null;
        }

        double? Number(string column) => Text(column) is { } text ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

        return new DeviceSpecification
        {
            Name = Text("device") ?? throw new FormatException("A device has no name."),
            Vendor = Text("vendor") ?? throw new FormatException("A device has no vendor."),
            Aliases = Text("aliases")?.Split(';') ?? [],
            GpuCores = Number("gpu_cores") is { } cores ? (int)cores : null,
            MemorySizes = [.. (Text("memory_gb")?.Split('/') ?? []).Select(s => double.Parse(s, NumberStyles.Float, CultureInfo.InvariantCulture))],
            MemorySource = Text("memory_source"),
            Bandwidth = Number("bandwidth_gb_s") is { } rate ? ByteRate.FromGBPerSecond(rate) : null,
            BandwidthSource = Text("bandwidth_source"),
            Fp16Tflops = Number("fp16_tflops"),
            Fp16Source = Text("fp16_source"),
            Fp16VectorTflops = Number("fp16_vector_tflops"),
            Fp16VectorSource = Text("fp16_vector_source"),
        };
    }

    // RFC 4180, as far as the file goes: quoted fields, doubled quotes, no line breaks inside a field.
    private static List<string[]> ReadRows(string csv)
    {
        List<string[]> rows = [];
        foreach (ReadOnlySpan<char> rawLine in csv.AsSpan().EnumerateLines())
        {
            if (rawLine.IsWhiteSpace())
                continue;

            List<string> fields = [];
            StringBuilder field = new();
            bool quoted = false;
            for (int i = 0; i < rawLine.Length; i++)
            {
                char c = rawLine[i];
                if (c == '"')
                {
                    if (quoted && i + 1 < rawLine.Length && rawLine[i + 1] == '"')
                    {
                        field.Append('"');
                        i++;
                    }
                    else
                    {
                        quoted = !quoted;
                    }
                }
                else if (c == ',' && !quoted)
                {
                    fields.Add(field.ToString());
                    field.Clear();
                }
                else
                {
                    field.Append(c);
                }
            }

            fields.Add(field.ToString());
            rows.Add([.. fields]);
        }

        return rows;
    }
}

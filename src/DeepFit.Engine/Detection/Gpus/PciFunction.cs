using System.Globalization;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>One function on the PCI bus, as <c>/sys/bus/pci/devices/*/uevent</c> describes it.</summary>
/// <param name="Address">The address in the kernel's form, <c>0000:01:00.0</c>.</param>
/// <param name="Class">Class code: base class, subclass and interface, such as <c>0x030000</c> for VGA.</param>
/// <param name="Vendor">Vendor id, such as <c>0x10de</c>.</param>
/// <param name="Device">Device id.</param>
/// <param name="Driver">The kernel driver bound to it, or null.</param>
internal sealed record PciFunction(string Address, uint Class, ushort Vendor, ushort Device, string? Driver)
{
    /// <summary>Whether it is a display controller: VGA, XGA, 3D or other.</summary>
    public bool IsDisplay => Class >> 16 == 0x03;

    /// <summary>Whether it is a processing accelerator or a co-processor.</summary>
    public bool IsAccelerator => Class >> 16 == 0x12 || Class >> 8 == 0x0b40;

    /// <summary>Its folder in sysfs.</summary>
    public string Folder => "/sys/bus/pci/devices/" + Address;

    /// <summary>Bus and device without the function, for finding siblings.</summary>
    public string Slot => Address[..Address.LastIndexOf('.')];
}

/// <summary>Lists the PCI bus from sysfs: one folder and one small file a function, no process.</summary>
internal static class PciScanner
{
    private const string Root = "/sys/bus/pci/devices";

    /// <summary>Every PCI function, in address order; empty when sysfs has none (a container without it, WSL, a virtual machine without PCI).</summary>
    public static IReadOnlyList<PciFunction> Scan(IProbeHost host)
    {
        List<PciFunction> functions = [];
        foreach (string name in host.ListFolder(Root))
        {
            if (PciAddress.Normalize(name) is null || host.ReadFile($"{Root}/{name}/uevent") is not { } uevent)
                continue;
            if (ParseUevent(name, uevent) is { } function)
                functions.Add(function);
        }

        return functions;
    }

    /// <summary>Reads one <c>uevent</c>; null when it names no class or no ids.</summary>
    public static PciFunction? ParseUevent(string address, string uevent)
    {
        string? driver = null;
        uint? classCode = null;
        ushort? vendor = null;
        ushort? device = null;
        foreach (ReadOnlySpan<char> line in uevent.AsSpan().EnumerateLines())
        {
            int equals = line.IndexOf('=');
            if (equals < 0)
                continue;

            ReadOnlySpan<char> value = line[(equals + 1)..].Trim();
            switch (line[..equals])
            {
                case "DRIVER":
                    driver = value.ToString();
                    break;
                case "PCI_CLASS" when uint.TryParse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code):
                    classCode = code;
                    break;
                case "PCI_ID" when value.IndexOf(':') is > 0 and int colon
                        && ushort.TryParse(value[..colon], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort v)
                        && ushort.TryParse(value[(colon + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort d):
                    vendor = v;
                    device = d;
                    break;
                default:
                    break;
            }
        }

        return classCode is { } c && vendor is { } vendorId && device is { } deviceId ? new PciFunction(address, c, vendorId, deviceId, driver) : null;
    }
}

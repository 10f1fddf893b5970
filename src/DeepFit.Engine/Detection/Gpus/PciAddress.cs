using System.Globalization;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>PCI addresses as tools write them, brought to the kernel's form <c>0000:01:00.0</c>.</summary>
internal static class PciAddress
{
    /// <summary>
    /// The address in the kernel's form, or null when the text is none. Reads <c>01:00.0</c>, <c>0000:01:00.0</c>, <c>00000000:01:00.0</c>
    /// (NVML) and <c>0000000F:01:00.0</c>.
    /// </summary>
    public static string? Normalize(string? text)
    {
        if (text is null)
            return null;

        string[] parts = text.Trim().Split(':');
        if (parts.Length is not (2 or 3))
            return null;

        string[] slot = parts[^1].Split('.');
        if (slot.Length != 2)
            return null;

        uint domain = 0;
        if ((parts.Length == 3 && !Hex(parts[0], 8, out domain)) || !Hex(parts[^2], 2, out uint bus) || !Hex(slot[0], 2, out uint device)
            || !Hex(slot[1], 1, out uint function))
        {
            return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{domain:x4}:{bus:x2}:{device:x2}.{function:x}");
    }

    private static bool Hex(string text, int longest, out uint value)
    {
        value = 0;
        return text.Length >= 1 && text.Length <= longest && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}

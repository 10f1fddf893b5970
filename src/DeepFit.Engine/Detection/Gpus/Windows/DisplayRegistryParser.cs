using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Windows;

/// <summary>A display adapter's driver key.</summary>
/// <param name="MatchingId">Start of the plug-and-play id that the driver answers to, or null.</param>
/// <param name="Description">The adapter's name, or null.</param>
/// <param name="Memory">Own memory (<c>HardwareInformation.qwMemorySize</c>), or null.</param>
internal sealed record DisplayKey(string? MatchingId, string? Description, ByteSize? Memory);

/// <summary>Reads what <c>reg query … /s /v …</c> prints of the display class, of one value or of several queries one after another.</summary>
internal static class DisplayRegistryParser
{
    /// <summary>The registry key of the display adapter class.</summary>
    public const string ClassKey = @"HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}";

    /// <summary>One entry per numbered subkey, in the order of first sight. The closing line, in whatever language, is passed over.</summary>
    public static IReadOnlyList<DisplayKey> Parse(string output)
    {
        List<string> order = [];
        Dictionary<string, DisplayKey> keys = new(StringComparer.OrdinalIgnoreCase);
        string? current = null;
        foreach (string rawLine in output.Split('\n'))
        {
            string line = rawLine.TrimEnd();
            if (line.StartsWith("HKEY_", StringComparison.OrdinalIgnoreCase))
            {
                current = Subkey(line);
            }
            else if (current is not null && line.StartsWith("    ", StringComparison.Ordinal))
            {
                string[] parts = line.Split("    ", 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                if (parts.Length < 3)
                    continue;
                if (!keys.TryGetValue(current, out DisplayKey? key))
                {
                    key = new DisplayKey(null, null, null);
                    order.Add(current);
                }

                keys[current] = parts[0] switch
                {
                    "MatchingDeviceId" => key with { MatchingId = parts[2] },
                    "DriverDesc" => key with { Description = parts[2] },
                    "HardwareInformation.qwMemorySize" => key with { Memory = Size(parts[1], parts[2]) ?? key.Memory },
                    _ => key,
                };
            }
        }

        return [.. order.Select(k => keys[k])];
    }

    private static string? Subkey(string path)
    {
        string last = path[(path.LastIndexOf('\\') + 1)..];
        return last.Length == 4 && last.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 ? last : null;
    }

    private static ByteSize? Size(string type, string data)
    {
        ulong value = 0;
        switch (type)
        {
            case "REG_QWORD" or "REG_DWORD" when data.StartsWith("0x", StringComparison.OrdinalIgnoreCase):
                if (!ulong.TryParse(data.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
                    return null;
                break;
            case "REG_BINARY":
                // Little-endian bytes, with or without blanks between them.
                string hex = data.Replace(" ", "", StringComparison.Ordinal);
                if (hex.Length is 0 or > 16 || hex.Length % 2 != 0)
                    return null;
                for (int i = hex.Length - 2; i >= 0; i -= 2)
                {
                    if (!byte.TryParse(hex.AsSpan(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte part))
                        return null;
                    value = (value << 8) | part;
                }

                break;
            default:
                return null;
        }

        return value is > 0 and < long.MaxValue ? new ByteSize((long)value) : null;
    }
}

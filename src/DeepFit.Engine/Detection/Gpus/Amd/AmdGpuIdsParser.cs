using System.Globalization;

namespace DeepFit.Engine.Detection.Gpus.Amd;

/// <summary>Reads marketing names from libdrm's <c>amdgpu.ids</c>: device id, revision and name, separated by commas.</summary>
internal static class AmdGpuIdsParser
{
    /// <summary>Where distributions put the file.</summary>
    public static IReadOnlyList<string> Paths { get; } = ["/usr/share/libdrm/amdgpu.ids", "/opt/amdgpu/share/libdrm/amdgpu.ids"];

    /// <summary>The name of a device and revision, or null.</summary>
    public static string? Find(string ids, ushort device, byte revision)
    {
        foreach (ReadOnlySpan<char> line in ids.AsSpan().EnumerateLines())
        {
            int first = line.IndexOf(',');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(',');
            if (second < 0 || line[0] == '#')
                continue;

            second += first + 1;
            if (Hex(line[..first]) == device && Hex(line[(first + 1)..second]) == revision)
                return line[(second + 1)..].Trim() is { Length: > 0 } name ? name.ToString() : null;
        }

        return null;
    }

    private static int Hex(ReadOnlySpan<char> text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) ? value : -1;
}

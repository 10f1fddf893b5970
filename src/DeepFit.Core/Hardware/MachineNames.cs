using System.Globalization;

namespace DeepFit.Core.Hardware;

/// <summary>Names of imagined machines, from their parts.</summary>
internal static class MachineNames
{
    /// <summary><c>2 × RTX 3090, EPYC 9374F, 384 GB</c>.</summary>
    public static string Of(MachineParts parts, MemoryInfo memory)
    {
        var words = new List<string>();
        if (parts.System is { } system)
        {
            words.Add(system.Name);
        }

        string? said = parts.System?.Gpu;
        words.AddRange(parts.Gpus.Where(g => g.Device.Name != said).Select(g => Times(g.Count) + g.Device.Name));
        if (parts.Cpu is { } cpu && (parts.System?.Cpu != cpu.Name || parts.Sockets > 1) && !parts.Gpus.Any(g => MachineProducts.Plain(g.Device.Name) == cpu.Name))
        {
            words.Add(Times(parts.Sockets) + cpu.Name);
        }

        words.Add(string.Create(CultureInfo.InvariantCulture, $"{memory.Total.InGiB:0.##} GB"));
        string one = string.Join(", ", words);
        return parts.Nodes > 1 ? $"{Times(parts.Nodes)}({one})" : one;
    }

    private static string Times(int count) => count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{count} × ") : "";
}

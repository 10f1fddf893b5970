using System.Globalization;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>The system memory of an imagined machine: its size, and its bandwidth as channels x transfers x 8 bytes.</summary>
internal static class MachineComposerMemory
{
    private static readonly double[] s_usualSizes = [16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384];

    /// <summary>The memory; what is free of it is as in a machine file that gives the total alone.</summary>
    public static MemoryInfo Compose(MachineParts parts, DeviceSpecification? chip, bool server, List<BilingualText> assumptions)
    {
        ByteSize total = parts.Memory ?? AssumedSize(parts, chip, server, assumptions);
        if (chip is { Vendor: "apple", MemorySizes.Count: > 0 } && (total.InGiB < chip.MemorySizes[0] || total.InGiB > chip.MemorySizes[^1]))
        {
            string sizes = Sizes(chip.MemorySizes);
            throw new UserErrorException(new BilingualText(
                $"{chip.Name} with {total} is not sold: it comes with {sizes} GB.", $"没有 {total} 内存的 {chip.Name}：它有 {sizes} GB 的规格。"));
        }

        (ByteRate? rate, string? basis) = Bandwidth(parts, chip, server, assumptions);
        return new MemoryInfo
        {
            Total = total,
            Available = MachineFileReader.DefaultAvailable(total),
            Bandwidth = rate,
            BandwidthBasis = basis,
        };
    }

    private static ByteSize AssumedSize(MachineParts parts, DeviceSpecification? chip, bool server, List<BilingualText> assumptions)
    {
        IReadOnlyList<double> sold = parts.System?.MemorySizes is { Count: > 0 } own ? own : chip?.MemorySizes ?? [];
        if (sold.Count > 0)
        {
            string name = parts.System?.Name ?? chip!.Name;
            if (sold.Count > 1)
            {
                assumptions.Add(new BilingualText(
                    $"{Text(sold[^1])} GB of memory, the most that {name} is sold with ({Sizes(sold)})", $"{Text(sold[^1])} GB 内存，即 {name} 的最大规格（{Sizes(sold)}）"));
            }

            return ByteSize.FromGiB(sold[^1]);
        }

        double vram = parts.Gpus.Where(g => !g.Device.Unified).Sum(g => g.Count * (g.Memory?.InGiB ?? (g.Device.MemorySizes is [var first, ..] ? first : 0)));
        double least = parts.Cpu is { } cpu && vram == 0
            ? MachineAssumptions.Find("memory_gb_" + cpu.Kind) ?? MachineAssumptions.Number("memory_gb_desktop")
            : MachineAssumptions.Number(server ? "server_memory_gb" : "host_memory_gb");
        double size = Math.Max(least, s_usualSizes.FirstOrDefault(s => s >= vram, s_usualSizes[^1]));
        assumptions.Add(new BilingualText($"{Text(size)} GB of system memory", $"{Text(size)} GB 系统内存"));
        return ByteSize.FromGiB(size);
    }

    private static (ByteRate? Rate, string? Basis) Bandwidth(MachineParts parts, DeviceSpecification? chip, bool server, List<BilingualText> assumptions)
    {
        if (parts.Bandwidth is { } given)
        {
            return (given, parts.BandwidthBasis ?? "given");
        }

        if (parts.MemoryKind is null && parts.Channels is null)
        {
            if (parts.Cpu?.Bandwidth is { } published)
            {
                string sockets = parts.Sockets > 1 ? string.Create(CultureInfo.InvariantCulture, $"{parts.Sockets} x ") : "";
                string with = parts.Cpu is { MemoryChannels: { } count, Memory: [var best, ..] } ? string.Create(CultureInfo.InvariantCulture, $"{sockets}{count} x {best}") : $"{sockets}{parts.Cpu.Name}";
                return (new ByteRate(published.BytesPerSecond * parts.Sockets), with);
            }

            if (chip?.Bandwidth is { } ofChip)
            {
                return (ofChip, chip.Name);
            }
        }

        MemoryKind? kind = parts.MemoryKind ?? (parts.Cpu is { Memory: [var fastest, ..] } ? fastest : null);
        if (parts.Cpu is not null && kind is null)
        {
            return (null, null);
        }

        CheckKind(parts.Cpu, parts.MemoryKind);
        int? channels = parts.Channels ?? parts.Cpu?.MemoryChannels;
        if (kind is null)
        {
            kind = MachineAssumptions.Memory(server ? "server_memory" : "host_memory");
            channels ??= (int)MachineAssumptions.Number(server ? "server_channels" : "host_channels");
            assumptions.Add(new BilingualText($"memory {kind} in {channels} channels", $"内存 {kind}，{channels} 通道"));
        }
        else if (channels is null)
        {
            channels = (int)MachineAssumptions.Number(server ? "server_channels" : "channels_desktop");
            assumptions.Add(new BilingualText($"{channels} memory channels", $"{channels} 个内存通道"));
        }

        string prefix = parts.Sockets > 1 ? string.Create(CultureInfo.InvariantCulture, $"{parts.Sockets} x ") : "";
        return (
            new ByteRate(kind.Bandwidth(channels.Value).BytesPerSecond * parts.Sockets),
            string.Create(CultureInfo.InvariantCulture, $"{prefix}{channels} x {kind}"));
    }

    private static void CheckKind(CpuSpecification? cpu, MemoryKind? kind)
    {
        if (cpu is { Memory.Count: > 0 } && kind is not null && !cpu.Memory.Any(k => k.Type == kind.Type))
        {
            string takes = string.Join(" / ", cpu.Memory.Select(k => k.ToString()));
            throw new UserErrorException(new BilingualText($"{cpu.Name} does not take {kind}: it takes {takes}.", $"{cpu.Name} 不支持 {kind}，支持的是 {takes}。"));
        }
    }

    /// <summary>Sizes as text: <c>24/48/64</c>.</summary>
    public static string Sizes(IReadOnlyList<double> sizes) => string.Join('/', sizes.Select(Text));

    private static string Text(double size) => size.ToString(CultureInfo.InvariantCulture);
}

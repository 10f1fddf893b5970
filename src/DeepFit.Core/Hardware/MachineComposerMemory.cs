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
        double least = (parts.System?.Kind ?? parts.Cpu?.Kind) is { } kind && vram == 0
            ? MachineAssumptions.Find("memory_gb_" + kind) ?? MachineAssumptions.Number("memory_gb_desktop")
            : MachineAssumptions.Number(server ? "server_memory_gb" : "host_memory_gb");
        double carved = parts.Gpus.Max(g => g.CarveOut?.InGiB) ?? 0;
        double needed = Math.Max(vram, 2 * carved);
        double size = Math.Max(least, s_usualSizes.FirstOrDefault(s => s >= needed, s_usualSizes[^1]));
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
                return Published(parts, parts.Cpu, published, assumptions);
            }

            if (chip?.Bandwidth is { } ofChip)
            {
                return (ofChip, chip.Name);
            }

            if (parts.System is not null)
            {
                return (null, null);
            }
        }

        MemoryKind? kind = parts.MemoryKind ?? parts.Cpu?.UsualMemory;
        if (parts.Cpu is not null && kind is null)
        {
            return (null, null);
        }

        CheckKind(parts.Cpu, parts.MemoryKind);
        double? channels = parts.Channels ?? parts.Cpu?.MemoryChannels;
        if (kind is null)
        {
            kind = MachineAssumptions.Memory(server ? "server_memory" : "host_memory");
            channels ??= MachineAssumptions.Number(server ? "server_channels" : "host_channels");
            assumptions.Add(new BilingualText($"memory {kind} in {channels} channels", $"内存 {kind}，{channels} 通道"));
        }
        else if (channels is null)
        {
            channels = MachineAssumptions.Number(server ? "server_channels" : "channels_desktop");
            assumptions.Add(new BilingualText($"{channels} memory channels", $"{channels} 个内存通道"));
        }

        return (new ByteRate(kind.Bandwidth(channels.Value).BytesPerSecond * parts.Sockets), Sockets(parts) + Channels(channels.Value, kind));
    }

    // A virtual machine with part of a processor has about that part of its bandwidth.
    private static (ByteRate? Rate, string? Basis) Published(MachineParts parts, CpuSpecification cpu, ByteRate published, List<BilingualText> assumptions)
    {
        string with = Sockets(parts) + (cpu is { MemoryChannels: { } count, UsualMemory: { } usual } ? Channels(count, usual) : cpu.Name);
        double rate = published.BytesPerSecond * parts.Sockets;
        if (parts.System?.Kind == "cloud" && parts.Cores is { } cores && cores < cpu.Cores)
        {
            assumptions.Add(new BilingualText(
                $"{cores} of the {cpu.Cores} cores of {cpu.Name}, and as much of its memory bandwidth", $"{cpu.Name} 共 {cpu.Cores} 核，这里有 {cores} 核，内存带宽按同样的比例计"));
            rate *= (double)cores / cpu.Cores;
        }

        return (new ByteRate(rate), with);
    }

    private static string Sockets(MachineParts parts) => parts.Sockets > 1 ? string.Create(CultureInfo.InvariantCulture, $"{parts.Sockets} x ") : "";

    private static string Channels(double channels, MemoryKind kind) => string.Create(CultureInfo.InvariantCulture, $"{channels} x {kind}");

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

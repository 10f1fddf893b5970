using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>
/// Makes a machine of catalogue parts. What the parts leave open is assumed (<c>Data/machine_assumptions.csv</c>) and listed in
/// <see cref="MachineProfile.Assumptions"/>; what cannot be is refused.
/// </summary>
public static class MachineComposer
{
    /// <summary>Most GPUs of one machine.</summary>
    public const int MostGpus = 64;

    /// <summary>Most processors of one machine.</summary>
    public const int MostSockets = 16;

    /// <summary>Most joined machines.</summary>
    public const int MostNodes = 1024;

    /// <summary>Most memory channels of one processor.</summary>
    public const int MostChannels = 32;

    /// <summary>Most system memory, in GiB: 64 TiB.</summary>
    public const double MostMemoryGiB = 65536;

    private const int MostCores = 4096;

    /// <summary>Composes the machine.</summary>
    /// <param name="parts">Its parts.</param>
    /// <exception cref="UserErrorException">The parts cannot be together, or a figure is impossible.</exception>
    public static MachineProfile Compose(MachineParts parts)
    {
        Check(parts);
        var assumptions = new List<BilingualText>();
        DeviceSpecification? chip = parts.Gpus.Select(g => g.Device).FirstOrDefault(d => d.IsWholeChip);
        bool apple = chip?.Vendor == "apple";
        bool arm = chip is { Vendor: "apple" or "nvidia" } || parts.System?.Kind == "sbc";
        string architecture = parts.Cpu?.Architecture ?? (arm ? "arm64" : "x64");
        bool server = parts.Gpus.Sum(g => g.Count) > 2 || parts.Gpus.Any(g => g.Device.Form == "accelerator");
        CpuInfo cpu = MachineComposerCpu.Compose(parts, chip, architecture, server, assumptions);
        MemoryInfo memory = MachineComposerMemory.Compose(parts, chip, server, assumptions);
        IReadOnlyList<GpuDevice> gpus = [.. parts.Gpus.SelectMany(part => Enumerable.Repeat(MachineComposerGpu.Compose(part, memory, assumptions), part.Count))];
        if (parts.Nodes > 1)
        {
            assumptions.Add(new BilingualText(
                $"{parts.Nodes} such machines are joined: what is shown is one of them",
                $"共 {parts.Nodes} 台这样的机器互联：显示的是其中一台"));
        }

        return new MachineProfile
        {
            Name = parts.Name ?? MachineNames.Of(parts, memory),
            Os = new OperatingSystemInfo { Family = apple ? "macos" : "linux", Architecture = architecture },
            Cpu = cpu,
            Memory = memory,
            Disk = parts.Disk,
            Gpus = gpus,
            Nodes = parts.Nodes,
            Interconnect = parts.Nodes > 1 ? parts.Interconnect : null,
            Assumptions = assumptions,
        };
    }

    private static void Check(MachineParts parts)
    {
        Range(parts.Nodes, 1, MostNodes, "joined machines", "互联的机器数");
        Range(parts.Sockets, 1, Math.Min(MostSockets, parts.Cpu?.MaxSockets ?? MostSockets), parts.Cpu is { } named ? $"processors {named.Name} of one machine" : "processors", parts.Cpu is { } cpu ? $"一台机器里 {cpu.Name} 的数量" : "处理器数量");
        Range(parts.Gpus.Sum(g => (long)g.Count), 0, MostGpus, "GPUs of one machine", "一台机器的 GPU 数量");
        foreach (GpuPart part in parts.Gpus)
        {
            Range(part.Count, 1, MostGpus, $"{part.Device.Name}", $"{part.Device.Name} 的数量");
        }

        if (parts.Cores is { } cores)
        {
            Range(cores, 1, parts.Cpu is { } known ? known.Cores * parts.Sockets : MostCores, "cores", "核心数");
        }

        if (parts.Threads is { } threads)
        {
            Range(threads, 1, parts.Cpu is { } known ? known.Threads * parts.Sockets : MostCores, "threads", "线程数");
        }

        if (parts.Channels is { } channels)
        {
            Range(channels, 1, Math.Max(1, (int)(parts.Cpu?.MemoryChannels ?? MostChannels)), parts.Cpu is { MemoryChannels: not null } of ? $"memory channels of {of.Name}" : "memory channels", parts.Cpu is { MemoryChannels: not null } zh ? $"{zh.Name} 的内存通道数" : "内存通道数");
        }

        if (parts.Memory is { } memory && (memory.InGiB < 0.25 || memory.InGiB > MostMemoryGiB))
        {
            throw new UserErrorException(new BilingualText(
                $"{memory} of system memory is not possible: it should be from 256 MiB to 64 TiB.", $"系统内存不可能是 {memory}：应在 256 MiB 到 64 TiB 之间。"));
        }

        DeviceSpecification? chip = parts.Gpus.Select(g => g.Device).FirstOrDefault(d => d.IsWholeChip);
        if (chip is not null && parts.Gpus.Where(g => g.Device.IsWholeChip).Sum(g => g.Count) > 1)
        {
            throw new UserErrorException(new BilingualText(
                $"{chip.Name} is the chip of a whole computer: one machine has one. For several joined machines write, for example, \"2 nodes {chip.Name}\".",
                $"{chip.Name} 是整台计算机的芯片，一台机器只有一个。多台互联请写成例如 \"2 nodes {chip.Name}\"。"));
        }

        if (chip is { Vendor: "apple" } && parts.Gpus.FirstOrDefault(g => g.Device != chip) is { } beside)
        {
            throw new UserErrorException(new BilingualText(
                $"{beside.Device.Name} cannot be in a machine with {chip.Name}: a Mac with an Apple chip takes no other GPU.",
                $"{beside.Device.Name} 不能与 {chip.Name} 装在同一台机器里：Apple 芯片的 Mac 不支持其他 GPU。"));
        }
    }

    private static void Range(long value, long least, long most, string en, string zh)
    {
        if (value < least || value > most)
        {
            throw new UserErrorException(new BilingualText(
                $"{value} {en} is not possible: it should be from {least} to {most}.", $"{zh}不可能是 {value}：应在 {least} 到 {most} 之间。"));
        }
    }
}

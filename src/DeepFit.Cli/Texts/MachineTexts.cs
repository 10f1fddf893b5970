using DeepFit.Core.Hardware;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>A machine in words.</summary>
internal static class MachineTexts
{
    public static readonly BilingualText Title = new("This machine", "本机");
    public static readonly BilingualText System = new("System", "系统");
    public static readonly BilingualText Nodes = new("Machines", "机器数");
    public static readonly BilingualText Cores = new("Cores", "核心");
    public static readonly BilingualText Instructions = new("Instructions", "指令集");
    public static readonly BilingualText Bandwidth = new("Bandwidth", "内存带宽");
    public static readonly BilingualText Swap = new("Swap", "交换空间");
    public static readonly BilingualText EngineDevices = new("Engine sees", "引擎设备");
    public static readonly BilingualText NoGpu = new("none found: models run on the CPU", "未发现：模型将在 CPU 上运行");
    public static readonly BilingualText EngineNotAsked = new("no answer from the engine", "引擎没有返回设备");
    public static readonly BilingualText Wsl = new("WSL", "WSL");
    public static readonly BilingualText SharedMemory = new("shares the system's memory", "与系统共享内存");

    public static BilingualText Container(string kind) => new($"in a container ({kind})", $"容器内（{kind}）");

    public static BilingualText CoreCount(CpuInfo cpu)
    {
        string en = cpu.PhysicalCores == 1 ? "1 core" : $"{cpu.PhysicalCores} cores";
        string zh = $"{cpu.PhysicalCores} 核";
        if (cpu.LogicalCores != cpu.PhysicalCores)
        {
            en += $", {cpu.LogicalCores} threads";
            zh += $" {cpu.LogicalCores} 线程";
        }

        if (cpu.PerformanceCores is { } fast and > 0 && cpu.EfficiencyCores is { } small and > 0)
        {
            en += $" ({fast} performance + {small} efficiency)";
            zh += $"（{fast} 个性能核 + {small} 个能效核）";
        }

        if (cpu.QuotaCores is { } quota)
        {
            en += Figures.Invariant($", limited to {quota:0.##}");
            zh += Figures.Invariant($"，配额 {quota:0.##} 核");
        }

        if (cpu.Sockets > 1)
        {
            en += $", {cpu.Sockets} processors";
            zh += $"，{cpu.Sockets} 个处理器";
        }
        else if (cpu.NumaNodes > 1)
        {
            en += $", {cpu.NumaNodes} NUMA nodes";
            zh += $"，{cpu.NumaNodes} 个 NUMA 节点";
        }

        return new(en, zh);
    }

    public static BilingualText Available(MemoryInfo memory) => new(
        $"{Figures.GiB(memory.Available)} available of {Figures.GiB(memory.Total)}",
        $"可用 {Figures.GiB(memory.Available)}，共 {Figures.GiB(memory.Total)}");

    public static readonly BilingualText ContainerLimit = new("container limit", "容器限额");

    public static BilingualText ContainerLimitOf(string size) => new($"the container's limit is {size}", $"容器限额 {size}");

    public static BilingualText MemoryRate(MemoryInfo memory) => memory.Bandwidth is not { } rate
        ? new("bandwidth unknown", "带宽未知")
        : memory.BandwidthBasis switch
        {
            "measured" => new($"{rate} measured", $"实测 {rate}"),
            null or "given" => new($"{rate}", $"{rate}"),
            var basis => new($"{rate} ({basis})", $"{rate}（{basis}）"),
        };

    public static BilingualText FreeDisk(DiskInfo disk) => new($"{Figures.Gb(disk.Free)} free", $"可用 {Figures.Gb(disk.Free)}");

    public static BilingualText FreeDiskOf(DiskInfo disk) => disk.Total is { } total
        ? new($"{Figures.Gb(disk.Free)} free of {Figures.Gb(total)}", $"可用 {Figures.Gb(disk.Free)}，共 {Figures.Gb(total)}")
        : FreeDisk(disk);

    public static BilingualText ReadRate(string rate) => new($"reads {rate}", $"读取 {rate}");

    public static BilingualText Free(string size) => new($"{size} free", $"可用 {size}");

    public static BilingualText Driver(string version) => new($"driver {version}", $"驱动 {version}");

    public static BilingualText Hint { get; } = new(
        "As a machine file for --machine: deepfit detect --json > machine.json",
        "保存为机器文件供 --machine 使用：deepfit detect --json > machine.json");
}

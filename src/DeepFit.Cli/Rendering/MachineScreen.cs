using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>A machine: in brief above a recommendation, in full for <c>detect</c>.</summary>
internal static class MachineScreen
{
    private const string Dot = " · ";

    /// <summary>The few lines above a recommendation.</summary>
    public static IRenderable Brief(MachineProfile machine, CommandContext context)
    {
        var rows = new FactRows();
        rows.Add(context.Say(CommonTexts.Machine), SystemLine(machine, context));
        rows.Add(context.Say(CommonTexts.Processor), ShortCpu(machine.Cpu.Model), Dot + context.Say(MachineTexts.CoreCount(machine.Cpu)) + Simd(machine.Cpu));
        rows.Add(context.Say(CommonTexts.Memory), Ink.Strong(context.Say(MachineTexts.Available(machine.Memory))), MemoryLimit(machine.Memory, context), Dot, context.Say(MachineTexts.MemoryRate(machine.Memory)));
        if (machine.Gpus.Count == 0)
        {
            rows.Add(context.Say(CommonTexts.Gpu), context.Say(MachineTexts.NoGpu));
        }

        foreach ((GpuDevice gpu, int count) in Grouped(machine.Gpus))
        {
            rows.Add(context.Say(CommonTexts.Gpu), Ink.Strong((count > 1 ? $"{count} × " : "") + gpu.Name), Dot + GpuMemory(gpu, context));
        }

        if (machine.Disk is { } disk)
        {
            rows.Add(context.Say(CommonTexts.Disk), context.Say(MachineTexts.FreeDisk(disk)));
        }

        AddAssumptions(rows, machine, context);
        return rows;
    }

    /// <summary>Another machine than this one, as it was understood.</summary>
    public static void WriteBrief(MachineProfile machine, CommandContext context)
    {
        context.Screen.Write(Brief(machine, context));
        context.Screen.WriteLine();
    }

    private static void AddAssumptions(FactRows rows, MachineProfile machine, CommandContext context)
    {
        if (machine.Nodes > 1)
        {
            rows.Add(context.Say(MachineTexts.Nodes), Ink.Strong(context.Say(MachinesTexts.Joined(machine.Nodes, machine.Interconnect))));
        }

        foreach (BilingualText assumed in machine.Assumptions)
        {
            rows.Add(context.Say(MachinesTexts.Assumed), Ink.Warn(context.Say(assumed)));
        }
    }

    /// <summary>Everything that is known.</summary>
    public static void Write(MachineProfile machine, CommandContext context)
    {
        IAnsiConsole screen = context.Screen;
        screen.Write(new FlowText(Ink.Title(machine.Name)));
        screen.WriteLine();
        var rows = new FactRows();
        rows.Add(context.Say(MachineTexts.System), SystemOnly(machine, context));
        rows.Add(context.Say(CommonTexts.Processor), ShortCpu(machine.Cpu.Model));
        rows.Add(context.Say(MachineTexts.Cores), context.Say(MachineTexts.CoreCount(machine.Cpu)) + (machine.Cpu.MaxMhz is { } mhz ? Figures.Invariant($"{Dot}{mhz / 1000:0.0#} GHz") : ""));
        rows.Add(context.Say(MachineTexts.Instructions), machine.Cpu.Simd.Count > 0 ? string.Join(' ', machine.Cpu.Simd) : context.Say(CommonTexts.Unknown));
        rows.Add(context.Say(CommonTexts.Memory), Ink.Strong(context.Say(MachineTexts.Available(machine.Memory))), MemoryLimit(machine.Memory, context));
        rows.Add(context.Say(MachineTexts.Bandwidth), context.Say(MachineTexts.MemoryRate(machine.Memory)));
        rows.Add(context.Say(MachineTexts.Swap), machine.Memory.Swap.Bytes == 0 ? context.Say(CommonTexts.None) : Figures.GiB(machine.Memory.Swap));
        if (machine.Disk is { } disk)
        {
            string rest = (disk.Kind is null ? "" : Dot + disk.Kind.ToUpperInvariant()) + (disk.ReadRate is { } rate ? Dot + context.Say(MachineTexts.ReadRate(rate.ToString())) : "");
            rows.Add(context.Say(CommonTexts.Disk), context.Say(MachineTexts.FreeDiskOf(disk)) + rest + Dot + disk.Path);
        }

        if (machine.Gpus.Count == 0)
        {
            rows.Add(context.Say(CommonTexts.Gpu), context.Say(MachineTexts.NoGpu));
        }

        foreach (GpuDevice gpu in machine.Gpus)
        {
            rows.Add(context.Say(CommonTexts.Gpu), Ink.Strong(gpu.Name), Dot + GpuDetails(gpu, context));
        }

        foreach (EngineDevice device in machine.EngineDevices)
        {
            string free = device.MemoryTotal.Bytes == 0 ? "" : Dot + context.Say(MachineTexts.Free(Figures.GiB(device.MemoryFree)));
            rows.Add(context.Say(MachineTexts.EngineDevices), Ink.Strong(device.Name), $" ({device.Type}){Dot}{device.Description}{free}");
        }

        if (machine.EngineDevices.Count == 0)
        {
            rows.Add(context.Say(MachineTexts.EngineDevices), context.Say(MachineTexts.EngineNotAsked));
        }

        screen.Write(rows);
        screen.WriteLine();
    }

    private static string SystemLine(MachineProfile machine, CommandContext context) => machine.Name + Dot + SystemOnly(machine, context);

    private static string SystemOnly(MachineProfile machine, CommandContext context)
    {
        OperatingSystemInfo os = machine.Os;
        string text = $"{os.Description ?? os.Family}, {os.Architecture}";
        text += os.Wsl ? Dot + context.Say(MachineTexts.Wsl) : "";
        return text + (os.Container is { } kind ? Dot + context.Say(MachineTexts.Container(kind)) : "");
    }

    // "Intel(R) Xeon(R) Processor @ 2.20GHz" reads better without the marks
    private static string ShortCpu(string model) => model.Replace("(R)", "", StringComparison.Ordinal).Replace("(TM)", "", StringComparison.Ordinal)
        .Replace("  ", " ", StringComparison.Ordinal).Trim();

    private static string Simd(CpuInfo cpu) => BestSimd(cpu.Simd) is { } best ? Dot + best : "";

    /// <summary>The strongest SIMD level for people, or null.</summary>
    public static string? BestSimd(IReadOnlyList<string> simd) => simd.Contains("amx_int8") ? "AMX" : simd.Contains("avx512f") ? "AVX-512" : simd.Contains("avx2") ? "AVX2"
        : simd.Contains("avx") ? "AVX" : simd.Contains("sve") ? "SVE" : simd.Contains("i8mm") ? "NEON i8mm" : simd.Contains("neon") ? "NEON" : null;

    private static string MemoryLimit(MemoryInfo memory, CommandContext context)
    {
        if (memory.CgroupLimit is not { } limit)
        {
            return "";
        }

        string text = context.Say(limit == memory.Total ? MachineTexts.ContainerLimit : MachineTexts.ContainerLimitOf(Figures.GiB(limit)));
        return context.Language == Language.Chinese ? $"（{text}）" : $" ({text})";
    }

    private static string GpuMemory(GpuDevice gpu, CommandContext context)
    {
        string size = gpu.MemoryFree is { } free && free != gpu.Memory
            ? context.Say(new BilingualText($"{Figures.GiB(free)} free of {Figures.GiB(gpu.Memory)}", $"可用 {Figures.GiB(free)}，共 {Figures.GiB(gpu.Memory)}"))
            : Figures.GiB(gpu.Memory);
        size += gpu.Bandwidth is { } rate ? Dot + rate : "";
        return gpu.Unified ? size + Dot + context.Say(MachineTexts.SharedMemory) : size;
    }

    private static string GpuDetails(GpuDevice gpu, CommandContext context)
    {
        string text = GpuMemory(gpu, context);
        text += gpu.Fp16Tflops is { } tflops ? Figures.Invariant($"{Dot}{tflops:0.#} TFLOPS FP16") : "";
        text += gpu.Driver is { } driver ? Dot + context.Say(MachineTexts.Driver(driver)) : "";
        return gpu.Backends.Count > 0 ? text + Dot + string.Join('/', gpu.Backends) : text;
    }

    private static IEnumerable<(GpuDevice Gpu, int Count)> Grouped(IReadOnlyList<GpuDevice> gpus) =>
        gpus.GroupBy(gpu => (gpu.Name, gpu.Memory)).Select(group => (group.First(), group.Count()));
}

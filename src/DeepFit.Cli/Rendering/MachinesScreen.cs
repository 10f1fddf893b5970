using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The catalogues: a table a kind, or every figure with its source.</summary>
internal sealed class MachinesScreen(IReadOnlyList<MachineEntry> entries, CommandContext context)
{
    private const string None = "–";

    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        foreach (IGrouping<string, MachineEntry> kind in entries.GroupBy(e => e.Kind))
        {
            Title(MachinesTexts.Kind(kind.Key));
            screen.Write(kind.Key switch
            {
                "cpu" => Processors(kind),
                "system" => Systems(kind),
                _ => Devices(kind),
            });
            screen.WriteLine();
        }

        if (entries.Any(e => e.Device is not null))
        {
            Note(MachinesTexts.TflopsNote);
        }

        Note(MachinesTexts.Usage);
    }

    public void WriteSources()
    {
        foreach (MachineEntry entry in entries)
        {
            screen.Write(new FlowText(Ink.Title(entry.Name)));
            var rows = new FactRows();
            foreach ((string fact, string source) in entry.Sources())
            {
                rows.Add(context.Say(MachinesTexts.Fact(fact)), Ink.Strong(Figure(entry, fact)), Ink.Dim("  " + source));
            }

            screen.Write(rows);
            screen.WriteLine();
        }
    }

    private PlainTable Devices(IEnumerable<MachineEntry> devices)
    {
        PlainTable table = new PlainTable()
            .Column(context.Say(MachinesTexts.Name), wrap: true)
            .Column(context.Say(MachinesTexts.MemoryGb), right: true)
            .Column(context.Say(MachinesTexts.Rate), right: true)
            .Column(context.Say(MachinesTexts.Tflops), right: true)
            .Column(context.Say(MachinesTexts.Year), right: true)
            .Column(context.Say(MachinesTexts.Price), right: true);
        foreach (DeviceSpecification device in devices.Select(e => e.Device!))
        {
            table.Row(
                Ink.Strong(device.Name),
                Sizes(device.MemorySizes),
                device.Bandwidth is { } rate ? Figures.Invariant($"{rate.InGBPerSecond:0.#}") : None,
                device.Fp16Tflops is { } tflops ? Figures.Invariant($"{tflops:0.#}") : device.Fp16VectorTflops is { } vector ? Figures.Invariant($"v {vector:0.#}") : None,
                device.Year is { } year ? Figures.Count(year) : None,
                device.MsrpUsd is { } price ? Figures.Invariant($"{price:0}") : None);
        }

        return table;
    }

    private PlainTable Processors(IEnumerable<MachineEntry> cpus)
    {
        PlainTable table = new PlainTable()
            .Column(context.Say(MachinesTexts.Name), wrap: true)
            .Column(context.Say(MachinesTexts.Cores), right: true)
            .Column(context.Say(MachinesTexts.Channels), wrap: true)
            .Column(context.Say(MachinesTexts.Rate), right: true)
            .Column(context.Say(MachinesTexts.Simd));
        foreach (CpuSpecification cpu in cpus.Select(e => e.Cpu!))
        {
            table.Row(
                Ink.Strong(cpu.Name),
                Figures.Count(cpu.Cores),
                cpu.UsualMemory is { } memory ? (cpu.MemoryChannels is { } channels ? Figures.Invariant($"{channels:0.##} × ") : "") + memory : None,
                cpu.Bandwidth is { } rate ? Figures.Invariant($"{rate.InGBPerSecond:0.#}") : None,
                MachineScreen.BestSimd(cpu.Simd) ?? None);
        }

        return table;
    }

    private PlainTable Systems(IEnumerable<MachineEntry> systems)
    {
        PlainTable table = new PlainTable()
            .Column(context.Say(MachinesTexts.Name), wrap: true)
            .Column(context.Say(MachinesTexts.Parts), wrap: true)
            .Column(context.Say(MachinesTexts.MemoryGb), right: true)
            .Column(context.Say(MachinesTexts.Rate), right: true);
        foreach (SystemSpecification system in systems.Select(e => e.System!))
        {
            table.Row(
                Ink.Strong(system.Name),
                Parts(system),
                Sizes(system.MemorySizes),
                Bandwidth(system));
        }

        return table;
    }

    private static string Bandwidth(SystemSpecification system) =>
        (system.Bandwidth ?? (system.Cpu is { } cpu ? CpuCatalog.Default.Find(cpu)?.Bandwidth : null)) is { } rate ? Figures.Invariant($"{rate.InGBPerSecond:0.#}") : None;

    private static string Parts(SystemSpecification system)
    {
        string gpu = system.Gpu is { } name ? (system.GpuCount > 1 ? $"{Figures.Count(system.GpuCount)} × {name}" : name) : "";
        string cpu = system.Cpu is not null && system.Cpu != system.Gpu ? system.Cpu : "";
        string parts = gpu.Length > 0 && cpu.Length > 0 ? $"{cpu}, {gpu}" : cpu + gpu;
        return parts.Length > 0 ? parts : None;
    }

    private string Figure(MachineEntry entry, string fact) => (fact, entry) switch
    {
        ("memory", { Device: { } device }) => Sizes(device.MemorySizes) + " GB",
        ("bandwidth", _) when (entry.Device?.Bandwidth ?? entry.Cpu?.Bandwidth ?? entry.System?.Bandwidth) is { } rate => rate.ToString(),
        ("fp16_tflops", { Device.Fp16Tflops: { } tflops }) => Figures.Invariant($"{tflops:0.##} TFLOPS"),
        ("fp16_vector_tflops", { Device.Fp16VectorTflops: { } vector }) => Figures.Invariant($"{vector:0.##} TFLOPS"),
        ("msrp_usd", { Device.MsrpUsd: { } price }) => Figures.Invariant($"{price:0} USD"),
        ("cores", { Cpu: { } cpu }) => Figures.Invariant($"{cpu.Cores} / {cpu.Threads}") + (cpu.MaxMhz is { } mhz ? Figures.Invariant($", {mhz / 1000:0.0#} GHz") : ""),
        ("simd", { Cpu: { } cpu }) => string.Join(' ', cpu.Simd),
        ("parts", { System: { } system }) => Parts(system),
        _ => context.Say(CommonTexts.Unknown),
    };

    private static string Sizes(IReadOnlyList<double> sizes) => sizes.Count == 0 ? None : string.Join('/', sizes.Select(s => Figures.Invariant($"{s:0.##}")));

    private void Title(BilingualText title) => screen.Write(new FlowText(Ink.Title(context.Say(title))));

    private void Note(BilingualText note) => screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
}

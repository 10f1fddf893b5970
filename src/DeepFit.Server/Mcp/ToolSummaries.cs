using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using static DeepFit.Core.Text.Figures;

namespace DeepFit.Server.Mcp;

/// <summary>The essentials of an answer in a few lines, for whoever reads text only.</summary>
internal static class ToolSummaries
{
    /// <summary>A machine: its parts and what is free.</summary>
    public static BilingualText Machine(MachineProfile machine)
    {
        MemoryInfo memory = machine.Memory;
        string bandwidth = memory.Bandwidth is { } rate ? Invariant($", {rate.InGBPerSecond:0.#} GB/s") : "";
        string times = machine.Nodes > 1 ? Invariant($"{machine.Nodes} × ") : "";
        var text = new BilingualText(
            Invariant($"{times}{machine.Name}: {machine.Cpu.Model}, {machine.Cpu.PhysicalCores} cores; memory {GiB(memory.Total)}, {GiB(memory.Available)} available{bandwidth}"),
            Invariant($"{times}{machine.Name}：{machine.Cpu.Model}，{machine.Cpu.PhysicalCores} 核；内存 {GiB(memory.Total)}，可用 {GiB(memory.Available)}{bandwidth}"));
        string gpus = string.Join(", ", machine.Gpus.GroupBy(g => (g.Name, g.Memory)).Select(g => (g.Count() > 1 ? Invariant($"{g.Count()} × ") : "") + $"{g.Key.Name} {GiB(g.Key.Memory)}"));
        text = gpus.Length > 0 ? Joined(text, new($"; GPU {gpus}", $"；GPU {gpus}")) : Joined(text, new("; no GPU", "；无 GPU"));
        if (machine.Disk is { } disk)
        {
            text = Joined(text, new($"; disk {Gb(disk.Free)} free", $"；磁盘可用 {Gb(disk.Free)}"));
        }

        text = Joined(text, new(".", "。"));
        return machine.Assumptions.Count == 0 ? text : Joined(text, new(
            "\n" + string.Join('\n', machine.Assumptions.Select(a => a.En)), "\n" + string.Join('\n', machine.Assumptions.Select(a => a.Zh))));
    }

    /// <summary>A recommendation: its reason, the pick, the alternatives, a line for every variant.</summary>
    public static string Recommendation(Recommendation advice, Language language)
    {
        List<string> lines = [advice.Explanation.In(language)];
        if (advice.Pick is { } pick)
        {
            lines.Add(new BilingualText("Pick: ", "首选：").In(language) + Line(pick).In(language));
        }

        lines.AddRange(advice.Alternatives.Select(a => AlternativeWord(a.Label).In(language) + Line(a.Configuration).In(language)));
        lines.Add(new BilingualText("Every variant at its best:", "各版本的最佳配置：").In(language));
        lines.AddRange(advice.Configurations.Select(c => "- " + (c.Fits ? Line(c) : NotFitting(c)).In(language)));
        return string.Join('\n', lines);
    }

    /// <summary>A configuration: what it takes and gives, and why.</summary>
    public static BilingualText Configuration(Configuration c)
    {
        BilingualText line = Line(c);
        string devices = string.Join("; ", c.Memory.Devices.Select(d => Invariant($"{d.Device} {GiB(d.Total)}") + (d.Available is { } free ? $" / {GiB(free)}" : "")));
        return new BilingualText(
            $"{line.En}\nMemory ({Word(c.Memory.Basis)}), needed / available: {devices}.\n{c.Reason.En}",
            $"{line.Zh}\n内存（{Word(c.Memory.Basis)}，需要 / 可用）：{devices}。\n{c.Reason.Zh}");
    }

    /// <summary>A configuration in one line.</summary>
    public static BilingualText Line(Configuration c)
    {
        RuntimeOptions o = c.Options;
        BilingualText fits = c.Fits ? new("fits", "可运行") : new($"does not fit ({c.LimitedBy})", $"放不下（{c.LimitedBy}）");
        var text = new BilingualText(
            Invariant($"{c.Variant} {c.Quantization}, {fits.En}; context {o.Context}, KV cache {Cache(o)}; memory {GiB(c.Memory.Total)}; download {Gb(c.FileBytes)}"),
            Invariant($"{c.Variant} {c.Quantization}，{fits.Zh}；上下文 {o.Context}，KV 缓存 {Cache(o)}；内存 {GiB(c.Memory.Total)}；下载 {Gb(c.FileBytes)}"));
        if (o.GpuLayers > 0)
        {
            text = Joined(text, new(Invariant($"; {o.GpuLayers} layers on GPU"), Invariant($"；{o.GpuLayers} 层在 GPU 上")));
        }

        if (c.Speed is { } speed)
        {
            BilingualText answer = Duration(speed.SecondsToAnswer);
            string range = RateRange(speed.GenerationTpsLow, speed.GenerationTpsHigh);
            text = Joined(text, new(
                $"; {Rate(speed.GenerationTps)} tokens/s ({range}, {Word(speed.Basis)}), an answer in about {answer.En}",
                $"；{Rate(speed.GenerationTps)} token/秒（{range}，{Word(speed.Basis)}），回答约 {answer.Zh}"));
        }

        return c.Quality.Score is { } score ? Joined(text, new($"; score {Score(score)}/100.", $"；评分 {Score(score)}/100。")) : Joined(text, new(".", "。"));
    }

    /// <summary>A rung of the ladder by the contract's word.</summary>
    public static string Word(EstimateBasis basis) => basis.ToString().ToLowerInvariant();

    /// <summary>Two parts of one sentence.</summary>
    public static BilingualText Joined(BilingualText first, BilingualText second) => new(first.En + second.En, first.Zh + second.Zh);

    private static BilingualText NotFitting(Configuration c) => new(
        $"{c.Variant} {c.Quantization}, does not fit ({c.LimitedBy}). {c.Reason.En}", $"{c.Variant} {c.Quantization}，放不下（{c.LimitedBy}）。{c.Reason.Zh}");

    private static string Cache(RuntimeOptions o) =>
        o.KvTypeK == o.KvTypeV ? o.KvTypeK.ToString().ToLowerInvariant() : $"{o.KvTypeK}/{o.KvTypeV}".ToLowerInvariant();

    private static BilingualText AlternativeWord(string label) => label switch
    {
        "faster" => new("Faster: ", "更快："),
        "smarter" => new("Smarter: ", "更强："),
        "smaller" => new("Smaller: ", "更小："),
        _ => new($"{label}: ", $"{label}："),
    };
}

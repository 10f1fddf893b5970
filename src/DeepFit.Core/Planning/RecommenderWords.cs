using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>The reasons, in both languages.</summary>
internal sealed class RecommenderWords(MachineProfile machine, RecommendRequest request, MachineBudget budget, double floor, bool relaxed)
{
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    /// <summary>Memory sizes that machines come with, in GiB.</summary>
    private static readonly double[] Sizes = [4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];

    /// <summary>Before a reason is known.</summary>
    public static BilingualText None { get; } = new(string.Empty, string.Empty);

    public BilingualText Pick(Configuration c)
    {
        SpeedEstimate speed = c.Speed!;
        (string where, string whereZh) = Where(c);
        string en = string.Create(C, $"Best for {request.Use.Name.En} here: score {c.Quality.Score:0}, about {speed.GenerationTps:0.#} tokens/s ({Time(speed.SecondsToAnswer).En} per answer, thinking included), {where}.");
        string zh = string.Create(C, $"本机{request.Use.Name.Zh}首选：评分 {c.Quality.Score:0}，约 {speed.GenerationTps:0.#} token/秒（含思考，每次回答约 {Time(speed.SecondsToAnswer).Zh}），{whereZh}。");
        if (relaxed)
        {
            en += string.Create(C, $" Nothing here reaches {floor:0.#} tokens/s; this is the fastest that runs.");
            zh += string.Create(C, $"本机没有能达到 {floor:0.#} token/秒的配置，这是最快的一种。");
        }

        return Context(c, en, zh);
    }

    public BilingualText Other(Configuration c, Configuration? pick)
    {
        SpeedEstimate speed = c.Speed!;
        if (c.LimitedBy == "speed")
        {
            double faster = floor / speed.GenerationTps;
            return new(
                string.Create(C, $"Runs, but only about {speed.GenerationTps:0.##} tokens/s; {request.Use.Name.En} wants {floor:0.#}. {Lift(c).En} about {faster:0.#} times as fast would lift that."),
                string.Create(C, $"能运行，但只有约 {speed.GenerationTps:0.##} token/秒，而{request.Use.Name.Zh}需要 {floor:0.#}。{Lift(c).Zh}提高到约 {faster:0.#} 倍即可。"));
        }

        (string where, string whereZh) = Where(c);
        string en = string.Create(C, $"Runs: score {c.Quality.Score:0}, about {speed.GenerationTps:0.#} tokens/s, {Time(speed.SecondsToAnswer).En} per answer, {where}.");
        string zh = string.Create(C, $"可运行：评分 {c.Quality.Score:0}，约 {speed.GenerationTps:0.#} token/秒，每次回答约 {Time(speed.SecondsToAnswer).Zh}，{whereZh}。");
        if (pick?.Quality.Score is { } best && c.Quality.Score is { } own)
        {
            en += own < best - 0.5 ? " The pick is smarter." : own > best + 0.5 ? " Smarter than the pick, but not worth the wait." : " No smarter than the pick.";
            zh += own < best - 0.5 ? "首选更聪明。" : own > best + 0.5 ? "比首选更聪明，但等待时间不划算。" : "并不比首选聪明。";
        }

        return Context(c, en, zh);
    }

    public static BilingualText Faster(Configuration c, Configuration pick)
    {
        double times = c.Speed!.GenerationTps / pick.Speed!.GenerationTps;
        double loss = (pick.Quality.Score ?? 0) - (c.Quality.Score ?? 0);
        return Context(
            c,
            string.Create(C, $"{times:0.0} times as fast as the pick (about {c.Speed.GenerationTps:0.#} tokens/s, {Time(c.Speed.SecondsToAnswer).En} per answer) for {loss:0} points of score."),
            string.Create(C, $"速度约为首选的 {times:0.0} 倍（约 {c.Speed.GenerationTps:0.#} token/秒，每次回答约 {Time(c.Speed.SecondsToAnswer).Zh}），评分低 {loss:0} 分。"));
    }

    public static BilingualText Smarter(Configuration c, Configuration pick)
    {
        double gain = (c.Quality.Score ?? 0) - (pick.Quality.Score ?? 0);
        return Context(
            c,
            string.Create(C, $"{gain:0} points smarter than the pick, at about {c.Speed!.GenerationTps:0.##} tokens/s: {Time(c.Speed.SecondsToAnswer).En} per answer instead of {Time(pick.Speed!.SecondsToAnswer).En}."),
            string.Create(C, $"评分比首选高 {gain:0} 分，速度约 {c.Speed!.GenerationTps:0.##} token/秒：每次回答约 {Time(c.Speed.SecondsToAnswer).Zh}，首选为 {Time(pick.Speed!.SecondsToAnswer).Zh}。"));
    }

    public BilingualText Unfit(
        ModelVariant variant, string limit, int context, MemoryEstimate memory, ByteSize file, MemoryEstimate? least, (ByteSize Bytes, string Name)? smallest)
    {
        if (limit == "context")
        {
            return new(
                string.Create(C, $"A context of {context} tokens is longer than this model's {variant.ContextLength}. Ask for at most {variant.ContextLength}."),
                string.Create(C, $"{context} 个 token 的上下文超过该模型的上限 {variant.ContextLength}，请不要超过它。"));
        }

        if (limit == "disk")
        {
            ByteSize free = machine.Disk!.Free;
            ByteSize need = smallest?.Bytes ?? file;
            return new(
                string.Create(C, $"The memory would do, but the download does not fit the disk: Q4_K_M has {file.InGB:0.#} GB, {smallest?.Name} as the smallest {need.InGB:0.#} GB; {free.InGB:0.#} GB are free and 2 GiB stay so. Free {(need + new ByteSize(2 * ByteSize.GiB) - free).InGB:0.#} GB more."),
                string.Create(C, $"内存足够，但磁盘放不下：Q4_K_M 为 {file.InGB:0.#} GB，最小的 {smallest?.Name} 为 {need.InGB:0.#} GB；可用 {free.InGB:0.#} GB，并需保留 2 GiB。请再腾出 {(need + new ByteSize(2 * ByteSize.GiB) - free).InGB:0.#} GB。"));
        }

        ByteSize has = Pool();
        bool gpu = limit == "vram";
        string en = string.Create(C, $"Does not fit: Q4_K_M with {context} tokens of context takes {memory.Total} {(gpu ? "of GPU memory" : "of memory")}, and {has} can be used. {Needed(memory.Total, gpu).En} would run it");
        string zh = string.Create(C, $"放不下：Q4_K_M、{context} token 上下文占用{(gpu ? "显存" : "内存")} {memory.Total}，而可用的只有 {has}。{Needed(memory.Total, gpu).Zh}即可运行");
        if (least is not null && smallest is { } s && least.Total < memory.Total)
        {
            en += string.Create(C, $"; {s.Name}, the smallest that is worth running, with a short context takes {least.Total}");
            zh += string.Create(C, $"；最小的可用量化 {s.Name} 加短上下文占用 {least.Total}");
        }

        return new(en + ".", zh + "。");
    }

    /// <summary>Why nothing is recommended, and what would change that.</summary>
    public BilingualText Nothing(Configuration[] rows)
    {
        Configuration? slow = rows.Where(r => r.Fits).MaxBy(r => r.Speed!.GenerationTps);
        if (slow is not null)
        {
            return new(
                string.Create(C, $"Nothing here reaches {floor:0.#} tokens/s: the fastest, {slow.Variant} at {slow.Quantization}, makes about {slow.Speed!.GenerationTps:0.#}. Ask for less with --min-tps, or add a GPU or faster memory."),
                string.Create(C, $"本机没有能达到 {floor:0.#} token/秒的配置：最快的 {slow.Variant} {slow.Quantization} 约为 {slow.Speed!.GenerationTps:0.#}。请用 --min-tps 降低要求，或增加 GPU、更快的内存。"));
        }

        Configuration? next = rows.Where(r => r.LimitedBy != "context").MinBy(r => r.Memory.Total.Bytes) ?? rows.MinBy(r => r.Memory.Total.Bytes);
        return next is null
            ? new("There was nothing to choose from.", "没有可供选择的版本。")
            : new(
                string.Create(C, $"Nothing fits this machine ({Pool()} can be used). The nearest is {next.Variant}: {next.Reason.En}"),
                string.Create(C, $"本机没有能放下的版本（可用 {Pool()}）。最接近的是 {next.Variant}：{next.Reason.Zh}"));
    }

    /// <summary>The machine on which a use of <paramref name="bytes"/> leaves what the budget keeps.</summary>
    private static BilingualText Needed(ByteSize bytes, bool gpu)
    {
        if (gpu)
        {
            ByteSize cards = bytes + new ByteSize(512 * ByteSize.MiB);
            return new($"GPUs with {cards} of free memory together", $"合计 {cards} 空闲显存的 GPU ");
        }

        var free = new ByteSize((long)Math.Ceiling((bytes.Bytes + (512L * ByteSize.MiB)) / 0.97));
        double least = Math.Max(free.InGiB * 1.1, bytes.InGiB + 1);
        double size = Array.Find(Sizes, s => s >= least);
        return size > 0
            ? new(string.Create(C, $"{free} of free memory (a machine with {size} GB)"), string.Create(C, $"{free} 空闲内存（{size} GB 的机器）"))
            : new($"{free} of free memory (a cluster)", $"{free} 空闲内存（需要集群）");
    }

    private ByteSize Pool() => ByteSize.Max(budget.RamUsable, budget.VramUsable);

    private (string En, string Zh) Where(Configuration c)
    {
        ByteSize cpu = c.Memory.Devices[0].Total;
        if (c.Options.GpuLayers == 0 || budget.Target.Gpus.Count == 0)
        {
            return ($"takes {cpu} of the {budget.RamUsable} of RAM that can be used", $"占用内存 {cpu}（可用 {budget.RamUsable}）");
        }

        ByteSize gpu = new(c.Memory.Devices.Skip(1).Sum(d => d.Total.Bytes));
        ByteSize gpuHas = new(budget.GpuUsable.Sum(u => u?.Bytes ?? 0));
        int used = c.Memory.Devices.Skip(1).Count(d => d.Total.Bytes > 0);
        string en = used > 1 ? $"takes {gpu} of {gpuHas} on {used} GPUs and {cpu} of RAM" : $"takes {gpu} of {gpuHas} GPU memory and {cpu} of RAM";
        string zh = $"占用{(used > 1 ? $" {used} 块 GPU 的" : string.Empty)}显存 {gpu}（可用 {gpuHas}）和内存 {cpu}";
        return c.Options.CpuMoeLayers > 0
            ? ($"{en}, the experts of {c.Options.CpuMoeLayers} layers on the CPU", $"{zh}，其中 {c.Options.CpuMoeLayers} 层的专家放在 CPU")
            : c.Options.GpuLayers <= LayerCount(c)
                ? ($"{en}, {c.Options.GpuLayers} of {LayerCount(c) + 1} layers on the GPU", $"{zh}，{LayerCount(c) + 1} 层中有 {c.Options.GpuLayers} 层在 GPU")
                : (en, zh);
    }

    private static int LayerCount(Configuration c) =>
        ModelCatalog.Default.TryFind(c.Variant, out ModelVariant? variant) ? variant.Architecture.LayerCount : int.MaxValue - 1;

    private static (string En, string Zh) Lift(Configuration c) => c.Options.GpuLayers > 0 ? ("GPU or memory", "GPU 或内存带宽") : ("Memory", "内存带宽");

    private static BilingualText Context(Configuration c, string en, string zh) => c.LimitedBy == "context"
        ? new(
            string.Create(C, $"{en} The context is cut to {c.Options.Context / c.Options.Parallel} tokens to fit, so long thoughts, which take {c.Need?.LongTokens} with question and answer, may be truncated."),
            string.Create(C, $"{zh}为放得下，上下文减到 {c.Options.Context / c.Options.Parallel} 个 token；较长的思考连同问答需要 {c.Need?.LongTokens} 个，可能被截断。"))
        : new(en, zh);

    /// <summary>A time as people say it.</summary>
    private static BilingualText Time(double seconds) => seconds switch
    {
        < 90 => new(string.Create(C, $"{seconds:0} s"), string.Create(C, $"{seconds:0} 秒")),
        < 5400 => new(string.Create(C, $"{seconds / 60:0} min"), string.Create(C, $"{seconds / 60:0} 分钟")),
        _ => new(string.Create(C, $"{seconds / 3600:0.#} h"), string.Create(C, $"{seconds / 3600:0.#} 小时")),
    };
}

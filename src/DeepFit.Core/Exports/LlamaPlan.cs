using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports;

/// <summary>A planned configuration as llama-server is told it, with the reason of every flag (llama.cpp v0.4.0, <c>common/arg.cpp</c>).</summary>
public sealed record LlamaPlan
{
    /// <summary>The model.</summary>
    public required ExportModel Model { get; init; }

    /// <summary>The machine that it was planned for.</summary>
    public required MachineProfile Machine { get; init; }

    /// <summary>How it is run.</summary>
    public required RuntimeOptions Options { get; init; }

    /// <summary>What it takes.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>The GPUs that the layers were placed on, in the engine's order.</summary>
    public required IReadOnlyList<GpuTarget> Gpus { get; init; }

    /// <summary>The makers of <see cref="Gpus"/>, in their order; null where unknown.</summary>
    public required IReadOnlyList<string?> Vendors { get; init; }

    /// <summary>Seconds to a whole answer, or null when unknown.</summary>
    public double? AnswerSeconds { get; init; }

    /// <summary>Whether anything runs on a GPU.</summary>
    public bool UsesGpu => Options.GpuLayers > 0 && Gpus.Count > 0;

    /// <summary>Tokens of context that one person has.</summary>
    public int ContextEach => Options.Context / Options.Parallel;

    /// <summary>CPU threads: the performance cores, or the physical ones, and no more than the quota of a container.</summary>
    public int Threads
    {
        get
        {
            CpuInfo cpu = Machine.Cpu;
            int cores = Math.Max(1, cpu.PerformanceCores ?? cpu.PhysicalCores);
            return cpu.QuotaCores is { } quota ? Math.Clamp((int)Math.Floor(quota), 1, cores) : cores;
        }
    }

    /// <summary>System memory to allow the process: the estimate for the CPU, what unified GPUs take, and the stated headroom, in whole MiB.</summary>
    internal (ByteSize Limit, BilingualText Why) MemoryLimit
    {
        get
        {
            ByteSize need = Memory.Devices[0].Total;
            for (int i = 0; i < Gpus.Count && i + 1 < Memory.Devices.Count; i++)
            {
                need += Gpus[i].Unified ? Memory.Devices[i + 1].Total : ByteSize.Zero;
            }

            double share = ExportDefaults.Number("memory", "headroom_share");
            long least = ExportDefaults.Whole("memory", "headroom_least_mib") * ByteSize.MiB;
            long driver = UsesGpu ? Gpus.Count * ExportDefaults.Whole("memory", "driver_mib_per_gpu") * ByteSize.MiB : 0;
            long headroom = Math.Max(least, (long)(need.Bytes * share)) + driver;
            long mebibytes = (need.Bytes + headroom + ByteSize.MiB - 1) / ByteSize.MiB;
            DeviceMemory cpu = Memory.Devices[0];
            return (new(mebibytes * ByteSize.MiB), new(
                FormattableString.Invariant($"memory: {need} of system memory (weights {cpu.Weights}, cache {cpu.KvCache}, compute {cpu.Compute}, other {cpu.Overhead}) and {new ByteSize(headroom)} of headroom{(driver > 0 ? ", the GPU drivers' share counted" : "")}"),
                FormattableString.Invariant($"内存：需要 {need} 系统内存（权重 {cpu.Weights}、缓存 {cpu.KvCache}、计算 {cpu.Compute}、其他 {cpu.Overhead}），另留 {new ByteSize(headroom)} 余量{(driver > 0 ? "（含 GPU 驱动）" : "")}")));
        }
    }

    internal Waits Waits => Waits.Of(Machine, Model.Layout.FileBytes, compiles: false, ByteSize.Zero);

    /// <summary>The flags.</summary>
    /// <param name="model">The model's path as the process sees it.</param>
    /// <param name="host">Address to listen on.</param>
    /// <param name="port">Port.</param>
    internal IReadOnlyList<EngineFlag> Flags(string model, string host, int port)
    {
        ModelArchitecture architecture = Model.Layout.Architecture;
        var cache = new ByteSize(Memory.Devices.Sum(d => d.KvCache.Bytes));
        var gpu = new ByteSize(Memory.Devices.Skip(1).Sum(d => d.Total.Bytes));
        int layers = architecture.LayerCount + 1;
        var flags = new List<EngineFlag>
        {
            new("--model", model, new($"{Model.DisplayName}, {Model.Layout.Quantization}: {Model.Layout.FileBytes}", $"{Model.DisplayName}，{Model.Layout.Quantization}：{Model.Layout.FileBytes}")),
            new("--alias", Model.Alias, new("what clients call the model", "客户端使用的模型名")),
            new("--host", host, ExportWords.Host(host)),
            new("--port", Number(port), new("where clients connect", "客户端连接的端口")),
            new("--ctx-size", Number(Options.Context), Options.Parallel == 1
                ? new($"tokens of context; the cache takes {cache} for them", $"上下文长度（token 数），缓存占 {cache}")
                : new($"tokens of context over all {Options.Parallel} slots, {ContextEach} each; the cache takes {cache} for them", $"{Options.Parallel} 个槽位共用的上下文长度，每个 {ContextEach} 个 token；缓存共占 {cache}")),
            new("--parallel", Number(Options.Parallel), new("slots: people who are served at a time; others wait", "槽位数，即同时服务的人数，其余排队")),
            new("--n-gpu-layers", Number(Options.GpuLayers), UsesGpu
                ? new(
                    $"{Math.Min(Options.GpuLayers, layers)} of {layers} layers, the output counted, go to {string.Join(", ", Gpus.Select(g => g.Name))}: {gpu} there",
                    $"共 {layers} 层（含输出层），其中 {Math.Min(Options.GpuLayers, layers)} 层放到 {string.Join("、", Gpus.Select(g => g.Name))}，占 {gpu}")
                : new("no layer on a GPU: none is usable, or none was wanted", "不使用 GPU：没有可用的，或未要求")),
        };
        if (!UsesGpu)
        {
            // common/arg.cpp:1127, llama.cpp v0.4.0
            flags.Add(new("--device", "none", new("leaves GPUs alone: llama-server would reserve memory there without a layer on them, too", "完全不使用 GPU：否则即使没有层放在 GPU 上，llama-server 也会在那里预留显存")));
        }

        if (Options.CpuMoeLayers > 0)
        {
            flags.Add(new("--n-cpu-moe", Number(Options.CpuMoeLayers), new(
                $"the experts of the first {Options.CpuMoeLayers} layers stay in system memory, since the GPUs cannot hold them", $"前 {Options.CpuMoeLayers} 层的专家留在内存中，因为显存放不下")));
        }

        if (Options.TensorSplit is { } split)
        {
            flags.Add(new("--tensor-split", string.Join(',', split.Select(s => s.ToString("0.###", CultureInfo.InvariantCulture))), new("each GPU's share of the layers", "各 GPU 分到的层的比例")));
        }

        flags.AddRange(
        [
            new("--cache-type-k", CacheType(Options.KvTypeK), new("type of the cached keys", "键缓存的类型")),
            new("--cache-type-v", CacheType(Options.KvTypeV), Options.FlashAttention
                ? new("type of the cached values; a quantized one needs flash attention", "值缓存的类型；量化类型需要 flash attention")
                : new("type of the cached values", "值缓存的类型")),
            new("--flash-attn", Options.FlashAttention ? "on" : "off", Options.FlashAttention
                ? new("keeps the compute buffers small at a long context", "上下文较长时让计算缓冲区保持较小")
                : new("off, as asked; the compute buffers grow with the context", "按要求关闭；计算缓冲区随上下文增大")),
            new("--batch-size", Number(Options.Batch), new("tokens submitted at once", "一次提交的 token 数")),
            new("--ubatch-size", Number(Options.UBatch), new(
                $"tokens computed at once; the compute buffers, {new ByteSize(Memory.Devices.Sum(d => d.Compute.Bytes))}, are for this many",
                $"一次计算的 token 数；计算缓冲区（{new ByteSize(Memory.Devices.Sum(d => d.Compute.Bytes))}）按此分配")),
            new("--threads", Number(Threads), Machine.Cpu.QuotaCores is not null
                ? new("the cores that the container may use", "容器可用的核心数")
                : new("one for each core that computes well: hyper-threads and efficiency cores slow it down", "每个高性能核心一个线程；超线程和能效核反而会拖慢速度")),
            new("--fit", "off", new("everything is planned: rather fail than run with less than this", "所有参数均已规划：宁可启动失败，也不悄悄降低配置")),
            new("--cache-ram", "0", new("llama-server would keep up to 8 GiB of old prompts in system memory, which the plan does not count", "llama-server 默认最多用 8 GiB 内存保存旧提示词，规划中未计入")),
            new("--jinja", "", new("the model's own chat template, with R1's <think>", "使用模型自带的对话模板，含 R1 的 <think>")),
            new("--reasoning-format", "deepseek", new("the reasoning comes in reasoning_content, apart from the answer", "推理过程放在 reasoning_content 中，与回答分开")),
            new("--temp", ExportDefaults.Text("sampling", "temperature"), ExportWords.Temperature),
            new("--top-p", ExportDefaults.Text("sampling", "top_p"), ExportWords.TopP),
        ]);
        return flags;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string CacheType(Gguf.GgmlType type) => type.ToString().ToLowerInvariant();
}

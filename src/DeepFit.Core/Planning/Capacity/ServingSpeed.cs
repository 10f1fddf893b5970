using DeepFit.Core.Models;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>
/// The time of one step of vLLM or SGLang on a copy of the model: per pipeline stage the larger of bytes over bandwidth and FLOP over throughput, the
/// attention likewise, a fixed cost a layer, and two all-reduces a layer between tensor-parallel ranks (Megatron-LM, arXiv:1909.08053, section 3). Of a
/// mixture of experts a step over <c>n</c> tokens reads the share <c>1 - (1 - k/E)^n</c>. With a pipeline the sequences form as many groups as there are
/// stages, and a step is the time in which every sequence gets its token: all stages, one group each. The constants are in
/// <c>Data/capacity_constants.csv</c>.
/// </summary>
public sealed class ServingSpeed : IStepTime
{
    private const double LargeFlops = 500e12;

    private readonly Stage[] stages;
    private readonly double touchedBase;
    private readonly int ranksOfAttention;
    private readonly double hopSeconds;
    private readonly double stepSeconds;
    private readonly double sequenceSeconds;
    private readonly ServingLayout layout;

    /// <summary>Prepares the speed of a copy.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="engine">vLLM or SGLang.</param>
    /// <param name="gpu">The GPUs.</param>
    /// <param name="layout">How the model is spread.</param>
    /// <param name="memory">What it takes, and so how much the cache holds.</param>
    /// <param name="cacheBits">Bits of one cached element.</param>
    public ServingSpeed(ServingModel model, ServingEngine engine, Accelerator gpu, ServingLayout layout, ServingMemory memory, int cacheBits = 16)
        : this(model, engine, gpu, layout, memory, cacheBits, CapacityData.Default)
    {
    }

    internal ServingSpeed(
        ServingModel model, ServingEngine engine, Accelerator gpu, ServingLayout layout, ServingMemory memory, int cacheBits, CapacityData data)
    {
        this.layout = layout;
        string name = engine == ServingEngine.Vllm ? "vllm" : "sglang";
        ModelArchitecture architecture = model.Architecture;
        PromptTokens = memory.BatchTokens;
        MostSequences = memory.MostSequences;
        CacheTokens = memory.CacheTokens;
        SequenceTokens = memory.SequenceTokens;
        RequestSeconds = data.Get("speed", name, "request_milliseconds") * 1e-3;
        stepSeconds = data.Get("speed", name, "step_milliseconds") * 1e-3;
        sequenceSeconds = data.Get("speed", name, "sequence_microseconds") * 1e-6;
        touchedBase = architecture.Experts is { } experts ? 1 - ((double)experts.ExpertUsedCount / experts.ExpertCount) : 1;
        ranksOfAttention = layout.DataParallelAttention ? layout.Tensor : 1;
        double hop = data.Get("speed", "link", layout.Gpus > gpu.GpusPerNode ? "between_nodes_microseconds" : "latency_microseconds");
        hopSeconds = (layout.Pipeline - 1) * hop * 1e-6;

        int[] counts = layout.Stages(architecture.LayerCount);
        stages = new Stage[counts.Length];
        for (int i = 0, from = 0; i < counts.Length; from += counts[i], i++)
        {
            stages[i] = Create(model, gpu, name, data, from, counts[i], last: i == counts.Length - 1, cacheBits);
        }
    }

    /// <inheritdoc/>
    public int PromptTokens { get; }

    /// <inheritdoc/>
    public int MostSequences { get; }

    /// <inheritdoc/>
    public long CacheTokens { get; }

    /// <inheritdoc/>
    public long SequenceTokens { get; }

    /// <inheritdoc/>
    public double RequestSeconds { get; }

    /// <inheritdoc/>
    public double Seconds(int sequences, double cachedTokens, int promptTokens, double promptDepth)
    {
        double groups = Math.Clamp(sequences + (promptTokens > 0 ? 1 : 0), 1, stages.Length);
        double tokens = (sequences + promptTokens) / groups;
        double cached = cachedTokens / groups;
        double prompt = promptTokens / groups;
        double touched = 1 - Math.Pow(touchedBase, tokens);
        double seconds = stepSeconds + (sequences * sequenceSeconds) + hopSeconds;
        foreach (Stage stage in stages)
        {
            double linear = Math.Max(
                (stage.FixedBytes + (touched * stage.ExpertBytes)) / stage.WeightRate,
                (tokens * stage.DenseSeconds) + (tokens * stage.ExpertSeconds));
            double attention = Math.Max(cached / ranksOfAttention * stage.CacheReadSeconds, cached / ranksOfAttention * stage.AttentionSeconds)
                + (prompt / ranksOfAttention * promptDepth * stage.PromptAttentionSeconds);
            seconds += linear + attention + stage.LayerSeconds + stage.ReduceLatency + (tokens * stage.ReduceSecondsPerToken);
        }

        return seconds;
    }

    private Stage Create(ServingModel model, Accelerator gpu, string engine, CapacityData data, int from, int count, bool last, int cacheBits)
    {
        ModelArchitecture architecture = model.Architecture;
        int tensor = layout.Tensor;
        double attentionRanks = layout.DataParallelAttention ? 1 : tensor;
        double experts = 0, expertParameters = 0, attention = 0, feedForward = 0;
        int moeLayers = 0;
        for (int i = from; i < from + count; i++)
        {
            LayerWeights layer = model.Layers[i];
            experts += layer.Experts;
            expertParameters += layer.ExpertParameters;
            attention += layer.AttentionParameters;
            feedForward += layer.FeedForwardParameters;
            moeLayers += layer.Experts > 0 ? 1 : 0;
        }

        double stored = ServingMemory.StageWeights(model, layout, from, count, first: false, last);
        double used = architecture.Experts is { } moe ? (double)moe.ExpertUsedCount / moe.ExpertCount : 0;
        string kind = model.Format.WeightBits == 4 ? "4bit" : model.Format.Arithmetic;
        double peak = gpu.Flops(model.Format.Arithmetic);
        double sixteen = data.Get("speed", "bf16", gpu.Flops16 > LargeFlops ? "compute_efficiency_hopper" : "compute_efficiency");
        double dense = peak * (kind == "bf16" ? sixteen : data.Get("speed", kind, "compute_efficiency"));
        double sparse = peak * data.Get("speed", "moe", "compute_efficiency");
        double attentionRate = gpu.Flops16 * sixteen;
        double output = last ? (double)architecture.VocabularySize * architecture.EmbeddingLength : 0;
        double memory = gpu.Bandwidth.BytesPerSecond;
        bool between = tensor > gpu.GpusPerNode;
        double latency = data.Get("speed", "link", between ? "between_nodes_microseconds" : "latency_microseconds") * 1e-6;
        double link = (between ? gpu.BetweenNodes : gpu.LinkRate).BytesPerSecond * data.Get("speed", "link", "efficiency");
        double heads = (double)architecture.HeadCount / attentionRanks;
        double perTokenFlops = 2.0 * heads * (architecture.KeyLength + architecture.ValueLength);
        double promptFlops = architecture.Mla is { } mla ? 2.0 * heads * (mla.KeyLengthMla + mla.ValueLengthMla) : perTokenFlops;
        return new Stage(
            FixedBytes: stored - (experts / tensor),
            ExpertBytes: experts / tensor,
            WeightRate: memory * data.Get("speed", kind, "memory_efficiency"),
            DenseSeconds: 2 * ((attention / attentionRanks / ranksOfAttention) + ((feedForward + output) / tensor)) / dense,
            ExpertSeconds: 2 * expertParameters * used / tensor / sparse,
            CacheReadSeconds: ServingMemory.TokenBytes(architecture, layout, count, cacheBits) / (memory * data.Get("speed", "general", "cache_efficiency")),
            AttentionSeconds: count * perTokenFlops / attentionRate,
            PromptAttentionSeconds: count * promptFlops / attentionRate,
            LayerSeconds: ((count - moeLayers) * data.Get("speed", "dense", "layer_microseconds") * 1e-6)
                + (moeLayers * data.Get("speed", engine, "moe_layer_microseconds") * 1e-6),
            ReduceLatency: tensor == 1 ? 0 : 2 * count * latency,
            ReduceSecondsPerToken: tensor == 1 ? 0 : 2 * count * 2.0 * (tensor - 1) / tensor * architecture.EmbeddingLength * 2 / link);
    }

    private readonly record struct Stage(
        double FixedBytes,
        double ExpertBytes,
        double WeightRate,
        double DenseSeconds,
        double ExpertSeconds,
        double CacheReadSeconds,
        double AttentionSeconds,
        double PromptAttentionSeconds,
        double LayerSeconds,
        double ReduceLatency,
        double ReduceSecondsPerToken);
}

using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>
/// What one GPU of a copy holds, the fullest stage's, and how many tokens the cache of the copy has room for: what vLLM's log calls
/// "GPU KV cache size" and "Maximum concurrency".
/// </summary>
public sealed record ServingMemory
{
    /// <summary>Weights on the fullest GPU, with what the engine derives from them.</summary>
    public required ByteSize Weights { get; init; }

    /// <summary>The forward pass at its peak, CUDA's context, the collectives' buffers.</summary>
    public required ByteSize Activation { get; init; }

    /// <summary>What the engine leaves alone: 10% with vLLM's default, the rest besides SGLang's static share.</summary>
    public required ByteSize Kept { get; init; }

    /// <summary>What is left for the cache; negative where the weights alone are too much.</summary>
    public required ByteSize Cache { get; init; }

    /// <summary>Cache of one token on one GPU.</summary>
    public required ByteSize CachePerToken { get; init; }

    /// <summary>Tokens in a block of the cache.</summary>
    public required int BlockTokens { get; init; }

    /// <summary>Tokens that the cache of the whole copy holds; 0 where nothing is left.</summary>
    public required long CacheTokens { get; init; }

    /// <summary>Tokens that one sequence can have: less than <see cref="CacheTokens"/> with data-parallel attention.</summary>
    public required long SequenceTokens { get; init; }

    /// <summary>The share of a GPU to give the engine: <c>--gpu-memory-utilization</c> or <c>--mem-fraction-static</c>.</summary>
    public required double Share { get; init; }

    /// <summary>Tokens computed in one step at most: <c>--max-num-batched-tokens</c> or <c>--chunked-prefill-size</c>.</summary>
    public required int BatchTokens { get; init; }

    /// <summary>Sequences at a time that the engine allows by default on this GPU.</summary>
    public required int MostSequences { get; init; }

    /// <summary>Sequences of a length that fit at once.</summary>
    public double Concurrency(int context) => (double)CacheTokens / context;

    /// <summary>Computes the memory of a copy.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="engine">vLLM or SGLang.</param>
    /// <param name="gpu">The GPUs.</param>
    /// <param name="layout">How the model is spread.</param>
    /// <param name="cacheBits">Bits of one cached element: 16, or 8 with an FP8 cache.</param>
    public static ServingMemory Of(ServingModel model, ServingEngine engine, Accelerator gpu, ServingLayout layout, int cacheBits = 16)
    {
        CapacityData data = CapacityData.Default;
        string name = engine == ServingEngine.Vllm ? "vllm" : "sglang";
        ModelArchitecture architecture = model.Architecture;
        bool large = gpu.Memory.InGiB >= 70 && !gpu.Name.Contains("A100", StringComparison.OrdinalIgnoreCase);
        int tokens = (int)(large ? data.Find(name, "batch", "tokens_large") ?? data.Get(name, "batch", "tokens") : data.Get(name, "batch", "tokens"));
        int sequences = (int)(large ? data.Find(name, "batch", "sequences_large") ?? data.Get(name, "batch", "sequences") : data.Get(name, "batch", "sequences"));
        int block = (int)data.Get(name, "cache", architecture.IsMla ? "block_mla" : "block");
        long graphs = (long)(data.Get("memory", "gpu", "graphs_mib") * ByteSize.MiB);
        long fixedBytes = Activations(architecture, layout, tokens, sequences)
            + (long)(data.Get("memory", "gpu", "context_mib") * ByteSize.MiB)
            + (layout.Gpus > 1 ? (long)(data.Get("memory", "gpu", "nccl_mib") * ByteSize.MiB) : 0);
        double share = engine == ServingEngine.Vllm
            ? data.Get("vllm", "memory", "utilization")
            : Math.Floor(100 * (1 - (Math.Max(fixedBytes + graphs, data.Get("sglang", "memory", "reserve_gib") * ByteSize.GiB) / gpu.Memory.Bytes))) / 100;
        long usable = (long)(gpu.Memory.Bytes * Math.Max(0, share));
        long outside = engine == ServingEngine.Vllm ? fixedBytes : 0; // SGLang's share holds weights and cache alone

        int[] stages = layout.Stages(architecture.LayerCount);
        long heaviest = 0;
        long cacheLeft = long.MaxValue;
        long perToken = 0;
        long blocks = long.MaxValue;
        for (int stage = 0, layer = 0; stage < stages.Length; layer += stages[stage], stage++)
        {
            long weights = StageWeights(model, layout, layer, stages[stage], stage == 0, stage == stages.Length - 1);
            long tokenBytes = TokenBytes(architecture, layout, stages[stage], cacheBits);
            long left = usable - outside - weights;
            heaviest = Math.Max(heaviest, weights);
            perToken = Math.Max(perToken, tokenBytes);
            cacheLeft = Math.Min(cacheLeft, left);
            blocks = Math.Min(blocks, Math.Max(0, left) / (tokenBytes * block));
        }

        long rank = blocks * block;
        return new ServingMemory
        {
            Weights = new(heaviest),
            Activation = new(fixedBytes),
            Kept = new(gpu.Memory.Bytes - usable),
            Cache = new(cacheLeft),
            CachePerToken = new(perToken),
            BlockTokens = block,
            CacheTokens = layout.DataParallelAttention ? rank * layout.Tensor : rank,
            SequenceTokens = rank,
            Share = share,
            BatchTokens = tokens,
            MostSequences = sequences,
        };
    }

    /// <summary>Bytes of one stage's weights on one of its GPUs.</summary>
    internal static long StageWeights(ServingModel model, ServingLayout layout, int from, int count, bool first, bool last)
    {
        ModelArchitecture architecture = model.Architecture;
        int tensor = layout.Tensor;

        // with more ranks than K/V heads each rank keeps a whole head (vLLM's QKVParallelLinear: num_kv_head_replicas)
        double keyValueShare = architecture.IsMla ? 1 : Math.Max(1.0 / architecture.HeadCountKv, 1.0 / tensor);
        double attentionShare = layout.DataParallelAttention ? 1 : 1.0 / tensor;
        long bytes = (first ? PaddedVocabulary(architecture, model.EmbeddingBytes) / tensor : 0)
            + (last ? (PaddedVocabulary(architecture, model.OutputBytes) / tensor) + model.OutputNormBytes : 0);
        for (int i = from; i < from + count; i++)
        {
            LayerWeights layer = model.Layers[i];
            bytes += layer.Replicated + (long)(layer.KeyValue * keyValueShare) + (long)(layer.Attention * attentionShare) + ((layer.Split + layer.Experts) / tensor);
        }

        if (architecture.Mla is { } mla)
        {
            // kv_b is also kept apart in 16 bits, for the absorbed products (MLACommonImpl.process_weights_after_loading: W_UV, W_UK_T)
            long absorbed = 2L * architecture.HeadCount * mla.KvLoraRank * (mla.KeyLengthMla - architecture.RopeDimensionCount + mla.ValueLengthMla);
            bytes += (long)(count * absorbed * attentionShare);
        }

        return bytes;
    }

    /// <summary>Bytes that one token's cache takes on one GPU of a stage: MLA's latent row is whole on every rank, K/V heads are split but not below one.</summary>
    internal static long TokenBytes(ModelArchitecture architecture, ServingLayout layout, int layers, int cacheBits)
    {
        long elements = architecture.IsMla
            ? architecture.KeyLength
            : Math.Max(1, architecture.HeadCountKv / layout.Tensor) * (long)(architecture.KeyLength + architecture.ValueLength);
        return layers * elements * cacheBits / 8;
    }

    // rows are padded to a multiple of 64 (vllm: DEFAULT_VOCAB_PADDING_SIZE)
    private static long PaddedVocabulary(ModelArchitecture architecture, long bytes)
    {
        long rows = architecture.VocabularySize;
        return bytes / rows * ((rows + 63) / 64 * 64);
    }

    private static long Activations(ModelArchitecture architecture, ServingLayout layout, int tokens, int sequences)
    {
        CapacityData data = CapacityData.Default;
        double width = architecture.EmbeddingLength * data.Get("memory", "activation", "hidden_copies");
        double inner = 2.0 * architecture.FeedForwardLength / layout.Tensor;
        if (architecture.Experts is { } experts)
        {
            // every token's chosen experts have their own inner rows and an output row each before these are summed
            inner = Math.Max(inner, experts.ExpertUsedCount * ((3.0 * experts.ExpertFeedForwardLength / layout.Tensor) + architecture.EmbeddingLength));
        }

        double logits = (double)sequences * architecture.VocabularySize * 4 * data.Get("memory", "activation", "logit_copies");
        return (long)((tokens * (width + inner) * 2) + logits);
    }
}

namespace DeepFit.Core.Models;

/// <summary>
/// The hyperparameters of a transformer as llama.cpp reads them from GGUF metadata (<c>llama-hparams.h</c>), enough to list every tensor,
/// the key/value cache and the compute graph. Counts are elements unless said otherwise.
/// </summary>
public sealed record ModelArchitecture
{
    /// <summary>GGUF <c>general.architecture</c>: <c>qwen2</c>, <c>qwen3</c>, <c>llama</c> or <c>deepseek2</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>block_count</c>: transformer layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary><c>embedding_length</c>: width of the residual stream.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary><c>feed_forward_length</c> of the dense layers.</summary>
    public required int FeedForwardLength { get; init; }

    /// <summary><c>attention.head_count</c>: query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary><c>attention.head_count_kv</c>: key/value heads; 1 for MLA in its absorbed form, as llama.cpp writes it.</summary>
    public required int HeadCountKv { get; init; }

    /// <summary><c>attention.key_length</c>: elements of one key head in the cache (576 for R1's MLA: 512 + 64).</summary>
    public required int KeyLength { get; init; }

    /// <summary><c>attention.value_length</c>: elements of one value head (512 for R1's MLA).</summary>
    public required int ValueLength { get; init; }

    /// <summary>Rows of the embedding table and of the output matrix, padding included.</summary>
    public required int VocabularySize { get; init; }

    /// <summary><c>context_length</c>: the longest context the model was made for, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary><c>rope.dimension_count</c>.</summary>
    public required int RopeDimensionCount { get; init; }

    /// <summary><c>rope.freq_base</c>.</summary>
    public double RopeFrequencyBase { get; init; } = 10000;

    /// <summary>Rope scaling, or null.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary><c>attention.layer_norm_rms_epsilon</c>.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether the output matrix is the embedding table (no <c>output.weight</c> in the file).</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Whether Q, K and V projections have biases (Qwen2).</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Whether Q and K are normalised per head (Qwen3).</summary>
    public bool QkNorm { get; init; }

    /// <summary>Whether the file carries the <c>rope_freqs.weight</c> tensor (Llama 3.1's rope scaling).</summary>
    public bool HasRopeFreqs { get; init; }

    /// <summary>The mixture of experts, or null for a dense model.</summary>
    public MixtureOfExperts? Experts { get; init; }

    /// <summary>Multi-head latent attention, or null for grouped-query attention.</summary>
    public LatentAttention? Mla { get; init; }

    /// <summary>
    /// The ranks of a deepseek2 model whose file is older than llama.cpp's latent cache (one <c>attn_kv_b</c>, no <c>key_length_mla</c>):
    /// llama.cpp decompresses before it caches, so that <see cref="Mla"/> is null and the cache holds <see cref="HeadCountKv"/> full heads.
    /// Null for everything else.
    /// </summary>
    public LatentAttention? DecompressedMla { get; init; }

    /// <summary>Whether this is R1 itself or one of its kin with latent attention.</summary>
    public bool IsMla => Mla is not null;
}

/// <summary>Rope scaling as in GGUF's <c>rope.scaling.*</c>.</summary>
/// <param name="Type"><c>linear</c> or <c>yarn</c>; Llama 3.1's own kind has no key and lives in the <c>rope_freqs</c> tensor.</param>
/// <param name="Factor">The scaling factor.</param>
/// <param name="OriginalContextLength">The context length before scaling, in tokens.</param>
/// <param name="YarnLogMultiplier"><c>rope.scaling.yarn_log_multiplier</c>, or null.</param>
/// <param name="AttentionFactor"><c>rope.scaling.attn_factor</c>, or null.</param>
public sealed record RopeScaling(string Type, double Factor, int OriginalContextLength, double? YarnLogMultiplier = null, double? AttentionFactor = null);

/// <summary>A mixture of experts (DeepSeek's kind).</summary>
/// <param name="ExpertCount">Routed experts per layer.</param>
/// <param name="ExpertUsedCount">Routed experts that each token uses.</param>
/// <param name="ExpertSharedCount">Shared experts, always used.</param>
/// <param name="ExpertFeedForwardLength">Feed-forward width of one expert.</param>
/// <param name="LeadingDenseBlockCount">First layers that have a plain feed-forward network.</param>
/// <param name="ExpertWeightsScale"><c>expert_weights_scale</c>.</param>
/// <param name="ExpertWeightsNorm"><c>expert_weights_norm</c>.</param>
/// <param name="ExpertGatingFunction"><c>expert_gating_func</c>: 1 softmax, 2 sigmoid (<c>llama-hparams.h</c>).</param>
/// <param name="ExpertGroupCount"><c>expert_group_count</c>; 0 for none.</param>
/// <param name="ExpertGroupUsedCount"><c>expert_group_used_count</c>; 0 for none.</param>
/// <param name="HasRouterBias">Whether the layers carry <c>exp_probs_b.bias</c>.</param>
public sealed record MixtureOfExperts(
    int ExpertCount,
    int ExpertUsedCount,
    int ExpertSharedCount,
    int ExpertFeedForwardLength,
    int LeadingDenseBlockCount,
    double ExpertWeightsScale = 1,
    bool ExpertWeightsNorm = false,
    int ExpertGatingFunction = 1,
    int ExpertGroupCount = 0,
    int ExpertGroupUsedCount = 0,
    bool HasRouterBias = false);

/// <summary>Multi-head latent attention (DeepSeek-V2 and later).</summary>
/// <param name="QueryLoraRank"><c>attention.q_lora_rank</c>; 0 when queries are not compressed.</param>
/// <param name="KvLoraRank"><c>attention.kv_lora_rank</c>.</param>
/// <param name="KeyLengthMla"><c>attention.key_length_mla</c>: one decompressed key head (nope + rope).</param>
/// <param name="ValueLengthMla"><c>attention.value_length_mla</c>: one decompressed value head.</param>
public sealed record LatentAttention(int QueryLoraRank, int KvLoraRank, int KeyLengthMla, int ValueLengthMla);

using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Gguf;

/// <summary>What <see cref="SyntheticGguf.Write"/> may change.</summary>
public sealed record SyntheticGgufOptions
{
    /// <summary>Everything at its default: the whole model, no vocabulary.</summary>
    public static SyntheticGgufOptions Default { get; } = new();

    /// <summary><c>general.name</c>; by default the architecture and the quantization.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The layers to keep, as indices into the model's own, in order and without repetition; they are numbered anew from 0. Null keeps all.
    /// <see cref="SyntheticGguf.SpreadLayers"/> picks layers whose types stand for the whole model's.
    /// </summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>
    /// Metadata to add at the end, such as the <c>tokenizer.*</c> keys of a vocabulary file; with <c>tokenizer.ggml.model</c> among them the file
    /// has that vocabulary, otherwise none (<c>tokenizer.ggml.model</c> = <c>none</c>, which serves for dry runs and test-drives).
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, GgufValue>> ExtraMetadata { get; init; } = [];
}

/// <summary>What was written.</summary>
/// <param name="Header">The header, with every tensor's place.</param>
/// <param name="Layout">The model that the file holds: the given one, or its kept layers; its size is <paramref name="Length"/>.</param>
/// <param name="Length">Bytes of the whole file: set the file's length to it, and the tensors' data are a hole that reads as zeros.</param>
public sealed record SyntheticGgufFile(GgufHeader Header, ModelLayout Layout, long Length);

/// <summary>
/// Writes GGUF files that llama.cpp loads without any weights being downloaded: the header of a model's true shapes over a hole
/// (<c>src/llama-model.cpp:1197-1400</c> and <c>src/models/{qwen2,qwen3,llama,deepseek2}.cpp</c> of llama.cpp v0.4.0 say which keys that takes).
/// </summary>
public static class SyntheticGguf
{
    /// <summary>Writes the header; the caller then sets the file's length to <see cref="SyntheticGgufFile.Length"/>.</summary>
    /// <param name="output">Where to write: an empty file.</param>
    /// <param name="layout">The model.</param>
    /// <param name="options">What to change; null for <see cref="SyntheticGgufOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">The layers to keep are out of range, repeated or out of order, or llama.cpp would mistake the shortened model for another.</exception>
    public static SyntheticGgufFile Write(Stream output, ModelLayout layout, SyntheticGgufOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        options ??= SyntheticGgufOptions.Default;
        ModelLayout kept = options.Layers is null ? layout : KeepLayers(layout, options.Layers);
        GgufMetadata metadata = Metadata(kept, options);
        GgufHeader header = GgufWriter.WriteHeader(output, metadata, kept.Tensors);
        return new SyntheticGgufFile(
            header,
            kept with { Tensors = header.Tensors, FileBytes = new ByteSize(header.DataEnd) },
            header.DataEnd);
    }

    /// <summary>The model shortened to some of its layers, numbered anew; embeddings, output and the other tensors stay.</summary>
    /// <param name="layout">The model.</param>
    /// <param name="layers">Indices of the layers to keep, ascending.</param>
    /// <returns>The shorter model; its <see cref="ModelLayout.FileBytes"/> is the sum of its tensors.</returns>
    /// <exception cref="ArgumentException">As <see cref="Write"/>.</exception>
    public static ModelLayout KeepLayers(ModelLayout layout, IReadOnlyList<int> layers)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(layers);
        ModelArchitecture architecture = layout.Architecture;
        var renumbered = new Dictionary<int, int>(layers.Count);
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i] < 0 || layers[i] >= architecture.LayerCount || (i > 0 && layers[i] <= layers[i - 1]))
            {
                throw new ArgumentException($"layers must ascend within 0 to {architecture.LayerCount - 1}", nameof(layers));
            }

            renumbered.Add(layers[i], i);
        }

        if (layers.Count == 0)
        {
            throw new ArgumentException("a model needs at least one layer", nameof(layers));
        }

        if (IsMistakenForLite(architecture, layers.Count))
        {
            throw new ArgumentException($"llama.cpp takes a deepseek2 of {layers.Count} layers for a lite model without q_lora_rank; keep one more or one less", nameof(layers));
        }

        var tensors = new List<GgufTensorInfo>(layout.Tensors.Count);
        foreach (GgufTensorInfo tensor in layout.Tensors)
        {
            if (!GgufTensorName.TryParse(tensor.Name, out int layer, out int rest))
            {
                tensors.Add(tensor);
            }
            else if (renumbered.TryGetValue(layer, out int number))
            {
                tensors.Add(tensor with { Name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{GgufTensorName.LayerPrefix}{number}{tensor.Name.AsSpan(rest)}") });
            }
        }

        ModelArchitecture shorter = architecture with
        {
            LayerCount = layers.Count,
            Experts = architecture.Experts is { } experts
                ? experts with { LeadingDenseBlockCount = layers.Count(layer => layer < experts.LeadingDenseBlockCount) }
                : null,
        };
        return layout with { Architecture = shorter, Tensors = tensors, FileBytes = new ByteSize(tensors.Sum(tensor => tensor.Bytes)) };
    }

    /// <summary>
    /// Layers that stand for the whole model: evenly spread, so that a quantization that gives some layers better types (every K-quant mix does)
    /// keeps its proportions as well as a few layers can.
    /// </summary>
    /// <param name="architecture">The model.</param>
    /// <param name="count">How many layers with the model's main kind of feed-forward network (experts, if it has them).</param>
    /// <param name="dense">How many of a mixture's leading dense layers, besides; ignored for a dense model.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model has not that many.</exception>
    public static IReadOnlyList<int> SpreadLayers(ModelArchitecture architecture, int count, int dense = 0)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        int leading = Math.Min(architecture.Experts?.LeadingDenseBlockCount ?? 0, architecture.LayerCount);
        int main = architecture.LayerCount - leading;
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, main);
        ArgumentOutOfRangeException.ThrowIfNegative(dense);
        if (architecture.Experts is null)
        {
            dense = 0;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(dense, leading);
        var layers = new List<int>(count + dense);
        layers.AddRange(Enumerable.Range(0, dense));
        for (int i = 0; i < count; i++)
        {
            // The middle of each of the equal parts.
            layers.Add(leading + (int)(((2L * i) + 1) * main / (2L * count)));
        }

        return layers;
    }

    /// <summary>deepseek2.cpp:7-17 of llama.cpp v0.4.0 knows the lite models by their depth, and does not read their query rank.</summary>
    private static bool IsMistakenForLite(ModelArchitecture architecture, int layers) =>
        (architecture.Mla ?? architecture.DecompressedMla) is { QueryLoraRank: > 0 }
        && (layers is 26 or 27 || (layers == 48 && architecture.VocabularySize == 128256));

    private static GgufMetadata Metadata(ModelLayout layout, SyntheticGgufOptions options)
    {
        ModelArchitecture architecture = layout.Architecture;
        string prefix = architecture.Name + ".";
        var metadata = new GgufMetadata
        {
            { "general.architecture", GgufValue.From(architecture.Name) },
            { "general.type", GgufValue.From("model") },
            { "general.name", GgufValue.From(options.Name ?? $"{architecture.Name} {layout.Quantization} (synthetic)") },
        };
        if (GgufFileType.NumberOf(layout.Quantization) is { } fileType)
        {
            metadata.Add("general.file_type", GgufValue.From((uint)fileType));
        }

        metadata.Add("general.quantization_version", GgufValue.From(2u)); // GGML_QNT_VERSION, ggml.h
        Count("block_count", architecture.LayerCount);
        Count("context_length", architecture.ContextLength);
        Count("embedding_length", architecture.EmbeddingLength);
        Count("feed_forward_length", architecture.FeedForwardLength);
        Count("vocab_size", architecture.VocabularySize);
        Count("attention.head_count", architecture.HeadCount);
        Count("attention.head_count_kv", architecture.HeadCountKv);
        Count("attention.key_length", architecture.KeyLength);
        Count("attention.value_length", architecture.ValueLength);
        Number("attention.layer_norm_rms_epsilon", architecture.RmsNormEpsilon);
        Count("rope.dimension_count", architecture.RopeDimensionCount);
        Number("rope.freq_base", architecture.RopeFrequencyBase);
        if (architecture.RopeScaling is { } scaling)
        {
            metadata.Add(prefix + "rope.scaling.type", GgufValue.From(scaling.Type));
            Number("rope.scaling.factor", scaling.Factor);
            Count("rope.scaling.original_context_length", scaling.OriginalContextLength);
            if (scaling.AttentionFactor is { } attention)
            {
                Number("rope.scaling.attn_factor", attention);
            }

            if (scaling.YarnLogMultiplier is { } multiplier)
            {
                Number("rope.scaling.yarn_log_multiplier", multiplier);
            }
        }

        if ((architecture.Mla ?? architecture.DecompressedMla) is { } latent)
        {
            // Also when it is 0: llama.cpp asks for it unless the depth is that of a lite model.
            Count("attention.q_lora_rank", latent.QueryLoraRank);
            Count("attention.kv_lora_rank", latent.KvLoraRank);
        }

        if (architecture.Mla is { } mla)
        {
            Count("attention.key_length_mla", mla.KeyLengthMla);
            Count("attention.value_length_mla", mla.ValueLengthMla);
        }

        if (architecture.Experts is { } experts)
        {
            Count("leading_dense_block_count", experts.LeadingDenseBlockCount);
            Count("expert_count", experts.ExpertCount);
            Count("expert_used_count", experts.ExpertUsedCount);
            Count("expert_shared_count", experts.ExpertSharedCount);
            Count("expert_feed_forward_length", experts.ExpertFeedForwardLength);
            Number("expert_weights_scale", experts.ExpertWeightsScale);
            metadata.Add(prefix + "expert_weights_norm", GgufValue.From(experts.ExpertWeightsNorm));
            Count("expert_gating_func", experts.ExpertGatingFunction);
            if (experts.ExpertGroupCount > 0)
            {
                Count("expert_group_count", experts.ExpertGroupCount);
                Count("expert_group_used_count", experts.ExpertGroupUsedCount);
            }
        }
        else if (architecture.Name == "deepseek2")
        {
            // Required even of a model without experts (deepseek2.cpp:21-22).
            Count("leading_dense_block_count", architecture.LayerCount);
            Count("expert_shared_count", 0);
            Count("expert_feed_forward_length", architecture.FeedForwardLength);
        }

        if (!options.ExtraMetadata.Any(entry => entry.Key == "tokenizer.ggml.model"))
        {
            metadata.Add("tokenizer.ggml.model", GgufValue.From("none"));
        }

        foreach ((string key, GgufValue value) in options.ExtraMetadata)
        {
            metadata.Add(key, value);
        }

        return metadata;

        // llama.cpp takes uint32 and float32 alone here (llama-model-loader.cpp:109-130).
        void Count(string key, int value) => metadata.Add(prefix + key, GgufValue.From(checked((uint)value)));
        void Number(string key, double value) => metadata.Add(prefix + key, GgufValue.From((float)value));
    }
}

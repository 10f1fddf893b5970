using System.Collections.Concurrent;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>One layer's weights by how tensor parallelism treats them, in bytes, and its parameters.</summary>
/// <param name="Replicated">Whole on every rank: norms, the router, the compressing projections of MLA (<c>ReplicatedLinear</c> in vLLM's <c>deepseek_v2.py</c>).</param>
/// <param name="Attention">Split by heads; with data-parallel attention whole on every rank.</param>
/// <param name="KeyValue">Key and value projections: split by K/V heads, but never below one head a rank.</param>
/// <param name="Split">Split evenly: dense feed-forward and shared experts.</param>
/// <param name="Experts">Routed experts, all of them; split evenly.</param>
/// <param name="AttentionParameters">Matrix parameters of the attention that every token uses.</param>
/// <param name="FeedForwardParameters">Matrix parameters of the feed-forward part that every token uses.</param>
/// <param name="ExpertParameters">Matrix parameters of all routed experts.</param>
internal readonly record struct LayerWeights(
    long Replicated, long Attention, long KeyValue, long Split, long Experts, double AttentionParameters, double FeedForwardParameters, double ExpertParameters)
{
    /// <summary>All bytes of the layer.</summary>
    public long Bytes => Replicated + Attention + KeyValue + Split + Experts;
}

/// <summary>A checkpoint as vLLM or SGLang loads it: the bytes of every layer, by how they are shared out. Immutable; kept once made.</summary>
public sealed class ServingModel
{
    private static readonly ConcurrentDictionary<(string Variant, string Format), ServingModel> Known = new();

    private ServingModel(ModelVariant variant, WeightFormat format)
    {
        Variant = variant;
        Format = format;
        var layers = new LayerWeights[Architecture.LayerCount];
        foreach (GgufTensorInfo tensor in ModelTensors.ListF16(Architecture, unsplitKvB: true))
        {
            if (tensor.Name == "rope_freqs.weight")
            {
                continue; // llama.cpp's own; a checkpoint has it in its configuration
            }

            long bytes = format.TensorBytes(Architecture, tensor);
            int layer = GgufTensorName.LayerOf(tensor.Name);
            if (layer >= 0)
            {
                layers[layer] = Add(layers[layer], tensor, bytes);
            }
            else if (tensor.Name == "token_embd.weight")
            {
                EmbeddingBytes = bytes;
            }
            else if (tensor.Name == "output.weight")
            {
                OutputBytes = bytes;
            }
            else
            {
                OutputNormBytes += bytes;
            }
        }

        Layers = layers;
        NextTokenBytes = (long)(CapacityData.Default.Find("model", variant.Id, "next_token_layers") ?? 0) * NextTokenLayer();
    }

    /// <summary>The variant.</summary>
    public ModelVariant Variant { get; }

    /// <summary>How its weights are stored.</summary>
    public WeightFormat Format { get; }

    /// <summary>The hyperparameters.</summary>
    public ModelArchitecture Architecture => Variant.Architecture;

    /// <summary>Tensor bytes of the checkpoint, the multi-token-prediction layer of R1 counted: what is downloaded, less some header.</summary>
    public ByteSize CheckpointBytes => new(LoadedBytes.Bytes + NextTokenBytes);

    /// <summary>Tensor bytes that an engine loads without speculative decoding: all but the multi-token-prediction layer.</summary>
    public ByteSize LoadedBytes => new(Layers.Sum(l => l.Bytes) + EmbeddingBytes + OutputBytes + OutputNormBytes);

    internal IReadOnlyList<LayerWeights> Layers { get; }

    internal long EmbeddingBytes { get; }

    internal long OutputBytes { get; }

    internal long OutputNormBytes { get; }

    internal long NextTokenBytes { get; }

    /// <summary>The checkpoint of a variant in a format.</summary>
    public static ServingModel Of(ModelVariant variant, WeightFormat format) =>
        Known.GetOrAdd((variant.Id, format.Id), static (_, of) => new ServingModel(of.variant, of.format), (variant, format));

    // R1's multi-token-prediction layer (README_WEIGHTS.md of deepseek-ai/DeepSeek-V3): one more layer of experts, two norms and a projection of the two
    // inputs into one, its own norm, and copies of embedding table and output matrix
    private long NextTokenLayer()
    {
        long width = Architecture.EmbeddingLength;
        return Layers[^1].Bytes + EmbeddingBytes + OutputBytes + (2 * (2 * width * width)) + (2 * 3 * width);
    }

    private static LayerWeights Add(LayerWeights layer, GgufTensorInfo tensor, long bytes)
    {
        string name = tensor.Name.AsSpan(tensor.Name.IndexOf('.', "blk.".Length) + 1).ToString();
        double parameters = TensorRoles.Of(tensor.Name, tensor.Shape.Count) == TensorRole.Kept ? 0 : tensor.Elements;
        return name switch
        {
            "attn_k.weight" or "attn_v.weight" or "attn_k.bias" or "attn_v.bias" =>
                layer with { KeyValue = layer.KeyValue + bytes, AttentionParameters = layer.AttentionParameters + parameters },
            "attn_q_a.weight" or "attn_kv_a_mqa.weight" =>
                layer with { Replicated = layer.Replicated + bytes, AttentionParameters = layer.AttentionParameters + parameters },
            "attn_q.weight" or "attn_q.bias" or "attn_q_b.weight" or "attn_kv_b.weight" or "attn_output.weight" =>
                layer with { Attention = layer.Attention + bytes, AttentionParameters = layer.AttentionParameters + parameters },
            _ when name.EndsWith("_exps.weight", StringComparison.Ordinal) =>
                layer with { Experts = layer.Experts + bytes, ExpertParameters = layer.ExpertParameters + parameters },
            _ when name.StartsWith("ffn_", StringComparison.Ordinal) && parameters > 0 =>
                layer with { Split = layer.Split + bytes, FeedForwardParameters = layer.FeedForwardParameters + parameters },
            _ => layer with { Replicated = layer.Replicated + bytes },
        };
    }
}

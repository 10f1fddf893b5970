using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Gguf;

/// <summary>
/// Makes a <see cref="ModelLayout"/> of a GGUF file's header, as llama.cpp v0.4.0 understands it (<c>src/llama-model.cpp:1197-1370</c> and
/// <c>src/models/{qwen2,qwen3,llama,deepseek2}.cpp</c>).
/// </summary>
public static class GgufModelReader
{
    private const int MaxLayers = 512; // LLAMA_MAX_LAYERS, llama-hparams.h:11
    private const int MaxExperts = 1024; // LLAMA_MAX_EXPERTS, llama-hparams.h:12

    /// <summary>The architectures that DeepFit estimates: those of the DeepSeek-R1 family.</summary>
    public static IReadOnlyList<string> SupportedArchitectures { get; } = ["qwen2", "qwen3", "llama", "deepseek2"];

    /// <summary>Reads a whole file's header.</summary>
    /// <param name="header">The header.</param>
    /// <param name="fileLength">The file's length in bytes when the header does not know it; null lets the tensors decide.</param>
    /// <exception cref="GgufFormatException">A key or a tensor that the architecture needs is missing or makes no sense; the field names it.</exception>
    /// <exception cref="UserErrorException">Another architecture, or layers that differ in shape, or one part of a split model alone.</exception>
    public static ModelLayout ReadLayout(GgufHeader header, long? fileLength = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        int parts = GgufSplit.CountOf(header);
        if (parts > 1)
        {
            throw new UserErrorException(new BilingualText(
                string.Create(CultureInfo.InvariantCulture, $"{Name(header)} is one of {parts} parts of a model. Give the first part under its original name, with the others beside it."),
                string.Create(CultureInfo.InvariantCulture, $"{Name(header)} 只是模型 {parts} 个分片之一。请保持原文件名并把所有分片放在同一文件夹，再提供第一个分片。")));
        }

        return Read(header, header.Tensors, header.WholeLength(fileLength));
    }

    /// <summary>Reads the headers of a split model.</summary>
    /// <exception cref="GgufFormatException">As for a whole file.</exception>
    /// <exception cref="UserErrorException">As for a whole file.</exception>
    public static ModelLayout ReadLayout(GgufSplit split)
    {
        ArgumentNullException.ThrowIfNull(split);
        return Read(split.Parts[0], [.. split.Tensors.Select(tensor => tensor.Tensor)], split.FileBytes);
    }

    private static ModelLayout Read(GgufHeader header, IReadOnlyList<GgufTensorInfo> tensors, long fileBytes)
    {
        if (!header.Metadata.TryGetString("general.architecture", out string? name))
        {
            throw GgufModelKeys.Fail(header, "general.architecture", GgufModelKeys.MissingKey);
        }

        if (!SupportedArchitectures.Contains(name))
        {
            string supported = string.Join(", ", SupportedArchitectures);
            throw new UserErrorException(new BilingualText(
                $"{Name(header)} holds a model of the architecture '{name}'. DeepFit sizes the DeepSeek-R1 family: {supported}.",
                $"{Name(header)} 的模型架构为“{name}”。DeepFit 支持 DeepSeek-R1 系列的架构：{supported}。"));
        }

        var keys = new GgufModelKeys(header, name);
        var byName = new Dictionary<string, GgufTensorInfo>(tensors.Count, StringComparer.Ordinal);
        foreach (GgufTensorInfo tensor in tensors)
        {
            byName.Add(tensor.Name, tensor);
        }

        ModelArchitecture architecture = ReadArchitecture(header, keys, name, byName);
        CheckTensors(header, architecture, byName);

        // Blocks past the last layer predict further tokens; llama.cpp skips them unless it is told to draft with them (llama-model.cpp).
        List<GgufTensorInfo> loaded = [.. tensors.Where(tensor => GgufTensorName.LayerOf(tensor.Name) < architecture.LayerCount)];
        return new ModelLayout
        {
            Architecture = architecture,
            Tensors = loaded,
            FileBytes = new ByteSize(fileBytes),
            Quantization = QuantizationOf(header.Metadata, tensors),
        };
    }

    private static ModelArchitecture ReadArchitecture(
        GgufHeader header, GgufModelKeys keys, string name, Dictionary<string, GgufTensorInfo> tensors)
    {
        int blocks = keys.Count("block_count", MaxLayers);
        int predicting = keys.CountOr("nextn_predict_layers", 0, least: 0);
        if (predicting >= blocks)
        {
            throw keys.Fail("nextn_predict_layers", GgufModelKeys.OutOfRange(predicting, 0, blocks - 1));
        }

        int layers = blocks - predicting;
        int context = keys.Count("context_length");
        int embedding = keys.Count("embedding_length");
        int heads = keys.CountPerLayer("attention.head_count", blocks, fallback: null);
        int headsKv = keys.CountPerLayer("attention.head_count_kv", blocks, heads);
        int keyLength = keys.CountOr("attention.key_length", Math.Max(1, embedding / heads));
        int valueLength = keys.CountOr("attention.value_length", Math.Max(1, embedding / heads));
        int feedForward = keys.CountPerLayer("feed_forward_length", blocks, fallback: null);
        bool latent = name == "deepseek2";
        int rope = latent ? keys.Count("rope.dimension_count") : keys.CountOr("rope.dimension_count", keyLength);
        if (!tensors.TryGetValue("token_embd.weight", out GgufTensorInfo? embeddings) || embeddings.Shape.Count != 2)
        {
            throw GgufModelKeys.Fail(header, "token_embd.weight", GgufModelKeys.MissingTensor);
        }

        if (embeddings.Shape[0] != embedding || embeddings.Shape[1] > int.MaxValue)
        {
            throw GgufModelKeys.Fail(header, "token_embd.weight", GgufModelKeys.WrongShape(embeddings.Shape, embedding));
        }

        (LatentAttention? mla, LatentAttention? decompressed) = latent
            ? ReadLatentAttention(keys, layers, (int)embeddings.Shape[1], keyLength, valueLength, rope)
            : (null, null);
        return new ModelArchitecture
        {
            Name = name,
            LayerCount = layers,
            EmbeddingLength = embedding,
            FeedForwardLength = feedForward,
            HeadCount = heads,
            HeadCountKv = headsKv,
            KeyLength = keyLength,
            ValueLength = valueLength,
            VocabularySize = (int)embeddings.Shape[1],
            ContextLength = context,
            RopeDimensionCount = rope,
            RopeFrequencyBase = keys.NumberOr("rope.freq_base", 10000),
            RopeScaling = ReadRopeScaling(keys, context),
            RmsNormEpsilon = keys.Number("attention.layer_norm_rms_epsilon"),
            TiedEmbeddings = !tensors.ContainsKey("output.weight"),
            AttentionBias = tensors.ContainsKey("blk.0.attn_q.bias") || tensors.ContainsKey("blk.0.attn_qkv.bias"),
            QkNorm = tensors.ContainsKey("blk.0.attn_q_norm.weight"),
            HasRopeFreqs = tensors.ContainsKey("rope_freqs.weight"),
            Experts = ReadExperts(keys, name, blocks, layers, feedForward, tensors),
            Mla = mla,
            DecompressedMla = decompressed,
        };
    }

    /// <summary>Latent attention as cached, or decompressed before the cache (deepseek2.cpp:17-22 and 87-96).</summary>
    private static (LatentAttention? Cached, LatentAttention? Decompressed) ReadLatentAttention(
        GgufModelKeys keys, int layers, int vocabulary, int keyLength, int valueLength, int rope)
    {
        bool lite = layers is 26 or 27 || (layers == 48 && vocabulary == 128256);
        int queryRank = lite ? 0 : keys.CountOrMissing("attention.q_lora_rank");
        int rank = keys.Count("attention.kv_lora_rank");
        int keyMla = keys.CountOr("attention.key_length_mla", 0, least: 0);
        int valueMla = keys.CountOr("attention.value_length_mla", 0, least: 0);
        if ((keyMla == 0) != (valueMla == 0))
        {
            throw keys.Fail(keyMla == 0 ? "attention.key_length_mla" : "attention.value_length_mla", GgufModelKeys.MissingKey);
        }

        bool cached = keyMla > 0;
        var attention = new LatentAttention(queryRank, rank, cached ? keyMla : keyLength, cached ? valueMla : valueLength);
        if (attention.KeyLengthMla <= rope)
        {
            throw keys.Fail("rope.dimension_count", GgufModelKeys.OutOfRange(rope, 1, attention.KeyLengthMla - 1));
        }

        return cached ? (attention, null) : (null, attention);
    }

    private static MixtureOfExperts? ReadExperts(
        GgufModelKeys keys, string name, int blocks, int layers, int feedForward, Dictionary<string, GgufTensorInfo> tensors)
    {
        int experts = keys.CountOr("expert_count", 0, MaxExperts, least: 0);
        if (experts == 0)
        {
            return null;
        }

        bool deepSeek = name == "deepseek2";
        int used = keys.CountPerLayer("expert_used_count", blocks, fallback: null);
        if (used > experts)
        {
            throw keys.Fail("expert_used_count", GgufModelKeys.OutOfRange(used, 1, experts));
        }

        int leading = deepSeek ? Math.Min(keys.CountOr("leading_dense_block_count", 0, least: 0), layers) : 0;
        return new MixtureOfExperts(
            experts,
            used,
            deepSeek ? keys.Count("expert_shared_count", least: 0) : 0,
            deepSeek ? keys.CountPerLayer("expert_feed_forward_length", blocks, fallback: null) : feedForward,
            leading,
            keys.NumberOr("expert_weights_scale", 1),
            keys.FlagOr("expert_weights_norm", false),
            Math.Max(1, keys.CountOr("expert_gating_func", 0, least: 0)), // 0 is "not set": softmax (deepseek2.cpp:26-37)
            keys.CountOr("expert_group_count", 0, least: 0),
            keys.CountOr("expert_group_used_count", 0, least: 0),
            tensors.ContainsKey(string.Create(CultureInfo.InvariantCulture, $"blk.{leading}.exp_probs_b.bias")));
    }

    private static RopeScaling? ReadRopeScaling(GgufModelKeys keys, int context)
    {
        // An absent type means linear, with a factor of 1 unless there is one (llama-model.cpp:1315-1327).
        string type = keys.TextOr("rope.scaling.type", "linear");
        double factor = keys.NumberOr("rope.scaling.factor", keys.NumberOr("rope.scale_linear", 0));
        if (type == "none" || (type == "linear" && factor is 0 or 1))
        {
            return null;
        }

        return new RopeScaling(
            type,
            factor == 0 ? 1 : factor,
            keys.CountOr("rope.scaling.original_context_length", context),
            keys.NumberOrNull("rope.scaling.yarn_log_multiplier"),
            keys.NumberOrNull("rope.scaling.attn_factor") ?? keys.NumberOrNull("rope.scaling.yarn_attn_factor"));
    }

    /// <summary>The tensors that tell a whole model from a vocabulary, an adapter or a part; their shapes are the engine's to check.</summary>
    private static void CheckTensors(GgufHeader header, ModelArchitecture architecture, Dictionary<string, GgufTensorInfo> tensors)
    {
        Require("output_norm.weight");
        for (int layer = 0; layer < architecture.LayerCount; layer++)
        {
            string prefix = string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.");
            Require(prefix + "attn_norm.weight");
            Require(prefix + "attn_output.weight");
            if (architecture.Mla is not null)
            {
                Require(prefix + "attn_k_b.weight");
            }
            else if (architecture.DecompressedMla is not null)
            {
                Require(prefix + "attn_kv_b.weight");
            }

            bool sparse = architecture.Experts is { } experts && layer >= experts.LeadingDenseBlockCount;
            Require(prefix + (sparse ? "ffn_down_exps.weight" : "ffn_down.weight"));
        }

        void Require(string name)
        {
            if (!tensors.ContainsKey(name))
            {
                throw GgufModelKeys.Fail(header, name, GgufModelKeys.MissingTensor);
            }
        }
    }

    /// <summary>The name that <c>general.file_type</c> gives, or that of the type with the most elements, as llama.cpp guesses (llama-model-loader.cpp).</summary>
    private static string QuantizationOf(GgufMetadata metadata, IReadOnlyList<GgufTensorInfo> tensors)
    {
        if (metadata.TryGetInt64("general.file_type", out long number) && GgufFileType.NameOf(number) is { } name)
        {
            return name;
        }

        GgmlType dominant = tensors
            .GroupBy(tensor => tensor.Type, tensor => tensor.Elements)
            .MaxBy(group => group.Sum())!.Key;
        return dominant switch
        {
            GgmlType.Q3_K => "Q3_K_M",
            GgmlType.Q4_K => "Q4_K_M",
            GgmlType.Q5_K => "Q5_K_M",
            _ => dominant.ToString(),
        };
    }

    private static string Name(GgufHeader header) => header.Source ?? "GGUF";
}

using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Gguf;

/// <summary>Small models of every architecture of the family, with the tensors that llama.cpp asks for.</summary>
internal static class GgufModels
{
    public static ModelArchitecture Qwen2 { get; } = new()
    {
        Name = "qwen2",
        LayerCount = 4,
        EmbeddingLength = 256,
        FeedForwardLength = 512,
        HeadCount = 4,
        HeadCountKv = 2,
        KeyLength = 64,
        ValueLength = 64,
        VocabularySize = 1000,
        ContextLength = 4096,
        RopeDimensionCount = 64,
        AttentionBias = true,
        RopeFrequencyBase = 1e6,
    };

    public static ModelArchitecture Qwen3 { get; } = Qwen2 with
    {
        Name = "qwen3",
        AttentionBias = false,
        QkNorm = true,
        KeyLength = 128,
        ValueLength = 128,
        RopeDimensionCount = 128,
        RopeScaling = new RopeScaling("yarn", 4, 1024, null, 0.875),
    };

    public static ModelArchitecture Llama { get; } = Qwen2 with { Name = "llama", AttentionBias = false, HasRopeFreqs = true, RmsNormEpsilon = 1.0 / 1024 };

    public static ModelArchitecture DeepSeek { get; } = Qwen2 with
    {
        Name = "deepseek2",
        LayerCount = 6,
        AttentionBias = false,
        HeadCountKv = 1,
        KeyLength = 288,
        ValueLength = 256,
        RopeDimensionCount = 32,
        RopeScaling = new RopeScaling("yarn", 40, 512, 0.125),
        RmsNormEpsilon = 1.0 / 1024,
        Experts = new MixtureOfExperts(8, 2, 1, 256, 2, 2.5, true, 2, 4, 2, true),
        Mla = new LatentAttention(256, 256, 96, 64),
    };

    /// <summary>The same in a file older than the latent cache.</summary>
    public static ModelArchitecture LegacyDeepSeek { get; } = DeepSeek with
    {
        HeadCountKv = 4,
        KeyLength = 96,
        ValueLength = 64,
        Mla = null,
        DecompressedMla = new LatentAttention(256, 256, 96, 64),
    };

    public static ModelArchitecture TiedLlama { get; } = Llama with { TiedEmbeddings = true, HasRopeFreqs = false };

    public static IEnumerable<ModelArchitecture> All => [Qwen2, Qwen3, Llama, TiedLlama, DeepSeek, LegacyDeepSeek];

    public static ModelLayout Layout(ModelArchitecture architecture, string quantization = "Q8_0", GgmlType type = GgmlType.Q8_0)
    {
        List<GgufTensorInfo> tensors = [.. Tensors(architecture).Select(tensor =>
            new GgufTensorInfo(tensor.Name, tensor.Shape.Length == 1 || tensor.Name.Contains("gate_inp", StringComparison.Ordinal) ? GgmlType.F32 : type, tensor.Shape))];
        return new ModelLayout { Architecture = architecture, Tensors = tensors, FileBytes = default, Quantization = quantization };
    }

    /// <summary>A header for a layout with some metadata changed or taken out.</summary>
    public static GgufHeader Header(ModelLayout layout, Action<Dictionary<string, GgufValue>>? change = null, Func<GgufTensorInfo, bool>? keep = null)
    {
        var stream = new MemoryStream();
        SyntheticGgufFile file = SyntheticGguf.Write(stream, layout);
        var metadata = new Dictionary<string, GgufValue>(file.Header.Metadata);
        change?.Invoke(metadata);
        stream.SetLength(0);
        GgufWriter.WriteHeader(stream, new GgufMetadata(metadata), [.. layout.Tensors.Where(keep ?? (_ => true))]);
        stream.Position = 0;
        return GgufReader.Read(stream, new GgufReaderOptions { HeaderOnly = true, Source = "model.gguf" });
    }

    private static IEnumerable<(string Name, long[] Shape)> Tensors(ModelArchitecture a)
    {
        yield return ("token_embd.weight", [a.EmbeddingLength, a.VocabularySize]);
        if (a.HasRopeFreqs)
        {
            yield return ("rope_freqs.weight", [a.RopeDimensionCount / 2]);
        }

        for (int i = 0; i < a.LayerCount; i++)
        {
            IEnumerable<(string Name, long[] Shape)> layer = [.. Attention(a), .. FeedForward(a, i)];
            foreach ((string name, long[] shape) in layer)
            {
                yield return ($"blk.{i}.{name}", shape);
            }
        }

        yield return ("output_norm.weight", [a.EmbeddingLength]);
        if (!a.TiedEmbeddings)
        {
            yield return ("output.weight", [a.EmbeddingLength, a.VocabularySize]);
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> Attention(ModelArchitecture a)
    {
        long width = a.EmbeddingLength;
        yield return ("attn_norm.weight", [width]);
        if ((a.Mla ?? a.DecompressedMla) is { } latent)
        {
            long plain = latent.KeyLengthMla - a.RopeDimensionCount;
            if (latent.QueryLoraRank > 0)
            {
                yield return ("attn_q_a.weight", [width, latent.QueryLoraRank]);
                yield return ("attn_q_a_norm.weight", [latent.QueryLoraRank]);
                yield return ("attn_q_b.weight", [latent.QueryLoraRank, (long)a.HeadCount * latent.KeyLengthMla]);
            }
            else
            {
                yield return ("attn_q.weight", [width, (long)a.HeadCount * latent.KeyLengthMla]);
            }

            yield return ("attn_kv_a_mqa.weight", [width, latent.KvLoraRank + a.RopeDimensionCount]);
            yield return ("attn_kv_a_norm.weight", [latent.KvLoraRank]);
            if (a.Mla is null)
            {
                yield return ("attn_kv_b.weight", [latent.KvLoraRank, a.HeadCount * (plain + latent.ValueLengthMla)]);
            }
            else
            {
                yield return ("attn_k_b.weight", [plain, latent.KvLoraRank, a.HeadCount]);
                yield return ("attn_v_b.weight", [latent.KvLoraRank, latent.ValueLengthMla, a.HeadCount]);
            }

            yield return ("attn_output.weight", [(long)a.HeadCount * latent.ValueLengthMla, width]);
            yield break;
        }

        yield return ("attn_q.weight", [width, (long)a.HeadCount * a.KeyLength]);
        yield return ("attn_k.weight", [width, (long)a.HeadCountKv * a.KeyLength]);
        yield return ("attn_v.weight", [width, (long)a.HeadCountKv * a.ValueLength]);
        if (a.AttentionBias)
        {
            yield return ("attn_q.bias", [(long)a.HeadCount * a.KeyLength]);
            yield return ("attn_k.bias", [(long)a.HeadCountKv * a.KeyLength]);
            yield return ("attn_v.bias", [(long)a.HeadCountKv * a.ValueLength]);
        }

        if (a.QkNorm)
        {
            yield return ("attn_q_norm.weight", [a.KeyLength]);
            yield return ("attn_k_norm.weight", [a.KeyLength]);
        }

        yield return ("attn_output.weight", [(long)a.HeadCount * a.ValueLength, width]);
    }

    private static IEnumerable<(string Name, long[] Shape)> FeedForward(ModelArchitecture a, int layer)
    {
        long width = a.EmbeddingLength;
        yield return ("ffn_norm.weight", [width]);
        if (a.Experts is not { } experts || layer < experts.LeadingDenseBlockCount)
        {
            yield return ("ffn_gate.weight", [width, a.FeedForwardLength]);
            yield return ("ffn_up.weight", [width, a.FeedForwardLength]);
            yield return ("ffn_down.weight", [a.FeedForwardLength, width]);
            yield break;
        }

        long inner = experts.ExpertFeedForwardLength;
        yield return ("ffn_gate_inp.weight", [width, experts.ExpertCount]);
        if (experts.HasRouterBias)
        {
            yield return ("exp_probs_b.bias", [experts.ExpertCount]);
        }

        yield return ("ffn_gate_exps.weight", [width, inner, experts.ExpertCount]);
        yield return ("ffn_up_exps.weight", [width, inner, experts.ExpertCount]);
        yield return ("ffn_down_exps.weight", [inner, width, experts.ExpertCount]);
        yield return ("ffn_gate_shexp.weight", [width, inner * experts.ExpertSharedCount]);
        yield return ("ffn_up_shexp.weight", [width, inner * experts.ExpertSharedCount]);
        yield return ("ffn_down_shexp.weight", [inner * experts.ExpertSharedCount, width]);
    }
}

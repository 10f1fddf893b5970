using System.Globalization;
using DeepFit.Core.Gguf;

namespace DeepFit.Core.Models;

/// <summary>
/// Lists the tensors of a model at F16, by name, shape and type, as llama.cpp v0.4.0's conversion makes them and in the order in which
/// <c>llama-quantize</c> writes them: tensors outside the layers first, then layer by layer, each sorted by name
/// (<c>llama-model-loader.h:54-65</c>).
/// </summary>
public static class ModelTensors
{
    /// <summary>
    /// The tensors of an architecture: matrices F16; biases, norms and the router F32 (<c>conversion/base.py:934-972</c>). Shapes are in ggml's order.
    /// Sources: <c>models/qwen2.cpp</c>, <c>qwen3.cpp</c>, <c>llama.cpp</c>, <c>deepseek2.cpp</c> (<c>load_arch_tensors</c>).
    /// </summary>
    /// <param name="architecture">A dense model with grouped-query attention, or DeepSeek's mixture of experts with MLA.</param>
    /// <param name="unsplitKvB">
    /// For MLA: write <c>attn_kv_b</c> in one piece, as R1's GGUF files of January to April 2025 have it, and not split into <c>attn_k_b</c> and
    /// <c>attn_v_b</c>. The element count is the same.
    /// </param>
    /// <returns>The tensors, with offset 0.</returns>
    public static IReadOnlyList<GgufTensorInfo> ListF16(ModelArchitecture architecture, bool unsplitKvB = false) =>
        new Builder(architecture, unsplitKvB).Build();

    private sealed class Builder(ModelArchitecture arch, bool unsplitKvB)
    {
        private readonly List<GgufTensorInfo> tensors = new(4 + arch.LayerCount * 19);
        private readonly Dictionary<(long, long, long), long[]> shapes = [];
        private string prefix = "";

        public GgufTensorInfo[] Build()
        {
            long embd = arch.EmbeddingLength;
            if (!arch.TiedEmbeddings)
            {
                Matrix("output.weight", embd, arch.VocabularySize);
            }

            Vector("output_norm.weight", embd);
            if (arch.HasRopeFreqs)
            {
                Vector("rope_freqs.weight", arch.RopeDimensionCount / 2);
            }

            Matrix("token_embd.weight", embd, arch.VocabularySize);
            for (int layer = 0; layer < arch.LayerCount; layer++)
            {
                prefix = string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.");
                if (arch.Mla is { } mla)
                {
                    LatentAttention(mla);
                }
                else
                {
                    GroupedQueryAttention();
                }

                if (arch.Experts is { } experts && layer >= experts.LeadingDenseBlockCount)
                {
                    ExpertFeedForward(experts);
                }
                else
                {
                    DenseFeedForward();
                }
            }

            return [.. tensors];
        }

        private void GroupedQueryAttention()
        {
            long embd = arch.EmbeddingLength;
            long q = (long)arch.HeadCount * arch.KeyLength;
            long k = (long)arch.HeadCountKv * arch.KeyLength;
            long v = (long)arch.HeadCountKv * arch.ValueLength;
            if (arch.AttentionBias)
            {
                Vector("attn_k.bias", k);
            }

            Matrix("attn_k.weight", embd, k);
            if (arch.QkNorm)
            {
                Vector("attn_k_norm.weight", arch.KeyLength);
            }

            Vector("attn_norm.weight", embd);
            Matrix("attn_output.weight", (long)arch.HeadCount * arch.ValueLength, embd);
            if (arch.AttentionBias)
            {
                Vector("attn_q.bias", q);
            }

            Matrix("attn_q.weight", embd, q);
            if (arch.QkNorm)
            {
                Vector("attn_q_norm.weight", arch.KeyLength);
            }

            if (arch.AttentionBias)
            {
                Vector("attn_v.bias", v);
            }

            Matrix("attn_v.weight", embd, v);
        }

        private void LatentAttention(LatentAttention mla)
        {
            long embd = arch.EmbeddingLength;
            long rope = arch.RopeDimensionCount;
            long nope = mla.KeyLengthMla - rope;
            long heads = arch.HeadCount;
            if (!unsplitKvB)
            {
                Stack("attn_k_b.weight", nope, mla.KvLoraRank, heads);
            }

            Matrix("attn_kv_a_mqa.weight", embd, mla.KvLoraRank + rope);
            Vector("attn_kv_a_norm.weight", mla.KvLoraRank);
            if (unsplitKvB)
            {
                Matrix("attn_kv_b.weight", mla.KvLoraRank, heads * (nope + mla.ValueLengthMla));
            }

            Vector("attn_norm.weight", embd);
            Matrix("attn_output.weight", heads * mla.ValueLengthMla, embd);
            if (mla.QueryLoraRank > 0)
            {
                Matrix("attn_q_a.weight", embd, mla.QueryLoraRank);
                Vector("attn_q_a_norm.weight", mla.QueryLoraRank);
                Matrix("attn_q_b.weight", mla.QueryLoraRank, heads * mla.KeyLengthMla);
            }
            else
            {
                Matrix("attn_q.weight", embd, heads * mla.KeyLengthMla);
            }

            if (!unsplitKvB)
            {
                Stack("attn_v_b.weight", mla.KvLoraRank, mla.ValueLengthMla, heads);
            }
        }

        private void DenseFeedForward()
        {
            long embd = arch.EmbeddingLength;
            long ff = arch.FeedForwardLength;
            Matrix("ffn_down.weight", ff, embd);
            Matrix("ffn_gate.weight", embd, ff);
            Vector("ffn_norm.weight", embd);
            Matrix("ffn_up.weight", embd, ff);
        }

        private void ExpertFeedForward(MixtureOfExperts experts)
        {
            long embd = arch.EmbeddingLength;
            long ff = experts.ExpertFeedForwardLength;
            long count = experts.ExpertCount;
            long shared = ff * experts.ExpertSharedCount;
            if (experts.HasRouterBias)
            {
                Vector("exp_probs_b.bias", count);
            }

            Stack("ffn_down_exps.weight", ff, embd, count);
            if (shared > 0)
            {
                Matrix("ffn_down_shexp.weight", shared, embd);
            }

            Stack("ffn_gate_exps.weight", embd, ff, count);
            Add("ffn_gate_inp.weight", GgmlType.F32, Shape(embd, count, 0));
            if (shared > 0)
            {
                Matrix("ffn_gate_shexp.weight", embd, shared);
            }

            Vector("ffn_norm.weight", embd);
            Stack("ffn_up_exps.weight", embd, ff, count);
            if (shared > 0)
            {
                Matrix("ffn_up_shexp.weight", embd, shared);
            }
        }

        private void Vector(string name, long length) => Add(name, GgmlType.F32, Shape(length, 0, 0));

        private void Matrix(string name, long columns, long rows) => Add(name, GgmlType.F16, Shape(columns, rows, 0));

        private void Stack(string name, long columns, long rows, long count) => Add(name, GgmlType.F16, Shape(columns, rows, count));

        private void Add(string name, GgmlType type, long[] shape) => tensors.Add(new GgufTensorInfo(prefix + name, type, shape));

        private long[] Shape(long a, long b, long c)
        {
            if (!shapes.TryGetValue((a, b, c), out long[]? shape))
            {
                shape = c > 0 ? [a, b, c] : b > 0 ? [a, b] : [a];
                shapes.Add((a, b, c), shape);
            }

            return shape;
        }
    }
}

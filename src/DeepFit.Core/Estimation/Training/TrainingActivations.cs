using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation.Training;

/// <summary>One kind of result that a layer keeps for its backward pass.</summary>
/// <param name="Id">A stable word for programs.</param>
/// <param name="Name">What it is.</param>
/// <param name="Formula">How its bytes per token come about, in figures.</param>
/// <param name="BytesPerToken">Bytes per token and layer.</param>
public sealed record ActivationTerm(string Id, BilingualText Name, string Formula, long BytesPerToken);

/// <summary>
/// What a layer of these architectures keeps for its backward pass, term by term. Korthikanti et al. (arXiv 2205.05198, sec. 4.1) count a GPT layer as
/// s·b·h·(34 + 5·a·s/h) bytes; the same reasoning (keep what a matrix product, a norm, an activation or a product of two tensors needs for its gradient, 2 bytes
/// an element) gives for a layer with RMSNorm, grouped queries and SwiGLU, without dropout:
/// <code>
/// norms      2 x (input 2h + output 2h)                        = 8h
/// attention  Q 2q + K 2k + V 2v + output 2o + row sums 4a      (FlashAttention, arXiv 2205.14135, keeps the row sums in 32 bits in place of the scores)
/// scores     without it 2·a·s, with eager kernels 6·a·s
/// SwiGLU     gate 2f + up 2f + silu(gate) 2f + product 2f      = 8f
/// </code>
/// With h = a·d = q = k = v = o and f = 8h/3 that is 37.3h, near to the 34h of a GPT. An output that only a frozen matrix reads is not kept.
/// </summary>
internal static class TrainingActivations
{
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    /// <summary>The terms of one layer.</summary>
    /// <param name="a">The model.</param>
    /// <param name="o">How it is trained.</param>
    /// <param name="experts">Whether the layer is one with experts.</param>
    public static IReadOnlyList<ActivationTerm> Layer(ModelArchitecture a, TrainingOptions o, bool experts)
    {
        var terms = new List<ActivationTerm>();
        bool all = o.Method == TrainingMethod.Full;
        long h = a.EmbeddingLength;
        bool feedForwardReads = all || TrainingShapes.IsTarget("ffn_up", o.Target);
        int kept = feedForwardReads ? 4 : 3; // every target has a matrix that reads the first norm's output
        Add("norms", "inputs and outputs of the norms", "归一化的输入和输出", kept * 2 * h, $"{kept} × 2 × {h}");
        if (!o.FusedKernels)
        {
            int copies = all ? 2 : 1;
            Add("norm_copies", "32-bit copies in the norms", "归一化中的 32 位副本", 2 * copies * 2 * h, $"2 × {copies} × 2 × {h}");
        }

        long q, k, v, output;
        if (a.Mla is { } mla)
        {
            long ranks = mla.QueryLoraRank + mla.KvLoraRank;
            Add("latents", "compressed queries and keys, before and after their norms", "压缩后的查询与键（归一化前后）", (2 * 2 * ranks) + (2 * a.RopeDimensionCount), $"2 × 2 × {ranks} + 2 × {a.RopeDimensionCount}");
            q = k = (long)a.HeadCount * mla.KeyLengthMla;
            v = output = (long)a.HeadCount * mla.ValueLengthMla;
        }
        else
        {
            q = (long)a.HeadCount * a.KeyLength;
            k = (long)a.HeadCountKv * a.KeyLength;
            v = (long)a.HeadCountKv * a.ValueLength;
            output = (long)a.HeadCount * a.ValueLength;
        }

        Add("qkv", "queries, keys and values", "查询、键和值", 2 * (q + k + v), $"2 × ({q} + {k} + {v})");
        if (a.QkNorm)
        {
            Add("qk_norms", "queries and keys before their norms", "归一化前的查询和键", 2 * (q + k), $"2 × ({q} + {k})");
        }

        if (!o.FusedKernels && a.Mla is null && a.HeadCountKv < a.HeadCount)
        {
            long more = q - k + output - v;
            Add("repeated_kv", "keys and values repeated for every query head", "为每个查询头复制的键和值", 2 * more, $"2 × {more}");
        }

        Add("attention", "attention output", "注意力输出", 2 * output, $"2 × {output}");
        if (o.FlashAttention)
        {
            Add("row_sums", "row sums of FlashAttention", "FlashAttention 的行归约值", 4L * a.HeadCount, $"4 × {a.HeadCount}");
        }
        else
        {
            long bytes = (long)TrainingConstants.Get(o.FusedKernels ? "scores_fused" : "scores_eager");
            Add("scores", "attention scores of every token pair", "每对 token 的注意力得分", bytes * a.HeadCount * o.SequenceLength, $"{bytes} × {a.HeadCount} × {o.SequenceLength}");
        }

        int results = feedForwardReads ? 4 : 3; // the product is kept only for a trained down projection
        if (experts)
        {
            MixtureOfExperts moe = a.Experts!;
            long used = moe.ExpertUsedCount;
            long width = moe.ExpertFeedForwardLength;
            Add("router", "the router's scores", "路由得分", 4L * moe.ExpertCount, $"4 × {moe.ExpertCount}");
            Add("experts", "each token's copies for its experts, and their SwiGLU", "每个 token 分发给各专家的副本及其 SwiGLU 结果", used * ((2 * 2 * h) + (results * 2 * width)), $"{used} × (2 × 2 × {h} + {results} × 2 × {width})");
            if (moe.ExpertSharedCount > 0)
            {
                long shared = width * moe.ExpertSharedCount;
                Add("shared_expert", "SwiGLU of the shared expert", "共享专家的 SwiGLU", results * 2 * shared, $"{results} × 2 × {shared}");
            }
        }
        else
        {
            long f = a.FeedForwardLength;
            Add("swiglu", "SwiGLU: gate, up, silu(gate), product", "SwiGLU：gate、up、silu(gate) 与乘积", results * 2 * f, $"{results} × 2 × {f}");
        }

        return terms;

        void Add(string id, string en, string zh, long bytes, FormattableString formula) =>
            terms.Add(new ActivationTerm(id, new(en, zh), formula.ToString(C), bytes));
    }

    /// <summary>
    /// Bytes per token of the gradients that are alive at once inside a layer's backward pass: those of the product, of gate and of up, and of the residual; with
    /// the scores written, theirs too.
    /// </summary>
    public static long Gradients(ModelArchitecture a, TrainingOptions o, bool experts)
    {
        long width = experts ? (long)a.Experts!.ExpertFeedForwardLength * (a.Experts.ExpertUsedCount + a.Experts.ExpertSharedCount) : a.FeedForwardLength;
        long scores = o.FlashAttention ? 0 : (long)TrainingConstants.Get(o.FusedKernels ? "scores_fused" : "scores_eager") * a.HeadCount * o.SequenceLength;
        return (3 * 2 * width) + (2L * a.EmbeddingLength) + scores;
    }

    /// <summary>Layers without and with experts.</summary>
    public static (int Dense, int Experts) Layers(ModelArchitecture a)
    {
        int dense = a.Experts is { } moe ? Math.Min(moe.LeadingDenseBlockCount, a.LayerCount) : a.LayerCount;
        return (dense, a.LayerCount - dense);
    }
}

using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Estimation;

/// <summary>
/// A layout's sums over layers, so that the speed and the place of any split cost a few subtractions. Index <c>i</c> of a prefix array is the sum over
/// layers 0 to <c>i</c> − 1.
/// </summary>
internal sealed class SpeedLayout
{
    /// <summary>Sums a layout; <see cref="SpeedConstants.Layout"/> keeps the result.</summary>
    public SpeedLayout(ModelLayout layout, SpeedConstants constants)
    {
        ModelArchitecture architecture = layout.Architecture;
        Layers = architecture.LayerCount;
        long[] dense = new long[Layers + 1], experts = new long[Layers + 1];
        double[] denseFlops = new double[Layers + 1], denseWork = new double[Layers + 1], densePromptWork = new double[Layers + 1], denseGpuWork = new double[Layers + 1];
        double[] expertFlops = new double[Layers + 1], expertWork = new double[Layers + 1], expertPromptWork = new double[Layers + 1], expertGpuWork = new double[Layers + 1];
        double wide = 0, all = 0;
        foreach (GgufTensorInfo tensor in layout.Tensors)
        {
            long bytes = tensor.Bytes;
            double flops = tensor.Shape.Count > 1 ? 2.0 * tensor.Elements : 0;
            double work = flops * constants.CpuCost(tensor.Type), promptWork = flops * constants.CpuPromptCost(tensor.Type), gpuWork = flops * constants.GpuCost(tensor.Type);
            int layer = GgufTensorName.LayerOf(tensor.Name);
            if (layer >= 0 && layer < Layers)
            {
                bool expert = tensor.Name.Contains("_exps.", StringComparison.Ordinal);
                (expert ? experts : dense)[layer + 1] += bytes;
                (expert ? expertFlops : denseFlops)[layer + 1] += flops;
                (expert ? expertWork : denseWork)[layer + 1] += work;
                (expert ? expertPromptWork : densePromptWork)[layer + 1] += promptWork;
                (expert ? expertGpuWork : denseGpuWork)[layer + 1] += gpuWork;
                if (tensor.Shape.Count > 1)
                {
                    wide += tensor.Type is GgmlType.F16 or GgmlType.BF16 ? flops : 0;
                    all += flops;
                }
            }
            else if (tensor.Name == "token_embd.weight")
            {
                EmbeddingBytes = bytes;
                if (architecture.TiedEmbeddings)
                {
                    OutputBytes += bytes;
                    OutputFlops += flops;
                    OutputWork += work;
                    OutputGpuWork += gpuWork;
                }
            }
            else
            {
                OutputBytes += bytes;
                OutputBytesInFile += bytes;
                OutputFlops += flops;
                OutputWork += work;
                OutputGpuWork += gpuWork;
            }
        }

        for (int i = 1; i <= Layers; i++)
        {
            dense[i] += dense[i - 1];
            experts[i] += experts[i - 1];
            denseFlops[i] += denseFlops[i - 1];
            denseWork[i] += denseWork[i - 1];
            expertFlops[i] += expertFlops[i - 1];
            expertWork[i] += expertWork[i - 1];
            densePromptWork[i] += densePromptWork[i - 1];
            expertPromptWork[i] += expertPromptWork[i - 1];
            denseGpuWork[i] += denseGpuWork[i - 1];
            expertGpuWork[i] += expertGpuWork[i - 1];
        }

        Dense = dense;
        Experts = experts;
        DenseFlops = denseFlops;
        DenseWork = denseWork;
        ExpertFlops = expertFlops;
        ExpertWork = expertWork;
        DensePromptWork = densePromptWork;
        ExpertPromptWork = expertPromptWork;
        DenseGpuWork = denseGpuWork;
        ExpertGpuWork = expertGpuWork;
        WideShare = all > 0 ? wide / all : 0;
        ExpertShare = architecture.Experts is { } moe ? (double)moe.ExpertUsedCount / moe.ExpertCount : 0;
        LeadingDense = architecture.Experts?.LeadingDenseBlockCount ?? Layers;

        // R1's latent attention keeps one K row per token and no V (llama-kv-cache.cpp, is_mla); attention then works on 512 + 64 and 512 elements a head.
        KElements = (long)architecture.HeadCountKv * architecture.KeyLength;
        VElements = architecture.IsMla ? 0 : (long)architecture.HeadCountKv * architecture.ValueLength;
        AttentionFlops = 2.0 * architecture.HeadCount * (architecture.KeyLength + architecture.ValueLength);
    }

    public int Layers { get; }

    /// <summary>Bytes of everything in a layer but routed experts.</summary>
    public long[] Dense { get; }

    /// <summary>Bytes of all routed experts.</summary>
    public long[] Experts { get; }

    /// <summary>Floating-point operations per token outside routed experts.</summary>
    public double[] DenseFlops { get; }

    /// <summary>The same, each weighted with what its type costs on a CPU.</summary>
    public double[] DenseWork { get; }

    /// <summary>Operations if all experts were used.</summary>
    public double[] ExpertFlops { get; }

    /// <summary>The same, weighted.</summary>
    public double[] ExpertWork { get; }

    /// <summary><see cref="DenseFlops"/>, each weighted with what its type costs on a CPU in prompts.</summary>
    public double[] DensePromptWork { get; }

    /// <summary><see cref="ExpertFlops"/>, weighted in the same way.</summary>
    public double[] ExpertPromptWork { get; }

    /// <summary><see cref="DenseFlops"/>, each weighted with what its type costs a GPU that generates.</summary>
    public double[] DenseGpuWork { get; }

    /// <summary><see cref="ExpertFlops"/>, weighted in the same way.</summary>
    public double[] ExpertGpuWork { get; }

    /// <summary>Share of the layers' arithmetic that is on 16-bit floats: prompts need no dequantization there.</summary>
    public double WideShare { get; }

    /// <summary>Share of the routed experts that one token uses.</summary>
    public double ExpertShare { get; }

    /// <summary>First layers without experts.</summary>
    public int LeadingDense { get; }

    /// <summary>The embedding table: stays on the CPU, one row read per token.</summary>
    public long EmbeddingBytes { get; }

    /// <summary>Output matrix and norm.</summary>
    public long OutputBytes { get; }

    /// <summary>The same, without an embedding table that serves as the output matrix too.</summary>
    public long OutputBytesInFile { get; }

    public double OutputFlops { get; }

    public double OutputWork { get; }

    public double OutputGpuWork { get; }

    /// <summary>Elements of K in the cache, per token and layer.</summary>
    public long KElements { get; }

    /// <summary>Elements of V in the cache, per token and layer; 0 for R1's latent attention.</summary>
    public long VElements { get; }

    /// <summary>Operations of attention, per token, layer and token of depth.</summary>
    public double AttentionFlops { get; }

    /// <summary>Bytes of the weights that lie in memory.</summary>
    public long TotalBytes => Dense[Layers] + Experts[Layers] + OutputBytesInFile + EmbeddingBytes;

    /// <summary>Bytes of weights that generating one token reads.</summary>
    public double ActiveBytes => Dense[Layers] + (Experts[Layers] * ExpertShare) + OutputBytes;

    /// <summary>The sums of a layout with the shipped constants, computed once.</summary>
    public static SpeedLayout Of(ModelLayout layout) => SpeedConstants.Default.Layout(layout);

    /// <summary>Bytes of the key/value cache, per token and layer.</summary>
    public double CacheBytes(GgmlType k, GgmlType v) => ((KElements * k.BitsPerElement()) + (VElements * v.BitsPerElement())) / 8;
}

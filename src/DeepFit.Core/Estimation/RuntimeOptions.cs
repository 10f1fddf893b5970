using DeepFit.Core.Gguf;

namespace DeepFit.Core.Estimation;

/// <summary>How a model is to be run: what <c>llama-server</c>'s flags of the same names say. Defaults are llama.cpp's unless said.</summary>
public sealed record RuntimeOptions
{
    /// <summary><c>--ctx-size</c>: context in tokens, over all sequences. Default 8192.</summary>
    public int Context { get; init; } = 8192;

    /// <summary><c>--cache-type-k</c>. Default F16.</summary>
    public GgmlType KvTypeK { get; init; } = GgmlType.F16;

    /// <summary><c>--cache-type-v</c>. Default F16.</summary>
    public GgmlType KvTypeV { get; init; } = GgmlType.F16;

    /// <summary><c>--ubatch-size</c>: tokens computed at once. Default 512.</summary>
    public int UBatch { get; init; } = 512;

    /// <summary><c>--batch-size</c>: tokens submitted at once. Default 2048.</summary>
    public int Batch { get; init; } = 2048;

    /// <summary><c>--parallel</c>: sequences. Default 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary><c>--flash-attn</c>. Default on.</summary>
    public bool FlashAttention { get; init; } = true;

    /// <summary><c>--n-gpu-layers</c>: layers on GPUs, the output layer counted as one more; 0 = none, layer count + 1 = all. Default 0.</summary>
    public int GpuLayers { get; init; }

    /// <summary><c>--tensor-split</c>: each GPU's share; null = by free memory.</summary>
    public IReadOnlyList<double>? TensorSplit { get; init; }

    /// <summary><c>--n-cpu-moe</c>: first layers whose routed experts stay on the CPU. Default 0.</summary>
    public int CpuMoeLayers { get; init; }

    /// <summary>
    /// Whether no batch has more outputs than sequences, as servers know of themselves (tools/server/server-context.cpp:1015, llama.cpp v0.4.0): the engine then reserves the logits of
    /// so many tokens only. Default no: of every token of a batch, as <c>llama-fit-params</c> counts.
    /// </summary>
    public bool FewOutputs { get; init; }
}

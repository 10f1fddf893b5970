using DeepFit.Core.Gguf;

namespace DeepFit.Core.Estimation.Graph;

/// <summary>The batch that a compute buffer is reserved for, after llama.cpp's own rounding (llama-context.cpp:257-302, 582-640, 2415-2440).</summary>
/// <param name="Tokens">Tokens computed at once.</param>
/// <param name="Streams">Sequences with a cache of their own.</param>
/// <param name="Cells">Cache cells per stream.</param>
/// <param name="Outputs">Tokens whose logits are wanted.</param>
/// <param name="TypeK">Type of the K cache.</param>
/// <param name="TypeV">Type of the V cache.</param>
/// <param name="FlashAttention">Whether attention is fused.</param>
internal readonly record struct GraphShape(int Tokens, int Streams, int Cells, int Outputs, GgmlType TypeK, GgmlType TypeV, bool FlashAttention)
{
    private const int CellPadding = 256;

    public static GraphShape From(RuntimeOptions options)
    {
        int context = Pad(options.Context);
        int streams = Math.Max(1, options.Parallel);
        int cells = Pad(context / streams);
        context = cells * streams;

        // n_batch is bounded by the context as asked for, before padding
        int batch = Math.Min(options.Batch, options.Context);
        int tokens = Math.Min(Math.Min(batch, options.UBatch), context);
        int outputs = Math.Min(tokens, options.FewOutputs ? streams : batch); // llama-context.cpp:249, 630
        tokens = (tokens + streams - 1) / streams * streams;
        return new GraphShape(tokens, streams, cells, outputs, options.KvTypeK, options.KvTypeV, options.FlashAttention);
    }

    private static int Pad(int cells) => (cells + CellPadding - 1) / CellPadding * CellPadding;
}

namespace DeepFit.Core.Estimation;

/// <summary>
/// Which layers lie on which GPU: llama.cpp gives the last <c>gpu_layers</c> of the layer count + 1 (the output counts as the last one) to GPUs, in order, by
/// the cumulative shares of the tensor split (<c>llama-model.cpp:1475-1483</c>, llama.cpp v0.4.0).
/// </summary>
internal static class SpeedPlacement
{
    /// <summary>Cumulative shares of the GPUs: the tensor split, or their free memory, or equal shares where that is unknown.</summary>
    public static float[] Splits(EstimationTarget target, IReadOnlyList<double>? tensorSplit)
    {
        int count = target.Gpus.Count;
        var splits = new float[count];
        double sum = 0;
        bool known = true;
        for (int i = 0; i < count; i++)
        {
            known &= target.Gpus[i].Available is not null;
        }

        for (int i = 0; i < count; i++)
        {
            double share = tensorSplit is not null ? (i < tensorSplit.Count ? tensorSplit[i] : 0) : known ? target.Gpus[i].Available!.Value.Bytes : 1;
            splits[i] = (float)(sum += share);
        }

        for (int i = 0; i < count && sum > 0; i++)
        {
            splits[i] /= (float)sum;
        }

        return splits;
    }

    /// <summary>First layer that is on a GPU; the layer count + 1 when none is.</summary>
    public static int FirstOnGpu(int layers, int gpuLayers) => Math.Max(layers + 1 - gpuLayers, 0);

    /// <summary>End (exclusive, the output counted as one more layer) of the layers up to and including a GPU.</summary>
    /// <param name="splits">Cumulative shares.</param>
    /// <param name="gpu">The GPU's number.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="gpuLayers">Layers on GPUs.</param>
    public static int EndOn(ReadOnlySpan<float> splits, int gpu, int layers, int gpuLayers)
    {
        int first = FirstOnGpu(layers, gpuLayers);
        int active = layers + 1 - first;
        if (gpu == splits.Length - 1)
        {
            return layers + 1;
        }

        // The first layer i with (i - first) / active >= split belongs to the next GPU.
        int end = first + (int)(splits[gpu] * active);
        while (end > first && (float)(end - 1 - first) / active >= splits[gpu])
        {
            end--;
        }

        while (end < layers + 1 && (float)(end - first) / active < splits[gpu])
        {
            end++;
        }

        return end;
    }
}

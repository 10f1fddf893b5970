namespace DeepFit.Core.Estimation.Graph;

/// <summary>
/// Which device holds which layer, by llama.cpp's rule (<c>llama_model::load_tensors</c>, llama-model.cpp:1442-1500): the last layers go to the
/// GPUs, contiguous runs in proportion to the split; the input embedding stays on the CPU; the output counts as one more layer.
/// </summary>
internal sealed class LayerPlacement
{
    private LayerPlacement(int[] layers, int output, int cpu)
    {
        Layers = layers;
        Output = output;
        Cpu = cpu;
    }

    /// <summary>Device of each layer: 0 to n-1 are GPUs, n is the CPU.</summary>
    public int[] Layers { get; }

    /// <summary>Device of the output norm and matrix.</summary>
    public int Output { get; }

    /// <summary>The CPU's index: the number of GPUs.</summary>
    public int Cpu { get; }

    /// <summary>The same devices over other layers.</summary>
    public LayerPlacement With(int[] layers) => new(layers, Output, Cpu);

    /// <summary>Places <paramref name="layerCount"/> layers and the output.</summary>
    /// <param name="layerCount">Layers of the model.</param>
    /// <param name="gpuLayers">Layers to offload, the output counted; more than there are means all.</param>
    /// <param name="shares">Each GPU's share, not normalised; empty for no GPU.</param>
    public static LayerPlacement Create(int layerCount, int gpuLayers, IReadOnlyList<double> shares)
    {
        int cpu = shares.Count;
        int[] layers = new int[layerCount];
        Array.Fill(layers, cpu);
        if (cpu == 0 || gpuLayers <= 0)
        {
            return new LayerPlacement(layers, cpu, cpu);
        }

        // the engine computes in single precision: so do the split points here
        float[] bounds = new float[cpu];
        float sum = 0;
        for (int i = 0; i < cpu; i++)
        {
            sum += (float)shares[i];
            bounds[i] = sum;
        }

        for (int i = 0; i < cpu; i++)
        {
            bounds[i] = sum > 0 ? bounds[i] / sum : (i + 1f) / cpu;
        }

        int offloaded = Math.Min(gpuLayers, layerCount + 1);
        int first = layerCount + 1 - offloaded;
        for (int layer = first; layer < layerCount; layer++)
        {
            layers[layer] = DeviceOf(layer);
        }

        return new LayerPlacement(layers, DeviceOf(layerCount), cpu);

        int DeviceOf(int layer)
        {
            float position = (float)(layer - first) / offloaded;
            int device = 0;
            while (device < cpu - 1 && bounds[device] <= position)
            {
                device++;
            }

            return device;
        }
    }
}

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DeepFit.Core.Estimation.Graph;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>
/// Computes what a configuration takes on every device: weights and cache as sums over the exact tensors, the compute buffers by laying out the
/// graph as llama.cpp's allocator does. Thread-safe; results that many configurations share are kept.
/// </summary>
public static class MemoryEstimator
{
    // layers beyond the third of a run on one device change nothing: the allocator has reached its steady state
    private const int RunLength = 3;

    private static readonly ConcurrentDictionary<ComputeKey, long[]> ComputeBuffers = new();
    private static readonly ConditionalWeakTable<ModelLayout, WeightTable> WeightTables = [];

    /// <summary>Estimates memory, device by device.</summary>
    /// <param name="model">The model as a file holds it.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="target">The devices; GPUs are used only as far as <see cref="RuntimeOptions.GpuLayers"/> says.</param>
    /// <returns>The CPU's row first, then one row a GPU, in the target's order.</returns>
    /// <exception cref="ConfigurationRefusedException">The engine refuses the configuration.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is not positive.</exception>
    public static MemoryEstimate Estimate(ModelLayout model, RuntimeOptions options, EstimationTarget target)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Context);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.UBatch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Parallel);
        EngineLimits.Check(model.Architecture, options);

        int gpus = options.GpuLayers > 0 ? target.Gpus.Count : 0;
        LayerPlacement placement = LayerPlacement.Create(model.Architecture.LayerCount, options.GpuLayers, Shares(options, target, gpus));
        WeightTable weights = WeightTables.GetValue(model, static m => new WeightTable(m));
        DeviceTraits[] devices = [.. target.Gpus.Take(gpus).Select(g => DeviceTraits.For(g.Backend)), DeviceTraits.For("cpu")];
        long[] weightBytes = weights.Place(placement, devices, options.CpuMoeLayers);
        long[] cacheBytes = PlaceCache(KvCacheLayout.Create(model.Architecture, options), placement);
        long[] computeBytes = Compute(model.Architecture, weights, options, devices, placement);

        var rows = new DeviceMemory[target.Gpus.Count + 1];
        rows[0] = new DeviceMemory(
            "CPU",
            new ByteSize(weightBytes[gpus]),
            new ByteSize(cacheBytes[gpus]),
            new ByteSize(computeBytes[gpus]),
            ProcessOverhead.Host(model.Architecture, options),
            target.RamAvailable);
        for (int i = 0; i < target.Gpus.Count; i++)
        {
            GpuTarget gpu = target.Gpus[i];
            bool used = i < gpus;
            rows[i + 1] = new DeviceMemory(
                gpu.Name,
                new ByteSize(used ? weightBytes[i] : 0),
                new ByteSize(used ? cacheBytes[i] : 0),
                new ByteSize(used ? computeBytes[i] : 0),
                used ? ProcessOverhead.Gpu(gpu.Backend) : ByteSize.Zero,
                gpu.Available);
        }

        return new MemoryEstimate(EstimateBasis.Estimated, rows);
    }

    private static double[] Shares(RuntimeOptions options, EstimationTarget target, int gpus)
    {
        if (gpus == 0)
        {
            return [];
        }

        double[] shares = new double[gpus];
        for (int i = 0; i < gpus; i++)
        {
            shares[i] = options.TensorSplit is { } split
                ? (i < split.Count ? split[i] : 0)
                : target.Gpus[i].Available?.Bytes ?? 1;
        }

        return shares;
    }

    private static long[] PlaceCache(KvCacheLayout cache, LayerPlacement placement)
    {
        long[] bytes = new long[placement.Cpu + 1];
        foreach (int device in placement.Layers)
        {
            bytes[device] += cache.LayerBytes.Bytes;
        }

        return bytes;
    }

    /// <summary>Compute buffers by device, the CPU's last; the seam that tests hold against the engine with a device's own limits.</summary>
    internal static long[] Compute(ModelArchitecture model, WeightTable weights, RuntimeOptions options, DeviceTraits[] devices, LayerPlacement placement)
    {
        GraphShape shape = GraphShape.From(options);
        (LayerPlacement shortened, bool[] dense, bool[] onCpu, string layers) = Shorten(model, placement, options.CpuMoeLayers);

        // weights take part only where they may be copied to a GPU
        int types = placement.Cpu == 0 ? 0 : weights.TypesId;
        string backends = placement.Cpu == 0 ? "" : string.Join(',', devices.Select(d => d.ToString()));
        var key = new ComputeKey(weights.ArchitectureId, shape, types, layers, backends);
        return ComputeBuffers.GetOrAdd(
            key,
            static (k, state) =>
            {
                ComputeGraph graph = TransformerGraph.Build(
                    state.model, k.Shape, state.shortened, state.devices, state.weights.TypeOf, layer => state.dense[layer], layer => state.onCpu[layer]);
                return new GraphScheduler(state.devices, state.Pipeline).Reserve(graph);
            },
            (model, shortened, weights, devices, dense, onCpu, Pipeline: IsPipelined(options, placement)));
    }

    // llama-context.cpp:428-434
    private static bool IsPipelined(RuntimeOptions options, LayerPlacement placement) =>
        placement.Cpu > 1 && options.GpuLayers > placement.Layers.Length && options.CpuMoeLayers == 0;

    // keeps the first layers of every run of equal ones, and the last layer, so that a graph of 5 layers stands for one of 80
    private static (LayerPlacement Placement, bool[] Dense, bool[] OnCpu, string Signature) Shorten(ModelArchitecture model, LayerPlacement placement, int cpuMoeLayers)
    {
        int count = placement.Layers.Length;
        int leading = model.Experts?.LeadingDenseBlockCount ?? 0;
        var kept = new List<(int Device, bool Dense, bool OnCpu)>(16);
        (int Device, bool Dense, bool OnCpu) previous = (-1, false, false);
        int run = 0;
        for (int layer = 0; layer < count; layer++)
        {
            (int Device, bool Dense, bool OnCpu) current = (placement.Layers[layer], layer < leading, layer < cpuMoeLayers && layer >= leading);
            run = current == previous ? run + 1 : 1;
            previous = current;
            if (run <= RunLength || layer == count - 1)
            {
                kept.Add(current);
            }
        }

        var signature = new DefaultInterpolatedStringHandler(0, 0, null, stackalloc char[256]);
        foreach ((int device, bool dense, bool onCpu) in kept)
        {
            signature.AppendFormatted((char)('0' + device));
            signature.AppendFormatted(dense ? 'd' : onCpu ? 'c' : 'e');
        }

        signature.AppendFormatted((char)('0' + placement.Output));
        return (
            placement.With([.. kept.Select(k => k.Device)]),
            [.. kept.Select(k => k.Dense)],
            [.. kept.Select(k => k.OnCpu)],
            signature.ToStringAndClear());
    }

    private readonly record struct ComputeKey(int Architecture, GraphShape Shape, int Types, string Layers, string Backends);
}

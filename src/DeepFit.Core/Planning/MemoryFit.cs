using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Planning;

/// <summary>
/// The planner's quick answer to "what fits where": weights and cache from prefix sums, compute buffers from the exact estimator once per kind of placement and
/// remembered. Whatever is recommended is checked with the exact estimator afterwards. One instance serves one budget; not for several threads at once.
/// </summary>
internal sealed class MemoryFit
{
    /// <summary>Most placements that <see cref="Find"/> returns.</summary>
    public const int MostOffloads = 3;

    private readonly MachineBudget budget;
    private readonly float[] splits;
    private readonly long[] totals;
    private readonly long[] usable;
    private readonly bool[] unified;
    private readonly Dictionary<Key, long[]> buffers = [];

    public MemoryFit(MachineBudget budget)
    {
        this.budget = budget;
        splits = SpeedPlacement.Splits(budget.Target, null);
        totals = new long[splits.Length + 1];
        usable = new long[splits.Length + 1];
        unified = new bool[splits.Length + 1];
        usable[0] = budget.RamUsable.Bytes;
        for (int i = 0; i < splits.Length; i++)
        {
            usable[i + 1] = budget.GpuUsable[i]?.Bytes ?? long.MaxValue;
            unified[i + 1] = budget.Target.Gpus[i].Unified;
        }
    }

    private enum Placement
    {
        Cpu,
        Full,
        Partial,
        Experts,
    }

    /// <summary>Placements that fit, best first.</summary>
    /// <param name="layout">The model.</param>
    /// <param name="sums">Its sums.</param>
    /// <param name="reference">A layout of the same architecture that stands for all its quantizations when compute buffers are looked up.</param>
    /// <param name="options">How it is run, placement aside.</param>
    /// <param name="found">Room for the answer.</param>
    /// <returns>How many were found; 0 when nothing fits.</returns>
    public int Find(ModelLayout layout, SpeedLayout sums, ModelLayout reference, RuntimeOptions options, Span<Offload> found)
    {
        int count = 0;
        int layers = sums.Layers;
        double cache = sums.CacheBytes(options.KvTypeK, options.KvTypeV) * options.Context;
        if (splits.Length > 0)
        {
            if (Fits(sums, cache, Buffers(reference, options, Placement.Full, layers), layers + 1, 0))
            {
                found[count++] = new Offload(layers + 1, 0);
                return count;
            }

            if (sums.ExpertShare > 0 && FewestExperts(sums, cache, Buffers(reference, options, Placement.Experts, layers)) is { } experts)
            {
                found[count++] = new Offload(layers + 1, experts);
            }

            if (MostLayers(sums, cache, Buffers(reference, options, Placement.Partial, layers)) is { } most)
            {
                found[count++] = new Offload(most, 0);
            }
        }

        if (Fits(sums, cache, Buffers(reference, options, Placement.Cpu, layers), 0, 0))
        {
            found[count++] = default;
        }

        return count;
    }

    private int? MostLayers(SpeedLayout sums, double cache, long[] compute)
    {
        int low = 0, high = sums.Layers + 1; // low: unknown, high: does not fit
        if (!Fits(sums, cache, compute, 1, 0))
        {
            // the CPU's part may be too large with few layers: look for any that fits, from the largest down
            for (int n = sums.Layers; n > 1; n--)
            {
                if (Fits(sums, cache, compute, n, 0))
                {
                    return n;
                }
            }

            return null;
        }

        low = 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (FitsGpus(sums, cache, compute, middle, 0))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return Fits(sums, cache, compute, low, 0) ? low : null;
    }

    private int? FewestExperts(SpeedLayout sums, double cache, long[] compute)
    {
        int all = sums.Layers;
        if (!FitsGpus(sums, cache, compute, all + 1, all))
        {
            return null;
        }

        int low = 0, high = all;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (FitsGpus(sums, cache, compute, all + 1, middle))
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return Fits(sums, cache, compute, all + 1, high) ? high : null;
    }

    private bool Fits(SpeedLayout sums, double cache, long[] compute, int gpuLayers, int expertsOnCpu) =>
        FitsGpus(sums, cache, compute, gpuLayers, expertsOnCpu) && FitsRam();

    private bool FitsRam()
    {
        long ram = totals[0];
        for (int i = 1; i < totals.Length; i++)
        {
            ram += unified[i] ? totals[i] : 0;
        }

        return ram <= usable[0];
    }

    private bool FitsGpus(SpeedLayout sums, double cache, long[] compute, int gpuLayers, int expertsOnCpu)
    {
        int layers = sums.Layers;
        int first = SpeedPlacement.FirstOnGpu(layers, gpuLayers);
        int cpuLayers = Math.Min(first, layers);
        int cpuExperts = Math.Max(cpuLayers, expertsOnCpu);
        totals[0] = compute[0] + sums.EmbeddingBytes + sums.Dense[cpuLayers] + sums.Experts[cpuExperts]
            + (gpuLayers == 0 ? sums.OutputBytesInFile : 0) + (long)(cache * cpuLayers);
        bool fits = true;
        int begin = first;
        for (int d = 0; d < splits.Length; d++)
        {
            totals[d + 1] = 0;
            if (gpuLayers == 0)
            {
                continue;
            }

            int end = SpeedPlacement.EndOn(splits, d, layers, gpuLayers);
            int last = Math.Min(end, layers);
            if (last > begin)
            {
                int expertsFrom = Math.Clamp(expertsOnCpu, begin, last);
                totals[d + 1] = sums.Dense[last] - sums.Dense[begin] + sums.Experts[last] - sums.Experts[expertsFrom] + (long)(cache * (last - begin));
            }

            totals[d + 1] += (end > layers && begin <= layers ? sums.OutputBytes : 0) + compute[d + 1];
            fits &= totals[d + 1] <= usable[d + 1];
            begin = Math.Max(begin, end);
        }

        return fits;
    }

    /// <summary>Everything but weights and cache, by device, for a kind of placement.</summary>
    private long[] Buffers(ModelLayout reference, RuntimeOptions options, Placement placement, int layers)
    {
        var key = new Key(reference, placement, options.Context, options.KvTypeK, options.KvTypeV, options.Parallel, options.UBatch, options.FlashAttention);
        if (buffers.TryGetValue(key, out long[]? known))
        {
            return known;
        }

        RuntimeOptions placed = placement switch
        {
            Placement.Full => options with { GpuLayers = layers + 1, CpuMoeLayers = 0 },
            Placement.Partial => options with { GpuLayers = layers / 2, CpuMoeLayers = 0 },
            Placement.Experts => options with { GpuLayers = layers + 1, CpuMoeLayers = layers },
            _ => options with { GpuLayers = 0, CpuMoeLayers = 0 },
        };
        MemoryEstimate memory = MemoryEstimator.Estimate(reference, placed, budget.Target);
        known = new long[splits.Length + 1];
        for (int i = 0; i < known.Length; i++)
        {
            DeviceMemory row = memory.Devices[i];
            known[i] = row.Compute.Bytes + row.Overhead.Bytes;
        }

        return buffers[key] = known;
    }

    private readonly record struct Key(
        ModelLayout Reference, Placement Placement, int Context, GgmlType K, GgmlType V, int Parallel, int UBatch, bool FlashAttention)
    {
        // Layouts are compared by reference: comparing their tensors would cost more than the estimate.
        public bool Equals(Key other) =>
            ReferenceEquals(Reference, other.Reference) && Placement == other.Placement && Context == other.Context && K == other.K && V == other.V
            && Parallel == other.Parallel && UBatch == other.UBatch && FlashAttention == other.FlashAttention;

        public override int GetHashCode() =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Reference), Placement, Context, K, V, Parallel);
    }
}

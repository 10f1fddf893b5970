using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Estimation;

/// <summary>
/// What single layers that were measured on this machine (<see cref="SpeedMeasurement.OneLayer"/>) say of every other model: seconds for a weight of each type, for a layer
/// besides its weights, and for a byte of the cache. Two sizes of layer part the first two; a layer at some depth gives the third. A type that was not measured takes what the
/// model expects of it, times the median ratio of those that were. Closed arithmetic on a handful of figures.
/// </summary>
internal sealed class SpeedCalibration
{
    /// <summary>The type that costs are relative to, and of which two layers are measured.</summary>
    public const GgmlType Unit = GgmlType.Q4_K;

    private static readonly GgmlType[] Types = [.. Enum.GetValues<GgmlType>().Where(t => t.IsKnown())];
    private readonly Dictionary<GgmlType, (double Generation, double Prompt)> perWeight = [];
    private readonly bool gpu;

    private SpeedCalibration(bool gpu, int count)
    {
        this.gpu = gpu;
        Count = count;
    }

    /// <summary>Layers that were measured.</summary>
    public int Count { get; }

    /// <summary>Seconds of a layer besides its weights, in generation.</summary>
    public double SecondsPerLayer { get; private set; }

    /// <summary>Bytes of the cache that a second reads; null when no layer was measured at depth.</summary>
    public double? CacheBytesPerSecond { get; private set; }

    /// <summary>The calibration that the measurements give for the CPU or the GPUs; null when <see cref="Unit"/> was not measured.</summary>
    /// <param name="measurements">The newest of each kind.</param>
    /// <param name="gpu">Whether of layers on a GPU.</param>
    /// <param name="device">The device as the uncalibrated model sees it.</param>
    /// <param name="constants">Its constants.</param>
    public static SpeedCalibration? Of(IReadOnlyList<SpeedMeasurement> measurements, bool gpu, SpeedDevice device, SpeedConstants constants)
    {
        Probe[] probes = [.. measurements.Where(m => m.OneLayer && m.GpuLayers > 0 == gpu).Select(Probe.Of).OfType<Probe>()];
        Probe[] shallow = [.. probes.Where(p => p.Depth == 0)];
        if (shallow.Where(p => p.Type == Unit).MaxBy(p => p.Weights) is not { } large)
        {
            return null;
        }

        var result = new SpeedCalibration(gpu, probes.Length);
        if (shallow.FirstOrDefault(p => p.Type == Unit && p.Weights < large.Weights) is { } small)
        {
            double slope = (large.Generation - small.Generation) / (large.Weights - small.Weights);
            result.SecondsPerLayer = Math.Clamp(large.Generation - (large.Weights * slope), 0, 0.5 * small.Generation);
        }

        foreach (Probe probe in shallow.Where(p => p.Weights == large.Weights))
        {
            result.perWeight[probe.Type] = ((probe.Generation - result.SecondsPerLayer) / probe.Weights, probe.Prompt / probe.Weights);
        }

        if (probes.FirstOrDefault(p => p.Depth > 0 && p.Type == Unit && p.Weights == large.Weights) is { } deep && deep.Generation > large.Generation)
        {
            result.CacheBytesPerSecond = deep.Depth * deep.CacheBytes / (deep.Generation - large.Generation);
        }

        result.Complete(device, constants);
        return result;
    }

    /// <summary>The constants with the costs of the types as they were measured.</summary>
    public IEnumerable<KeyValuePair<(string, string, string), double>> Costs()
    {
        (double generation, double prompt) = perWeight[Unit];
        string section = gpu ? "gpu-type" : "cpu-type";
        foreach (GgmlType type in Types)
        {
            yield return KeyValuePair.Create((section, type.ToString(), "cost"), perWeight[type].Generation / generation);
            yield return KeyValuePair.Create((section, type.ToString(), "prompt_cost"), perWeight[type].Prompt / prompt);
        }
    }

    /// <summary>The device as it was measured.</summary>
    public SpeedDevice Apply(SpeedDevice device) => device with
    {
        Calibrated = true,
        AttentionMeasured = CacheBytesPerSecond is not null,
        BytesPerSecond = CacheBytesPerSecond ?? device.BytesPerSecond,
        GenerationFlops = 2 / perWeight[Unit].Generation,
        PromptFlops = 2 / perWeight[Unit].Prompt,
        SecondsPerLayer = SecondsPerLayer,
    };

    private void Complete(SpeedDevice device, SpeedConstants constants)
    {
        double generation = Median([.. perWeight.Select(p => p.Value.Generation / Expected(p.Key).Generation)]);
        double prompt = Median([.. perWeight.Select(p => p.Value.Prompt / Expected(p.Key).Prompt)]);
        foreach (GgmlType type in Types.Where(t => !perWeight.ContainsKey(t)))
        {
            (double expected, double expectedPrompt) = Expected(type);
            perWeight[type] = (expected * generation, expectedPrompt * prompt);
        }

        (double Generation, double Prompt) Expected(GgmlType type)
        {
            double reading = type.BitsPerElement() / 8 / device.BytesPerSecond;
            double arithmetic = 2 * (gpu ? constants.GpuCost(type) : constants.CpuCost(type)) / device.GenerationFlops;
            return (gpu ? reading + arithmetic : Math.Sqrt((reading * reading) + (arithmetic * arithmetic)), 2 * (gpu ? 1 : constants.CpuPromptCost(type)) / device.PromptFlops);
        }
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /// <summary>A layer that was measured.</summary>
    private sealed record Probe(GgmlType Type, double Weights, int Depth, double CacheBytes, double Generation, double Prompt)
    {
        public static Probe? Of(SpeedMeasurement m)
        {
            if (!Enum.TryParse(m.Quantization, out GgmlType type) || !type.IsKnown() || !ModelCatalog.Default.TryFind(m.Variant, out ModelVariant? variant)
                || variant.Architecture.Experts is not null)
            {
                return null;
            }

            SpeedLayout sums = SpeedLayout.Of(variant.Layout(Quantizations.Find("F16")));
            return new Probe(type, sums.DenseFlops[1] / 2, m.ContextDepth, sums.CacheBytes(GgmlType.F16, GgmlType.F16), 1 / m.GenerationTps, 1 / m.PromptTps);
        }
    }
}

using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>One layer to measure: a variant's shapes, every matrix in one type.</summary>
/// <param name="Variant">Whose shapes.</param>
/// <param name="Type">The type of every matrix.</param>
/// <param name="ContextDepth">Tokens in the cache when generation is timed.</param>
public sealed record CalibrationProbe(ModelVariant Variant, GgmlType Type, int ContextDepth)
{
    /// <summary>The variant with every matrix of its layers in <see cref="Type"/>, and a vocabulary that costs nothing.</summary>
    public ModelLayout Layout()
    {
        const int Vocabulary = 512;
        ModelLayout full = Variant.Layout(Quantizations.Find("F16"));
        GgufTensorInfo[] tensors =
        [
            .. full.Tensors.Select(t => t.Name is "token_embd.weight" or "output.weight"
                ? t with { Shape = [t.Shape[0], Vocabulary] }
                : t.Shape.Count > 1 ? t with { Type = Type } : t),
        ];
        return full with
        {
            Architecture = full.Architecture with { VocabularySize = Vocabulary },
            Tensors = tensors,
            FileBytes = new ByteSize(tensors.Sum(t => t.Bytes)),
            Quantization = Type.ToString(),
        };
    }
}

/// <summary>
/// What to measure so that every other configuration of a machine is predicted best. First the commonest type in two sizes of layer, which tells the cost of weights from that of
/// layers; then the types in the order of what they weigh in the quantizations that people run; last a layer with a long context.
/// </summary>
public static class CalibrationPlan
{
    /// <summary>The type that others are relative to.</summary>
    public const GgmlType Unit = SpeedCalibration.Unit;

    private const int Depth = 4096;

    /// <summary>What most files are made in; it counts so many times as much as another quantization.</summary>
    private static readonly string[] Common = ["Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0"];
    private const double CommonWeight = 5;

    /// <summary>The probes, the most helpful first.</summary>
    /// <param name="memory">Memory that the probes may take: where little is free, smaller layers are measured.</param>
    public static IReadOnlyList<CalibrationProbe> Of(ByteSize memory)
    {
        ModelVariant large = ModelCatalog.Default.Find(memory.InGiB < 6 ? "1.5b" : "7b"), small = ModelCatalog.Default.Find("1.5b");
        var probes = new List<CalibrationProbe> { new(large, Unit, 0) };
        if (small != large)
        {
            probes.Add(new CalibrationProbe(small, Unit, 0));
        }

        foreach (GgmlType type in ByWeight())
        {
            probes.Add(new CalibrationProbe(large, type, 0));
        }

        probes.Insert(Math.Min(4, probes.Count), new CalibrationProbe(large, Unit, Depth));
        return probes;
    }

    /// <summary>The types by the weights that are of them, over all quantizations of the catalogue, the common ones counting more.</summary>
    private static IEnumerable<GgmlType> ByWeight()
    {
        ModelVariant typical = ModelCatalog.Default.Find("7b");
        var weights = new Dictionary<GgmlType, double>();
        foreach (Quantization quantization in Quantizations.All.Where(q => q.BaseType != GgmlType.F32))
        {
            double counts = Common.Contains(quantization.Name) ? CommonWeight : 1;
            foreach (GgufTensorInfo tensor in typical.Layout(quantization).Tensors.Where(t => t.Shape.Count > 1 && t.Name.StartsWith("blk.", StringComparison.Ordinal)))
            {
                weights[tensor.Type] = weights.GetValueOrDefault(tensor.Type) + (counts * tensor.Elements);
            }
        }

        return weights.Where(w => w.Key != Unit).OrderByDescending(w => w.Value).Select(w => w.Key);
    }
}

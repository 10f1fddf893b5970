using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>
/// Recommends which DeepSeek-R1 to run on a machine, and how.
/// <para>
/// It weighs every variant, quantization, context, cache type and placement that fits the machine's budget (<see cref="MachineBudget"/>) by one figure in points:
/// the quality score for the use, less <see cref="UseProfile.PointsPerDoubling"/> for every doubling of the wait for an answer (the reasoning counted) beyond
/// <see cref="UseProfile.ComfortableSeconds"/>, less 1 for every doubling of the download beyond that variant's Q4_K_M (the knee, beyond which bytes buy
/// little), less 10 for every halving below it (what is published on fewer bits measures short tests; long reasoning at few bits tends to loop, so
/// they are for what does not fit otherwise), less 4 for every halving of the context that the use needs, less 1 for a quantized cache. What is slower than the least speed is not picked; a quantization that costs more than an eighth of the
/// score is never offered. What is recommended has been checked against the exact memory estimate, device by device.
/// </para>
/// </summary>
public static class Recommender
{
    /// <summary>Share of the score beyond which a quantization counts as broken.</summary>
    internal const double MostLoss = 0.125;

    private const double PointsPerSizeDoubling = 1;
    private const double PointsPerSizeHalving = 10;
    private const double PointsPerContextHalving = 4;
    private const double PointsForQuantizedCache = 1;

    /// <summary>Recommends a configuration.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="request">What is wanted.</param>
    /// <returns>The recommendation; its pick is null where nothing can be recommended.</returns>
    /// <exception cref="Text.UserErrorException">The request makes no sense.</exception>
    public static Recommendation Recommend(MachineProfile machine, RecommendRequest? request = null)
    {
        request ??= new RecommendRequest();
        request.Check();
        return new RecommenderSearch(machine, request).Run();
    }

    /// <summary>The figure that candidates are ranked by.</summary>
    internal static double Utility(UseProfile use, double score, double seconds, double sizeRatio, double contextRatio, bool quantizedCache) =>
        score
        - (use.PointsPerDoubling * Math.Max(0, Math.Log2(seconds / use.ComfortableSeconds)))
        - (PointsPerSizeDoubling * Math.Max(0, Math.Log2(sizeRatio)))
        - (PointsPerSizeHalving * Math.Max(0, -Math.Log2(sizeRatio)))
        - (PointsPerContextHalving * Math.Max(0, Math.Log2(contextRatio)))
        - (quantizedCache ? PointsForQuantizedCache : 0)
        - (0.05 * Math.Log2(Math.Max(1, seconds)));
}

/// <summary>One configuration that the search weighed.</summary>
internal readonly record struct Candidate(
    int Variant, Quantization Quantization, int Context, GgmlType KvType, Offload Offload, double Score, SpeedFigure Speed, double Seconds, double Utility)
{
    /// <summary>A candidate as the engine's options.</summary>
    public RuntimeOptions Options(int users) => new()
    {
        Context = checked(Context * users),
        KvTypeK = KvType,
        KvTypeV = KvType,
        Parallel = users,
        GpuLayers = Offload.GpuLayers,
        CpuMoeLayers = Offload.CpuMoeLayers,
    };
}

/// <summary>What a variant came to.</summary>
internal sealed class VariantOutcome
{
    /// <summary>Candidates that fit by the quick estimate.</summary>
    public List<Candidate> Candidates { get; } = [];

    /// <summary>How many configurations were weighed.</summary>
    public int Considered { get; set; }

    /// <summary>Smallest download among the acceptable quantizations, with its name.</summary>
    public (ByteSize Bytes, string Name)? SmallestFile { get; set; }

    /// <summary>Whether something would fit the memory, were the disk larger.</summary>
    public bool DiskInTheWay { get; set; }

    /// <summary>The context asked for is longer than the model's.</summary>
    public bool ContextTooLong { get; set; }
}

using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>What is known of a variant's quality before it is asked how it runs.</summary>
public static class VariantQuality
{
    /// <summary>Its published scores, those that count most for a use first.</summary>
    public static IReadOnlyList<BenchmarkScore> BenchmarkScores(this ModelVariant variant, UseProfile use) => QualityEstimator.Scores(variant.Id, use);

    /// <summary>Share of every score that a quantization costs, with its 80% interval.</summary>
    public static (double Share, double Low, double High) LossShare(this ModelVariant variant, Quantization quantization)
    {
        double share = QualityEstimator.WeightLossShare(variant.Layout(quantization)).Share;
        (double low, double high) = QuantizationLoss.Interval(share);
        return (share, low, high);
    }

    /// <summary>What was measured of that loss on this very model, as shares of the score; sources that disagree are all there.</summary>
    public static IReadOnlyList<(string Quantization, double Share, BilingualText Note, string Source)> MeasuredLosses(this ModelVariant variant) =>
        QuantizationLoss.Measured(variant.DisplayName);

    /// <summary>
    /// Standard deviation in points between two people's evaluations of the same model beyond chance, and the number of re-measurements that it was computed from.
    /// </summary>
    public static (double Points, int Remeasured) EvaluationSpread => (BenchmarkTable.Default.ProtocolSpread, BenchmarkTable.Default.Differences.Count);
}

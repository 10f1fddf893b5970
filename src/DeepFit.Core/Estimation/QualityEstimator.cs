using System.Globalization;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>
/// How good a configuration is for a use: the weighted mean of the published benchmarks that speak for the use (<see cref="UseProfile.BenchmarkWeights"/>), less the
/// share that the quantization of weights and cache costs. Scores of different benchmarks are percentages; a Codeforces rating counts as the expected score
/// against 1500. Where a variant was measured on a later version of a benchmark only (the 0528 refresh), its score is moved by what R1 itself differs between the
/// two; what was not published at all is read off its neighbours. Both are said in <see cref="QualityEstimate.Assumes"/> and widen the uncertainty.
/// </summary>
public static class QualityEstimator
{
    /// <summary>Estimates the quality of a variant of the catalogue in one quantization.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="layout">Its layout in the quantization.</param>
    /// <param name="options">How it is run: a quantized cache costs a little.</param>
    /// <param name="use">The use; null for <see cref="UseProfile.Chat"/>.</param>
    public static QualityEstimate Estimate(ModelVariant variant, ModelLayout layout, RuntimeOptions? options = null, UseProfile? use = null) =>
        Estimate(variant.Id, layout, options, use);

    /// <summary>Estimates the quality of any model; one that the catalogue does not know has no score.</summary>
    /// <param name="variant">Catalogue id, or the file's name.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="use">The use; null for <see cref="UseProfile.Chat"/>.</param>
    public static QualityEstimate Estimate(string variant, ModelLayout layout, RuntimeOptions? options = null, UseProfile? use = null)
    {
        use ??= UseProfile.Chat;
        options ??= new RuntimeOptions();
        (double Score, double InferredWeight, double Variance)? full = FullScore(variant, use);
        double share = LossShare(layout, options.KvTypeK);
        IReadOnlyDictionary<string, double> published = BenchmarkTable.Default.Published(variant);
        IReadOnlyList<BenchmarkScore> scores = Scores(variant, use);
        if (full is not { } of)
        {
            return new QualityEstimate
            {
                Basis = EstimateBasis.Estimated,
                Score = null,
                QuantizationLoss = 0,
                Benchmarks = published,
                Scores = scores,
                Assumes = new("No benchmark of this model is known.", "没有该模型的公开评测成绩。"),
            };
        }

        double loss = of.Score * share;
        (double lossLow, double lossHigh) = QuantizationLoss.Interval(share);
        double score = of.Score - loss;
        double deviation = Math.Sqrt(of.Variance + Math.Pow(of.Score * QuantizationLoss.Deviation(share), 2));
        return new QualityEstimate
        {
            Basis = EstimateBasis.Estimated,
            Score = score,
            ScoreLow = Math.Max(0, score - (BenchmarkSpread.Z80 * deviation)),
            ScoreHigh = Math.Min(100, score + (BenchmarkSpread.Z80 * deviation)),
            QuantizationLoss = loss,
            QuantizationLossLow = of.Score * lossLow,
            QuantizationLossHigh = of.Score * lossHigh,
            Uncertainty = deviation,
            Benchmarks = published,
            Scores = scores,
            Assumes = Words(variant, layout, use, loss, of.InferredWeight),
        };
    }

    /// <summary>The score alone: <see cref="QualityEstimate.Score"/> without its interval, its sources and its words.</summary>
    /// <param name="variant">Catalogue id, or the file's name.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="use">The use.</param>
    public static double? Score(string variant, ModelLayout layout, RuntimeOptions options, UseProfile use) =>
        FullScore(variant, use) is { } of ? of.Score - (of.Score * LossShare(layout, options.KvTypeK)) : null;

    /// <summary>Score of the unquantized variant for a use, the share of the weight that rests on inferred benchmarks, and the variance of the score in points².</summary>
    internal static (double Score, double InferredWeight, double Variance)? FullScore(string variant, UseProfile use)
    {
        double sum = 0, inferredWeight = 0, variance = 0;
        foreach ((string benchmark, double weight) in use.BenchmarkWeights)
        {
            if (BenchmarkTable.Default.Score(variant, benchmark) is not { } score)
            {
                return null;
            }

            sum += weight * score.Score;
            inferredWeight += score.Inferred ? weight : 0;
            variance += weight * weight * score.Variance;
        }

        return (sum, inferredWeight, variance);
    }

    /// <summary>The published scores of a variant with what they weigh for a use, the heaviest first.</summary>
    internal static IReadOnlyList<BenchmarkScore> Scores(string variant, UseProfile use) =>
    [
        .. BenchmarkTable.Default.Scores(variant)
            .Select(s => s with { Weight = use.BenchmarkWeights.GetValueOrDefault(BenchmarkTable.Default.StandsFor(variant, s.Name)) })
            .OrderByDescending(s => s.Weight),
    ];

    /// <summary>Share of the score that quantized weights and cache cost.</summary>
    internal static double LossShare(ModelLayout layout, GgmlType cache)
    {
        (double weights, double parameters, bool moe) = WeightLossShare(layout);
        return weights + ((1 - weights) * QuantizationLoss.CacheShare(cache, parameters, moe));
    }

    /// <summary>Share of the score that quantized weights cost, and what the loss of the cache needs besides.</summary>
    internal static (double Share, double Parameters, bool Moe) WeightLossShare(ModelLayout layout)
    {
        double parameters = layout.ParameterCount;
        bool moe = layout.Architecture.Experts is not null;
        bool imatrix = Quantizations.TryFind(layout.Quantization, out Quantization? q) && q.ImportanceMatrix;
        double bits = 8.0 * layout.TensorBytes.Bytes / parameters;
        return (QuantizationLoss.Share(layout.Quantization, imatrix, bits, parameters, moe), parameters, moe);
    }

    private static BilingualText Words(string variant, ModelLayout layout, UseProfile use, double loss, double inferredWeight)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        string benchmarks = string.Join(", ", use.BenchmarkWeights.Select(w => string.Create(c, $"{w.Key} {w.Value:0.##}")));
        string en = string.Create(c, $"Published scores weighted for {use.Name.En} ({benchmarks}), less {loss:0.0} points for {layout.Quantization}");
        string zh = string.Create(c, $"按{use.Name.Zh}加权的公开成绩（{benchmarks}），{layout.Quantization} 量化扣除 {loss:0.0} 分");
        if (BenchmarkTable.Default.IsBridged(variant))
        {
            en += "; this variant was measured on later versions of some benchmarks, moved here by what R1 differs between the two: compare with care";
            zh += "；该版本的部分成绩来自较新的题集，已按 R1 在新旧题集上的差值换算，比较时请留意";
        }

        if (inferredWeight > 0)
        {
            en += string.Create(c, $"; {inferredWeight:P0} of the weight is on benchmarks not published for it, read off its neighbours");
            zh += string.Create(c, $"；其中 {inferredWeight:P0} 权重的成绩未公开，由相近版本推算");
        }

        return new(en + ".", zh + "。");
    }
}

using DeepFit.Core.Gguf;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>
/// What quantization costs in accuracy, as a share of the score: <c>1 − exp(−K · D · size)</c>.
/// <para>
/// D is the quantization's mean KL divergence from BF16, as llama.cpp published it for Llama-3-8B: it knows the recipes apart (IQ before K at the same bits, with an
/// importance matrix or without). Accuracy falls in proportion to it. How fast depends on the model's size: the reasoning scores of the R1-Distill models at
/// 4 bits (four sizes, RedHatAI) fall with the power <see cref="SizeExponent"/> of the parameter count, which also gives K. For the mixture of experts that power does not hold; its
/// <see cref="MoeSizeFactor"/> is the median of what UnicomAI measured on R1 and V3 (671B). A test derives all three from <c>Data/quant_quality.csv</c>.
/// </para>
/// </summary>
internal static class QuantizationLoss
{
    /// <summary>K, per unit of KL divergence, for a model of <see cref="ReferenceParameters"/>.</summary>
    public const double PerDivergence = 0.426;

    /// <summary>Power of the parameter count.</summary>
    public const double SizeExponent = 0.863;

    /// <summary>Parameters of the reference, R1-Distill-Qwen-7B.</summary>
    public const double ReferenceParameters = 7_615_616_512;

    /// <summary>Size factor of the 671B models.</summary>
    public const double MoeSizeFactor = 0.461;

    /// <summary>
    /// Standard deviation of a measured share around the formula, where the formula gives next to nothing: the noise of the measurements. Maximum likelihood with
    /// <see cref="RelativeNoise"/> over all rows whose recipe has a divergence; a test derives both.
    /// </summary>
    public const double MeasurementNoise = 0.0035;

    /// <summary>What the standard deviation grows by with the share itself.</summary>
    public const double RelativeNoise = 0.36;

    /// <summary>Divergence that stands for a q8_0 cache: that of Q8_0 weights (published: 8-bit caches lose nothing measurable).</summary>
    private const double CacheQ8 = 0.001355;

    /// <summary>Divergence that stands for a 4-bit cache, from the one R1-Distill row with a 4-bit cache (1.5B: 94.25% recovered).</summary>
    private const double CacheQ4 = 0.042;

    private static readonly Lazy<Table> Divergences = new(Load);

    /// <summary>Share of the score that is lost.</summary>
    /// <param name="quantization">The quantization's name.</param>
    /// <param name="importanceMatrix">Whether it was made with an importance matrix.</param>
    /// <param name="bitsPerWeight">Its bits per weight: for names that no table knows.</param>
    /// <param name="parameters">Parameters of the model.</param>
    /// <param name="moe">Whether it is a mixture of experts.</param>
    public static double Share(string quantization, bool importanceMatrix, double bitsPerWeight, double parameters, bool moe) =>
        1 - Math.Exp(-PerDivergence * Divergence(quantization, importanceMatrix, bitsPerWeight) * SizeFactor(parameters, moe));

    /// <summary>Share of the score that a quantized cache loses.</summary>
    public static double CacheShare(GgmlType type, double parameters, bool moe) => type switch
    {
        GgmlType.F16 or GgmlType.BF16 or GgmlType.F32 => 0,
        GgmlType.Q8_0 => 1 - Math.Exp(-PerDivergence * CacheQ8 * SizeFactor(parameters, moe)),
        _ => 1 - Math.Exp(-PerDivergence * CacheQ4 * SizeFactor(parameters, moe)),
    };

    /// <summary>Standard deviation of a share of the score that is lost; nothing lost has none.</summary>
    public static double Deviation(double share) => share <= 0 ? 0 : Math.Sqrt((MeasurementNoise * MeasurementNoise) + Math.Pow(RelativeNoise * share, 2));

    /// <summary>80% interval of a share of the score that is lost, never below nothing.</summary>
    public static (double Low, double High) Interval(double share)
    {
        double half = BenchmarkSpread.Z80 * Deviation(share);
        return (Math.Max(0, share - half), Math.Min(1, share + half));
    }

    /// <summary>What was measured of this very model and quantization, as shares of the score that were lost; several sources are all kept.</summary>
    /// <param name="model">The published name, such as <c>DeepSeek-R1-Distill-Qwen-32B</c>.</param>
    public static IReadOnlyList<(string Quantization, double Share, BilingualText Note, string Source)> Measured(string model)
    {
        EmbeddedTable file = EmbeddedTable.Load("quant_quality.csv");
        var found = new List<(string, double, BilingualText, string)>();
        for (int i = 0; i < file.Count; i++)
        {
            if (file.Text(i, "kind") == "recovery" && file.Text(i, "model").Equals(model, StringComparison.OrdinalIgnoreCase))
            {
                found.Add((file.Text(i, "quantization"), 1 - file.Number(i, "value"), file.Said(i, "note"), file.Text(i, "source")));
            }
        }

        return found;
    }

    /// <summary>How much worse than the reference a model of this size takes it.</summary>
    public static double SizeFactor(double parameters, bool moe) => moe ? MoeSizeFactor : Math.Pow(Math.Max(parameters, 1e8) / ReferenceParameters, -SizeExponent);

    /// <summary>Mean KL divergence of a quantization; by its bits where the name is not in the table.</summary>
    public static double Divergence(string quantization, bool importanceMatrix, double bitsPerWeight)
    {
        Table table = Divergences.Value;
        string name = quantization.ToUpperInvariant() switch
        {
            // The mixes with a larger embedding are their own recipe otherwise; nobody published them apart.
            "Q2_K_L" => "Q2_K",
            "Q3_K_XL" => "Q3_K_L",
            "Q4_K_L" => "Q4_K_M",
            "Q5_K_L" => "Q5_K_M",
            "Q6_K_L" => "Q6_K",
            "BF16" or "F32" => "F32",
            string other => other,
        };
        if (name == "F32")
        {
            return 0;
        }

        return table.Known.TryGetValue((name, importanceMatrix), out double exact) || table.Known.TryGetValue((name, !importanceMatrix), out exact)
            ? exact
            : ByBits(table, bitsPerWeight);
    }

    private static double ByBits(Table table, double bits)
    {
        (double Bits, double Log)[] curve = table.Curve;
        if (bits >= curve[^1].Bits)
        {
            return bits >= 15 ? 0 : Math.Exp(curve[^1].Log);
        }

        int next = Array.FindIndex(curve, p => p.Bits > bits);
        if (next <= 0)
        {
            return Math.Exp(curve[0].Log);
        }

        (double Bits, double Log) low = curve[next - 1], high = curve[next];
        return Math.Exp(low.Log + ((high.Log - low.Log) * (bits - low.Bits) / (high.Bits - low.Bits)));
    }

    private static Table Load()
    {
        EmbeddedTable file = EmbeddedTable.Load("quant_quality.csv");
        var known = new Dictionary<(string, bool), double>();
        var points = new List<(double Bits, double Log)>();
        for (int i = 0; i < file.Count; i++)
        {
            if (file.Text(i, "kind") == "kld")
            {
                double value = file.Number(i, "value");
                known.Add((file.Text(i, "quantization"), file.Text(i, "imatrix") == "yes"), value);
                points.Add((file.Number(i, "bits_per_weight"), Math.Log(value)));
            }
        }

        // Unknown recipes get the worse end: going up in bits, the curve never falls below what a larger one has.
        points.Sort((a, b) => a.Bits != b.Bits ? a.Bits.CompareTo(b.Bits) : b.Log.CompareTo(a.Log));
        for (int i = points.Count - 2; i >= 0; i--)
        {
            points[i] = (points[i].Bits, Math.Max(points[i].Log, points[i + 1].Log));
        }

        return new Table(known, [.. points.DistinctBy(p => p.Bits)]);
    }

    private sealed record Table(Dictionary<(string Name, bool ImportanceMatrix), double> Known, (double Bits, double Log)[] Curve);
}

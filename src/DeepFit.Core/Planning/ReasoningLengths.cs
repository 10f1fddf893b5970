using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning;

/// <summary>
/// How long the variants think, relative to the 32B, whose lengths are published for most benchmarks. Figures, their sources and what is assumed of variants without any
/// are rows of <c>Data/reasoning_lengths.csv</c>.
/// </summary>
public sealed class ReasoningLengths
{
    private const string Reference = "32b";
    private const string LikeAnother = "as:";

    private static readonly Lazy<ReasoningLengths> Lazily = new(() => new ReasoningLengths(EmbeddedTable.Load("reasoning_lengths.csv")));

    private readonly List<ReasoningLength> rows = [];
    private readonly Dictionary<string, double> factors = new(StringComparer.OrdinalIgnoreCase);

    private ReasoningLengths(EmbeddedTable table)
    {
        for (int i = 0; i < table.Count; i++)
        {
            rows.Add(new ReasoningLength(
                table.Text(i, "variant"), table.Text(i, "benchmark"), table.NumberOrNull(i, "tokens"), table.Text(i, "kind"), table.Said(i, "note"), table.Said(i, "source")));
        }

        foreach (string variant in rows.Select(r => r.Variant).Distinct())
        {
            factors[variant] = Compute(variant);
        }
    }

    /// <summary>The shipped figures.</summary>
    public static ReasoningLengths Default => Lazily.Value;

    /// <summary>Length of a variant's thoughts over that of the 32B's; 1 for a name that the table does not know.</summary>
    public double Factor(string variant) => factors.GetValueOrDefault(variant, 1);

    /// <summary>What is known of a variant: measured lengths, and the variant that it is taken to be like.</summary>
    public IEnumerable<ReasoningLength> Of(string variant) => rows.Where(r => r.Variant.Equals(variant, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where the factor comes from; null for a name that the table does not know.</summary>
    public BilingualText? SourceOf(string variant)
    {
        ReasoningLength? like = Of(variant).FirstOrDefault(IsLike);
        return like is not null ? new BilingualText($"{like.Source.En}: {like.Note.En}", $"{like.Source.Zh}：{like.Note.Zh}") : Of(variant).FirstOrDefault(r => r.Kind == "fact")?.Source;
    }

    // the mean ratio over the benchmarks that were measured for both; without any, over those of a variant that is known
    private double Compute(string variant)
    {
        if (variant == Reference)
        {
            return 1;
        }

        if (Of(variant).FirstOrDefault(IsLike) is { } like)
        {
            return Compute(like.Benchmark[LikeAnother.Length..]);
        }

        if (Ratio(variant, Reference) is { } direct)
        {
            return direct;
        }

        foreach (string known in rows.Select(r => r.Variant).Distinct().Where(v => v != variant))
        {
            if (Ratio(variant, known) is { } ratio)
            {
                return ratio * Compute(known);
            }
        }

        return 1;
    }

    private double? Ratio(string variant, string other)
    {
        Dictionary<string, double> of = Of(other).Where(r => r.Kind == "fact").ToDictionary(r => r.Benchmark, r => r.Tokens!.Value);
        double[] ratios = [.. Of(variant).Where(r => r.Kind == "fact" && of.ContainsKey(r.Benchmark)).Select(r => r.Tokens!.Value / of[r.Benchmark])];
        return ratios.Length == 0 ? null : ratios.Average();
    }

    private static bool IsLike(ReasoningLength row) => row.Benchmark.StartsWith(LikeAnother, StringComparison.Ordinal);
}

/// <summary>A published length of thoughts.</summary>
/// <param name="Variant">Catalogue id.</param>
/// <param name="Benchmark">What was asked; or <c>as:32b</c>, where nothing is published and the variant is taken to be like another.</param>
/// <param name="Tokens">Mean tokens of a response, or null.</param>
/// <param name="Kind"><c>fact</c>, <c>assumption</c>, or <c>apart</c>: known, but not comparable with the others and not used.</param>
/// <param name="Note">How it was measured, or why it is assumed.</param>
/// <param name="Source">Who published it.</param>
public sealed record ReasoningLength(string Variant, string Benchmark, double? Tokens, string Kind, BilingualText Note, BilingualText Source);

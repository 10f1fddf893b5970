namespace DeepFit.Core.Contract;

/// <summary>Sets the figures of several configurations side by side.</summary>
public static class ContractComparison
{
    /// <summary>Compares configurations, each with the first.</summary>
    /// <param name="configurations">Two or more, in the order asked for.</param>
    /// <exception cref="ArgumentException">Fewer than two.</exception>
    public static ComparisonDocument Of(IReadOnlyList<ConfigurationDocument> configurations)
    {
        if (configurations.Count < 2)
        {
            throw new ArgumentException("a comparison takes two configurations or more", nameof(configurations));
        }

        return new ComparisonDocument
        {
            Configurations = configurations,
            Differences =
            [
                Row("file_bytes", configurations, c => c.FileBytes, Better.Lower),
                Row("memory_total_bytes", configurations, c => c.Memory.TotalBytes, Better.Lower),
                Row("kv_cache_bytes", configurations, c => c.Memory.Devices.Sum(d => d.KvCacheBytes), Better.Lower),
                Row("context", configurations, c => c.Context, Better.Neither),
                Row("prompt_tps", configurations, c => c.Speed?.PromptTps, Better.Higher),
                Row("generation_tps", configurations, c => c.Speed?.GenerationTps, Better.Higher),
                Row("seconds_to_first_token", configurations, c => c.Speed?.SecondsToFirstToken, Better.Lower),
                Row("seconds_to_answer", configurations, c => c.Speed?.SecondsToAnswer, Better.Lower),
                Row("score", configurations, c => c.Quality.Score, Better.Higher),
            ],
        };
    }

    private static DifferenceDocument Row(
        string name, IReadOnlyList<ConfigurationDocument> configurations, Func<ConfigurationDocument, double?> figure, Better better)
    {
        double?[] values = [.. configurations.Select(figure)];
        double?[] ratios =
        [
            .. values.Select(value => value is { } v && values[0] is { } first && first != 0 ? ContractNumbers.Significant(v / first, 3) : null),
        ];
        return new DifferenceDocument(name, values, ratios, Best(values, better));
    }

    private static int? Best(double?[] values, Better better)
    {
        double[] known = [.. values.OfType<double>()];
        if (better == Better.Neither || known.Length < 2 || known.Distinct().Count() == 1)
        {
            return null;
        }

        double best = better == Better.Higher ? known.Max() : known.Min();
        return known.Count(value => value == best) == 1 ? Array.IndexOf(values, best) : null;
    }

    private enum Better
    {
        Neither,
        Lower,
        Higher,
    }
}

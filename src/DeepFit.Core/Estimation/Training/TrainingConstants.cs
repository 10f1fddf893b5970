namespace DeepFit.Core.Estimation.Training;

/// <summary>Bytes and counts of training, from <c>Data/training.csv</c>, each with its source there.</summary>
internal static class TrainingConstants
{
    private static readonly Lazy<Dictionary<string, double>> Values = new(Load);

    /// <summary>A figure by its key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public static double Get(string key) => Values.Value[key];

    private static Dictionary<string, double> Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("training.csv");
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        for (int i = 0; i < table.Count; i++)
        {
            values.Add(table.Text(i, "key"), table.Number(i, "value"));
        }

        return values;
    }
}

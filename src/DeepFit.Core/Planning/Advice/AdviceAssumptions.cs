using System.Globalization;
using DeepFit.Core.Estimation;

namespace DeepFit.Core.Planning.Advice;

/// <summary>What the advisors assume, from <c>Data/advice.csv</c>, each with its reason there.</summary>
internal static class AdviceAssumptions
{
    private static readonly Lazy<Dictionary<string, double[]>> Values = new(Load);

    /// <summary>A figure.</summary>
    public static double Number(string key) => Values.Value[key][0];

    /// <summary>A list of figures, smallest first; empty when there is no such key.</summary>
    public static IReadOnlyList<double> Numbers(string key) => Values.Value.GetValueOrDefault(key) ?? [];

    private static Dictionary<string, double[]> Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("advice.csv");
        var values = new Dictionary<string, double[]>(StringComparer.Ordinal);
        for (int i = 0; i < table.Count; i++)
        {
            values.Add(table.Text(i, "key"), [.. table.Text(i, "value").Split('/').Select(v => double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture))]);
        }

        return values;
    }
}

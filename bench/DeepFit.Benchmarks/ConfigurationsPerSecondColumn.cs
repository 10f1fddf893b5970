using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace DeepFit.Benchmarks;

/// <summary>Configurations weighed per second: what one call considers, over its mean time.</summary>
public sealed class ConfigurationsPerSecondColumn : IColumn
{
    public string Id => nameof(ConfigurationsPerSecondColumn);

    public string ColumnName => "Configurations/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Configurations (memory, speed, quality and fit each) weighed per second on one core";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics || benchmarkCase.Parameters["Machine"] is not string machine)
        {
            return "-";
        }

        int considered = PlannerBenchmarks.Consider(machine);
        return (considered / (statistics.Mean * 1e-9)).ToString("N0", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}

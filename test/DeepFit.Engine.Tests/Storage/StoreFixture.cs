using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Tests.Storage;

/// <summary>A folder that goes away with the test, and stores in it.</summary>
public abstract class StoreFixture : IDisposable
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.FromHours(8));

    protected string Folder { get; } = Directory.CreateTempSubdirectory("deepfit-store-").FullName;

    protected string Database => Path.Combine(Folder, "deepfit.db");

    protected List<BilingualText> Warnings { get; } = [];

    protected static SpeedMeasurement Measurement(string variant = "7b", string machine = "machine-a", int minutes = 0) => new(
        variant, "Q4_K_M", 2048, 29, 15.6123456789, 3.4, 0.01, 0.02, EstimateBasis.Measured, machine, "llama.cpp v0.4.0", Noon.AddMinutes(minutes));

    protected MeasurementStore Open() => new(Folder, new FixedTime(), Warnings.Add);

    /// <summary>A store that waits a short time for others and may be limited in size.</summary>
    private protected MeasurementStore Open(int? mostPages = null, int busyMilliseconds = 5000, string? folder = null) =>
        new(new StoreDatabase(folder ?? Folder, new FixedTime(), Warnings.Add, mostPages) { BusyMilliseconds = busyMilliseconds }, new FixedTime());

    protected void Sql(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own statements
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon.ToUniversalTime();
    }
}

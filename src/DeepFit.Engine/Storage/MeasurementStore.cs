using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Storage;

/// <summary>
/// What was measured on this machine, kept per user in SQLite: test-drives, memory bandwidth, the disk's read rate, the engine's device list.
/// It is opened at the first need and costs nothing before. When it cannot be kept (read-only home, full disk, a newer DeepFit's file), everything
/// works on in memory until the process ends, after one warning. Safe for several threads and several processes.
/// </summary>
public sealed class MeasurementStore : IDisposable
{
    private readonly Lock _turn = new();
    private readonly TimeProvider _time;
    private readonly StoreDatabase _database;
    private readonly List<SpeedMeasurement> _unsavedMeasurements = [];
    private readonly List<MemoryMeasurement> _unsavedMemories = [];
    private readonly Dictionary<(string Kind, string Key), string> _unsavedCache = [];

    /// <summary>A store in a folder; nothing is touched yet.</summary>
    /// <param name="folder">The folder; <see cref="StoreLocation.Folder()"/> is the user's.</param>
    /// <param name="time">The clock for cache entries.</param>
    /// <param name="warn">Told at most once when the store cannot be kept; null for silence.</param>
    public MeasurementStore(string folder, TimeProvider time, Action<BilingualText>? warn = null)
        : this(new StoreDatabase(folder, time, warn ?? (_ => { })), time)
    {
    }

    /// <summary>A store over a database of the tests' making.</summary>
    internal MeasurementStore(StoreDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        Rates = new RateCache(this);
    }

    /// <summary>The database's path.</summary>
    public string File => _database.File;

    /// <summary>Measured memory bandwidth and disk read rates, by machine.</summary>
    public RateCache Rates { get; }

    /// <summary>Keeps a measurement.</summary>
    /// <exception cref="ArgumentException">A speed or spread that is not a finite number.</exception>
    public void Add(SpeedMeasurement measurement)
    {
        foreach (double figure in (ReadOnlySpan<double>)
            [measurement.PromptTps, measurement.GenerationTps, measurement.PromptSpread, measurement.GenerationSpread])
        {
            if (!double.IsFinite(figure))
            {
                throw new ArgumentException("a measurement has finite figures", nameof(measurement));
            }
        }

        lock (_turn)
        {
            if (!_database.Write(connection => MeasurementRows.Insert(connection, measurement)))
            {
                _unsavedMeasurements.Add(measurement);
            }
        }
    }

    /// <summary>The measurements of one machine, newest first.</summary>
    /// <param name="machineId">The machine's fingerprint.</param>
    public IReadOnlyList<SpeedMeasurement> Measurements(string machineId)
    {
        lock (_turn)
        {
            IReadOnlyList<SpeedMeasurement> saved = _database.Read(connection => MeasurementRows.Select(connection, machineId), []);
            return
            [
                .. saved.Concat(_unsavedMeasurements.Where(m => m.MachineId == machineId)).OrderByDescending(m => m.MeasuredAt),
            ];
        }
    }

    /// <summary>Keeps what a real run took of memory, in the place of what the same configuration took before.</summary>
    public void Add(MemoryMeasurement measurement)
    {
        lock (_turn)
        {
            if (!_database.Write(connection => MemoryRows.Insert(connection, measurement)))
            {
                _unsavedMemories.Add(measurement);
            }
        }
    }

    /// <summary>What real runs took on one machine with one engine, newest first.</summary>
    /// <param name="machineId">The machine's fingerprint.</param>
    /// <param name="engine">The engine's name and version.</param>
    public IReadOnlyList<MemoryMeasurement> Memories(string machineId, string engine)
    {
        lock (_turn)
        {
            IReadOnlyList<MemoryMeasurement> saved = _database.Read(connection => MemoryRows.Select(connection, machineId, engine), []);
            return [.. saved.Concat(_unsavedMemories.Where(m => m.MachineId == machineId && m.Engine == engine)).OrderByDescending(m => m.MeasuredAt)];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_turn)
        {
            _database.Dispose();
        }
    }

    /// <summary>A cached text, or null.</summary>
    internal string? Get(string kind, string key)
    {
        lock (_turn)
        {
            return _unsavedCache.TryGetValue((kind, key), out string? unsaved)
                ? unsaved
                : _database.Read(
                    connection => (string?)connection.Scalar("SELECT value FROM cache WHERE kind = $kind AND key = $key", ("$kind", kind), ("$key", key)),
                    null);
        }
    }

    /// <summary>Caches a text.</summary>
    internal void Put(string kind, string key, string value)
    {
        string now = _time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        lock (_turn)
        {
            bool saved = _database.Write(connection => connection.Execute(
                "INSERT INTO cache (kind, key, value, stored_at) VALUES ($kind, $key, $value, $now) "
                + "ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, stored_at = excluded.stored_at",
                ("$kind", kind), ("$key", key), ("$value", value), ("$now", now)));
            if (saved)
            {
                _unsavedCache.Remove((kind, key));
            }
            else
            {
                _unsavedCache[(kind, key)] = value;
            }
        }
    }
}

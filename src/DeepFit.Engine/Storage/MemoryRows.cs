using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Storage;

/// <summary>What real runs took of memory, as rows.</summary>
internal static class MemoryRows
{
    /// <summary>Adds a row, or replaces that of the same configuration.</summary>
    public static void Insert(SqliteConnection connection, MemoryMeasurement m) => connection.Execute(
        """
        INSERT OR REPLACE INTO memory_measurement (machine_id, variant, quantization, engine, options, tensor_bytes, devices, measured_at)
        VALUES ($machine, $variant, $quantization, $engine, $options, $bytes, $devices, $at)
        """,
        ("$machine", m.MachineId),
        ("$variant", m.Variant),
        ("$quantization", m.Quantization),
        ("$engine", m.Engine),
        ("$options", JsonSerializer.Serialize(m.Options, MemoryJson.Default.RuntimeOptions)),
        ("$bytes", m.TensorBytes.Bytes),
        ("$devices", JsonSerializer.Serialize(
            [.. m.Devices.Select(d => new PlannedMemory(d.Device, d.Weights.Bytes, d.KvCache.Bytes, d.Compute.Bytes, d.Overhead.Bytes, null))], MemoryJson.Default.ListPlannedMemory)),
        ("$at", m.MeasuredAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)));

    /// <summary>The rows of one machine and engine; one that another version wrote otherwise is left out.</summary>
    public static IReadOnlyList<MemoryMeasurement> Select(SqliteConnection connection, string machineId, string engine)
    {
        using SqliteCommand command = connection.Command(
            "SELECT variant, quantization, options, tensor_bytes, devices, measured_at FROM memory_measurement WHERE machine_id = $machine AND engine = $engine",
            ("$machine", machineId), ("$engine", engine));
        using SqliteDataReader reader = command.ExecuteReader();
        List<MemoryMeasurement> rows = [];
        while (reader.Read())
        {
            if (Read(reader.GetString(2), MemoryJson.Default.RuntimeOptions) is { } options && Read(reader.GetString(4), MemoryJson.Default.ListPlannedMemory) is { Count: > 0 } devices)
            {
                rows.Add(new MemoryMeasurement(
                    reader.GetString(0),
                    reader.GetString(1),
                    new ByteSize(reader.GetInt64(3)),
                    options,
                    [.. devices.Select(d => new DeviceMemory(d.Device, new(d.Weights), new(d.KvCache), new(d.Compute), new(d.Overhead)))],
                    machineId,
                    engine,
                    DateTimeOffset.Parse(reader.GetString(5), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)));
            }
        }

        return rows;
    }

    private static T? Read<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(RuntimeOptions))]
[JsonSerializable(typeof(List<PlannedMemory>))]
internal sealed partial class MemoryJson : JsonSerializerContext;

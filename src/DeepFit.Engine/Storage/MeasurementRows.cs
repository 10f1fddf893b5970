using System.Globalization;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Storage;

/// <summary>Measurements as rows.</summary>
internal static class MeasurementRows
{
    private static readonly EstimateBasis[] Bases = Enum.GetValues<EstimateBasis>();

    /// <summary>Adds a row.</summary>
    public static void Insert(SqliteConnection connection, SpeedMeasurement m) => connection.Execute(
        """
        INSERT INTO measurement (machine_id, variant, quantization, context_depth, gpu_layers, prompt_tps, generation_tps,
                                 prompt_spread, generation_spread, basis, engine, measured_at, one_layer)
        VALUES ($machine, $variant, $quantization, $depth, $layers, $prompt, $generation, $prompt_spread, $generation_spread, $basis, $engine, $at, $one_layer)
        """,
        ("$machine", m.MachineId),
        ("$variant", m.Variant),
        ("$quantization", m.Quantization),
        ("$depth", m.ContextDepth),
        ("$layers", m.GpuLayers),
        ("$prompt", m.PromptTps),
        ("$generation", m.GenerationTps),
        ("$prompt_spread", m.PromptSpread),
        ("$generation_spread", m.GenerationSpread),
        ("$basis", ContractMap.Basis(m.Basis)),
        ("$engine", m.Engine),
        ("$one_layer", m.OneLayer ? 1 : 0),
        ("$at", m.MeasuredAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)));

    /// <summary>The rows of one machine.</summary>
    public static IReadOnlyList<SpeedMeasurement> Select(SqliteConnection connection, string machineId)
    {
        using SqliteCommand command = connection.Command(
            """
            SELECT variant, quantization, context_depth, gpu_layers, prompt_tps, generation_tps, prompt_spread, generation_spread, basis, engine, measured_at,
                   one_layer
            FROM measurement WHERE machine_id = $machine ORDER BY measured_at DESC, id DESC
            """,
            ("$machine", machineId));
        using SqliteDataReader reader = command.ExecuteReader();
        List<SpeedMeasurement> rows = [];
        while (reader.Read())
        {
            string basis = reader.GetString(8);
            rows.Add(new SpeedMeasurement(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetInt32(2),
                reader.GetInt32(3),
                reader.GetDouble(4),
                reader.GetDouble(5),
                reader.GetDouble(6),
                reader.GetDouble(7),
                Bases.FirstOrDefault(b => ContractMap.Basis(b) == basis, EstimateBasis.Measured),
                machineId,
                reader.GetString(9),
                DateTimeOffset.Parse(reader.GetString(10), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind))
            {
                OneLayer = reader.GetInt32(11) != 0,
            });
        }

        return rows;
    }
}

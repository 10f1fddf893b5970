using System.Globalization;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Storage;

/// <summary>Deployments as rows.</summary>
internal static class DeploymentRows
{
    private const string Columns =
        "id, model, variant, quantization, model_path, host, process_id, process_birth, address, port, log_path, key_path, state, loaded_share, "
        + "started_at, ready_at, stop_requested_at, ended_at, exit_code, error_en, error_zh, [plan]";

    private const string Parameters =
        "$id, $model, $variant, $quantization, $model_path, $host, $process_id, $process_birth, $address, $port, $log_path, $key_path, $state, $loaded_share, "
        + "$started_at, $ready_at, $stop_requested_at, $ended_at, $exit_code, $error_en, $error_zh, $plan";

    /// <summary>Adds a row; throws when the id is taken.</summary>
    public static void Insert(SqliteConnection connection, Deployment d) =>
        connection.Execute($"INSERT INTO deployment ({Columns}) VALUES ({Parameters})", Values(d));

    /// <summary>Replaces a row.</summary>
    public static void Replace(SqliteConnection connection, Deployment d) =>
        connection.Execute($"REPLACE INTO deployment ({Columns}) VALUES ({Parameters})", Values(d));

    /// <summary>Removes a row.</summary>
    public static void Delete(SqliteConnection connection, string id) => connection.Execute("DELETE FROM deployment WHERE id = $id", ("$id", id));

    /// <summary>All rows, the newest first.</summary>
    public static IReadOnlyList<Deployment> Select(SqliteConnection connection)
    {
        using SqliteCommand command = connection.Command($"SELECT {Columns} FROM deployment ORDER BY started_at DESC, id");
        return Read(command);
    }

    /// <summary>One row, or null.</summary>
    public static Deployment? Find(SqliteConnection connection, string id)
    {
        using SqliteCommand command = connection.Command($"SELECT {Columns} FROM deployment WHERE id = $id", ("$id", id));
        return Read(command) is [var found] ? found : null;
    }

    private static (string Name, object Value)[] Values(Deployment d) =>
    [
        ("$id", d.Id),
        ("$model", d.Model),
        ("$variant", d.Variant ?? (object)DBNull.Value),
        ("$quantization", d.Quantization),
        ("$model_path", d.ModelPath ?? (object)DBNull.Value),
        ("$host", d.Host),
        ("$process_id", d.Process.Id),
        ("$process_birth", d.Process.Birth ?? (object)DBNull.Value),
        ("$address", d.Address ?? (object)DBNull.Value),
        ("$port", d.Port ?? (object)DBNull.Value),
        ("$log_path", d.LogPath ?? (object)DBNull.Value),
        ("$key_path", d.KeyPath ?? (object)DBNull.Value),
        ("$state", DeploymentWords.Of(d.State)),
        ("$loaded_share", d.LoadedShare),
        ("$started_at", Text(d.StartedAt)),
        ("$ready_at", Text(d.ReadyAt)),
        ("$stop_requested_at", Text(d.StopRequestedAt)),
        ("$ended_at", Text(d.EndedAt)),
        ("$exit_code", d.ExitCode ?? (object)DBNull.Value),
        ("$error_en", d.Error?.En ?? (object)DBNull.Value),
        ("$error_zh", d.Error?.Zh ?? (object)DBNull.Value),
        ("$plan", d.Plan?.ToJson() ?? (object)DBNull.Value),
    ];

    private static List<Deployment> Read(SqliteCommand command)
    {
        using SqliteDataReader reader = command.ExecuteReader();
        List<Deployment> rows = [];
        while (reader.Read())
        {
            rows.Add(new Deployment
            {
                Id = reader.GetString(0),
                Model = reader.GetString(1),
                Variant = String(2),
                Quantization = reader.GetString(3),
                ModelPath = String(4),
                Host = reader.GetString(5),
                Process = new ProcessIdentity(reader.GetInt32(6), String(7)),
                Address = String(8),
                Port = Int(9),
                LogPath = String(10),
                KeyPath = String(11),
                State = Enum.GetValues<DeploymentState>().First(s => DeploymentWords.Of(s) == reader.GetString(12)),
                LoadedShare = reader.GetDouble(13),
                StartedAt = Time(14)!.Value,
                ReadyAt = Time(15),
                StopRequestedAt = Time(16),
                EndedAt = Time(17),
                ExitCode = Int(18),
                Error = String(19) is { } en ? new BilingualText(en, String(20) ?? en) : null,
                Plan = String(21) is { } plan ? DeploymentPlan.FromJson(plan) : null,
            });
        }

        return rows;

        string? String(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        int? Int(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);

        DateTimeOffset? Time(int column) => String(column) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;
    }

    private static object Text(DateTimeOffset? time) => time is { } at ? at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture) : DBNull.Value;
}

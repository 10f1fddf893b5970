using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Storage;

/// <summary>The tables, and the way from every earlier version to this one. <c>PRAGMA user_version</c> counts the migrations that were applied.</summary>
internal static class StoreSchema
{
    /// <summary>One entry a version; entries are never changed, only added.</summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE measurement (
            id INTEGER PRIMARY KEY,
            machine_id TEXT NOT NULL,
            variant TEXT NOT NULL,
            quantization TEXT NOT NULL,
            context_depth INTEGER NOT NULL,
            gpu_layers INTEGER NOT NULL,
            prompt_tps REAL NOT NULL,
            generation_tps REAL NOT NULL,
            prompt_spread REAL NOT NULL,
            generation_spread REAL NOT NULL,
            basis TEXT NOT NULL,
            engine TEXT NOT NULL,
            measured_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX measurement_by_machine ON measurement (machine_id, measured_at);
        CREATE TABLE cache (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            stored_at TEXT NOT NULL,
            PRIMARY KEY (kind, key)
        ) STRICT, WITHOUT ROWID;
        """,
        // calibration measures single layers
        "ALTER TABLE measurement ADD COLUMN one_layer INTEGER NOT NULL DEFAULT 0;",
        // what deepfit serve serves
        """
        CREATE TABLE deployment (
            id TEXT PRIMARY KEY,
            model TEXT NOT NULL,
            variant TEXT,
            quantization TEXT NOT NULL,
            model_path TEXT,
            host TEXT NOT NULL,
            process_id INTEGER NOT NULL,
            process_birth TEXT,
            address TEXT,
            port INTEGER,
            log_path TEXT,
            key_path TEXT,
            state TEXT NOT NULL CHECK (state IN ('starting', 'running', 'draining', 'stopped', 'crashed', 'failed')),
            loaded_share REAL NOT NULL,
            started_at TEXT NOT NULL,
            ready_at TEXT,
            stop_requested_at TEXT,
            ended_at TEXT,
            exit_code INTEGER,
            error_en TEXT,
            error_zh TEXT,
            [plan] TEXT
        ) STRICT, WITHOUT ROWID;
        """,
        // what real runs took of memory: the newest of each configuration
        """
        CREATE TABLE memory_measurement (
            machine_id TEXT NOT NULL,
            variant TEXT NOT NULL,
            quantization TEXT NOT NULL,
            engine TEXT NOT NULL,
            options TEXT NOT NULL,
            tensor_bytes INTEGER NOT NULL,
            devices TEXT NOT NULL,
            measured_at TEXT NOT NULL,
            PRIMARY KEY (machine_id, variant, quantization, engine, options)
        ) STRICT, WITHOUT ROWID;
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>The version of a database; 0 for an empty one.</summary>
    public static int VersionOf(SqliteConnection connection) => Convert.ToInt32(connection.Scalar("PRAGMA user_version"), null);

    /// <summary>
    /// Chooses how changes are made safe: by write-ahead logging, whose index lies in memory that only processes of one machine share (sqlite.org/wal.html), or, in a folder that machines share, by a
    /// journal. The file keeps it.
    /// </summary>
    public static void SetJournal(SqliteConnection connection, bool shared)
    {
        try
        {
            connection.Execute(shared ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL");
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteError.Busy or SqliteError.Locked)
        {
            // another process is setting it
        }
    }

    /// <summary>Brings a database to <see cref="Version"/>; safe when several processes do it at once.</summary>
    public static void Migrate(SqliteConnection connection)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            int version = VersionOf(connection); // again, now that no one else can write
            for (; version < Migrations.Length; version++)
            {
                connection.Execute(Migrations[version]);
            }

            connection.Execute(FormattableString.Invariant($"PRAGMA user_version = {version}"));
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.TryExecute("ROLLBACK");
            throw;
        }
    }
}

/// <summary>Primary result codes of SQLite (<c>sqlite3.h</c>).</summary>
internal static class SqliteError
{
    public const int Permission = 3;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int ReadOnly = 8;
    public const int InputOutput = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int NotADatabase = 26;
}

/// <summary>Statements in one line.</summary>
internal static class SqliteConnectionExtensions
{
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are constants of this folder; every value is a parameter
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    public static void Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = connection.Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = connection.Command(sql, parameters);
        return command.ExecuteScalar();
    }

    public static void TryExecute(this SqliteConnection connection, string sql)
    {
        try
        {
            connection.Execute(sql);
        }
        catch (SqliteException)
        {
            // the statement only tidied up
        }
    }
}

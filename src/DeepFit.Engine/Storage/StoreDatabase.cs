using DeepFit.Core.Text;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Storage;

/// <summary>
/// One SQLite file, opened at the first need. It never throws for the file's sake: what cannot be read is not there, what cannot be written is
/// refused, and the first such thing is told once. A damaged file is moved aside and a new one begun.
/// </summary>
internal sealed class StoreDatabase : IDisposable
{
    private readonly string _folder;
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Action<BilingualText> _warn;
    private readonly int? _mostPages;
    private SqliteConnection? _connection;
    private bool _readOnly;
    private bool _gaveUp;
    private bool _warned;

    /// <summary>Remembers where the file is; touches nothing.</summary>
    /// <param name="folder">The folder; created at the first write.</param>
    /// <param name="time">Names damaged files.</param>
    /// <param name="warn">Told at most once.</param>
    /// <param name="mostPages">Limits the file's size, as a full disk does; null for none.</param>
    public StoreDatabase(string folder, TimeProvider time, Action<BilingualText> warn, int? mostPages = null)
    {
        _folder = Path.GetFullPath(folder);
        _file = Path.Combine(_folder, "deepfit.db");
        _time = time;
        _warn = warn;
        _mostPages = mostPages;
    }

    /// <summary>The database's path.</summary>
    public string File => _file;

    /// <summary>How long a statement waits for another process, in milliseconds.</summary>
    public int BusyMilliseconds { get; init; } = 5000;

    /// <summary>Whether a folder lies on a network, so that other machines may have the file open too; replaced in tests.</summary>
    public Func<string, bool> IsShared { get; init; } = IsOnNetwork;

    /// <summary>Reads, or returns <paramref name="otherwise"/> when there is nothing to read.</summary>
    public T Read<T>(Func<SqliteConnection, T> read, T otherwise)
    {
        try
        {
            return Attempt(() => Open(write: false) is { } connection ? read(connection) : otherwise);
        }
        catch (Exception e) when (IsOurs(e))
        {
            GiveUp(e, reading: true);
            return otherwise;
        }
    }

    /// <summary>Writes; false when that was not possible, so that the caller keeps the value.</summary>
    public bool Write(Action<SqliteConnection> write)
    {
        try
        {
            return Attempt(() =>
            {
                if (Open(write: true) is not { } connection)
                {
                    return false;
                }

                write(connection);
                return true;
            });
        }
        catch (Exception e) when (IsOurs(e))
        {
            GiveUp(e, reading: false);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private static bool IsOurs(Exception e) =>
        e is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException
            or FormatException or InvalidCastException;

    private static bool IsOnNetwork(string folder)
    {
        try
        {
            return folder.StartsWith(@"\\", StringComparison.Ordinal) || new DriveInfo(folder).DriveType == DriveType.Network;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsDamage(SqliteException e) => e.SqliteErrorCode is SqliteError.Corrupt or SqliteError.NotADatabase;

    private T Attempt<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e) when (IsDamage(e) && !_readOnly)
        {
            Close();
            string? aside = DamagedStore.SetAside(_file, _time, Probe);
            if (aside is not null)
            {
                Warn(new BilingualText(
                    $"DeepFit's database was damaged; it is kept as {aside} and a new one was begun.",
                    $"DeepFit 的数据库已损坏；原文件保留为 {aside}，已新建一个。"));
            }

            return work();
        }
    }

    private SqliteConnection? Open(bool write)
    {
        if (write && (_gaveUp || _readOnly))
        {
            Warn(NotSaved(null));
            return null;
        }

        if (_gaveUp || _connection is not null)
        {
            return _connection;
        }

        if (!System.IO.File.Exists(_file))
        {
            if (!write)
            {
                return null; // nothing was ever stored: SQLite need not be loaded
            }

            Directory.CreateDirectory(_folder);
        }

        try
        {
            return Connect(_file, write ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteError.ReadOnly or SqliteError.CannotOpen or SqliteError.Permission && System.IO.File.Exists(_file))
        {
            // A read-only home: what is in the file can still be read, without the companions that write-ahead logging needs.
            _readOnly = true;
            SqliteConnection? found = Connect(new Uri(_file).AbsoluteUri + "?immutable=1", SqliteOpenMode.ReadOnly);
            if (write)
            {
                Warn(NotSaved(e));
                return null;
            }

            return found;
        }
    }

    private SqliteConnection? Connect(string source, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, BusyMilliseconds / 1000),
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute(FormattableString.Invariant($"PRAGMA busy_timeout = {BusyMilliseconds}"));
            bool shared = IsShared(_folder);
            int version = StoreSchema.VersionOf(connection);
            if (version > StoreSchema.Version)
            {
                connection.Dispose();
                _gaveUp = true;
                Warn(new BilingualText(
                    $"The database {_file} was written by a newer DeepFit (version {version}; this one knows {StoreSchema.Version}). It is left alone; what this command finds out lasts until it ends.",
                    $"数据库 {_file} 由更新版本的 DeepFit 写入（版本 {version}，本程序只认识 {StoreSchema.Version}）。不会改动它；本次命令得到的结果只在命令期间有效。"));
                return null;
            }

            if (version < StoreSchema.Version)
            {
                if (mode == SqliteOpenMode.ReadOnly)
                {
                    connection.Dispose();
                    return null;
                }

                StoreSchema.SetJournal(connection, shared);
                StoreSchema.Migrate(connection);
            }
            else if (shared && mode != SqliteOpenMode.ReadOnly)
            {
                StoreSchema.SetJournal(connection, shared);
            }

            if (mode != SqliteOpenMode.ReadOnly)
            {
                connection.Execute(shared ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"); // as either journal needs it
                if (_mostPages is { } pages)
                {
                    connection.Execute(FormattableString.Invariant($"PRAGMA max_page_count = {pages}"));
                }
            }

            _connection = connection;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file still looks damaged to a fresh connection.</summary>
    private bool Probe()
    {
        try
        {
            using SqliteConnection? connection = Connect(_file, SqliteOpenMode.ReadWrite);
            _connection = null;
            return connection is not null && (string?)connection.Scalar("PRAGMA quick_check(1)") != "ok";
        }
        catch (SqliteException e)
        {
            return IsDamage(e);
        }
    }

    private void GiveUp(Exception e, bool reading)
    {
        if (e is not SqliteException { SqliteErrorCode: SqliteError.Busy or SqliteError.Locked or SqliteError.Full or SqliteError.InputOutput })
        {
            Close();
            _gaveUp = true; // it will not get better while this command runs
        }

        if (!reading || System.IO.File.Exists(_file))
        {
            Warn(NotSaved(e));
        }
    }

    private BilingualText NotSaved(Exception? e)
    {
        BilingualText why = e switch
        {
            SqliteException { SqliteErrorCode: SqliteError.Full } => new("the disk is full", "磁盘已满"),
            SqliteException { SqliteErrorCode: SqliteError.Busy or SqliteError.Locked } => new("another process holds it", "被另一个进程占用"),
            null or UnauthorizedAccessException or IOException or SqliteException { SqliteErrorCode: SqliteError.ReadOnly or SqliteError.CannotOpen or SqliteError.Permission }
                => new("the folder cannot be written", "文件夹不可写"),
            DllNotFoundException or TypeInitializationException or EntryPointNotFoundException => new("SQLite's library does not load here", "无法在此加载 SQLite 库"),
            _ => new(e.Message, e.Message),
        };
        return new BilingualText(
            $"Nothing can be kept in {_folder}: {why.En}. What this command finds out lasts until it ends; {StoreLocation.Variable} names another folder.",
            $"无法在 {_folder} 保存数据：{why.Zh}。本次命令得到的结果只在命令期间有效；可用 {StoreLocation.Variable} 指定其他文件夹。");
    }

    private void Warn(BilingualText text)
    {
        if (!_warned)
        {
            _warned = true;
            _warn(text);
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}

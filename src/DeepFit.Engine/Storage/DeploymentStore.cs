using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Storage;

/// <summary>
/// Deployments in the user's SQLite file, beside the measurements. Safe for several threads and several processes: every change is a transaction of its own.
/// </summary>
public sealed class DeploymentStore : IDeploymentStore, IDisposable
{
    private const int UniqueViolation = 1555; // SQLITE_CONSTRAINT_PRIMARYKEY

    private readonly Lock turn = new();
    private readonly StoreDatabase database;

    /// <summary>A store in a folder; nothing is touched yet.</summary>
    /// <param name="folder">The folder; <see cref="StoreLocation.Folder()"/> is the user's.</param>
    /// <param name="time">Names damaged files.</param>
    /// <param name="warn">Told at most once when nothing can be kept; null for silence.</param>
    public DeploymentStore(string folder, TimeProvider time, Action<BilingualText>? warn = null) => database = new StoreDatabase(folder, time, warn ?? (_ => { }));

    /// <inheritdoc/>
    public IReadOnlyList<Deployment> All()
    {
        lock (turn)
        {
            return database.Read(DeploymentRows.Select, []);
        }
    }

    /// <inheritdoc/>
    public Deployment? Find(string id)
    {
        lock (turn)
        {
            return database.Read(connection => DeploymentRows.Find(connection, id), null);
        }
    }

    /// <inheritdoc/>
    public bool Add(Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        bool added = false;
        lock (turn)
        {
            return database.Write(connection =>
            {
                try
                {
                    DeploymentRows.Insert(connection, deployment);
                    added = true;
                }
                catch (SqliteException e) when (e.SqliteExtendedErrorCode == UniqueViolation)
                {
                    added = false; // the id is taken
                }
            }) && added;
        }
    }

    /// <inheritdoc/>
    public Deployment? Change(string id, Func<Deployment, Deployment?> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Deployment? after = null;
        lock (turn)
        {
            bool written = database.Write(connection =>
            {
                connection.Execute("BEGIN IMMEDIATE");
                try
                {
                    Deployment? before = DeploymentRows.Find(connection, id);
                    after = before is null ? null : change(before) ?? before;
                    if (after is not null && after != before)
                    {
                        DeploymentRows.Replace(connection, after with { Id = id });
                    }

                    connection.Execute("COMMIT");
                }
                catch
                {
                    connection.TryExecute("ROLLBACK");
                    throw;
                }
            });
            return written ? after : null;
        }
    }

    /// <inheritdoc/>
    public void Remove(string id)
    {
        lock (turn)
        {
            database.Write(connection => DeploymentRows.Delete(connection, id));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (turn)
        {
            database.Dispose();
        }
    }
}

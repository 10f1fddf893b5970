using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Deployments;

/// <summary>Where logs and keys of deployments lie: files that only their owner can read, in a folder that only they can enter.</summary>
/// <param name="home">DeepFit's folder.</param>
public sealed class DeploymentFiles(string home)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Those of this user.</summary>
    public static DeploymentFiles Default => new(StoreLocation.Folder());

    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.Combine(Path.GetFullPath(home), "deployments");

    /// <summary>The log of a deployment.</summary>
    public string Log(string id) => Path.Combine(Folder, id + ".log");

    /// <summary>Keeps a key and returns its path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string KeepKey(string id, string key)
    {
        string path = Path.Combine(Folder, id + ".key");
        using FileStream file = Create(path, FileMode.Create);
        file.Write(System.Text.Encoding.UTF8.GetBytes(key));
        return path;
    }

    /// <summary>The key of a deployment; null where it has none, or it cannot be read.</summary>
    public static string? KeyOf(Deployment deployment)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        try
        {
            return deployment.KeyPath is { } path ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Creates an empty log and returns its path.</summary>
    internal string NewLog(string id)
    {
        Create(Log(id), FileMode.Create).Dispose();
        return Log(id);
    }

    /// <summary>Removes what belongs to a deployment that is forgotten.</summary>
    internal void Remove(Deployment deployment)
    {
        string log = Log(deployment.Id);
        foreach (string path in (string[])[log, DeploymentLog.Older(log), Path.Combine(Folder, deployment.Id + ".key")])
        {
            Delete(path);
        }
    }

    /// <summary>Removes a key that is not used any more.</summary>
    internal static void RemoveKey(Deployment deployment)
    {
        if (deployment.KeyPath is { } path)
        {
            Delete(path);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it stays; nothing depends on it
        }
    }

    private FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder); // the user's own folder there: others cannot enter it
        }
        else
        {
            Directory.CreateDirectory(Folder, OwnerOnly | UnixFileMode.UserExecute);
            options.UnixCreateMode = OwnerOnly;
            File.Delete(path); // the mode is set only where the file is made
        }

        return new FileStream(path, options);
    }
}

using System.Globalization;

namespace DeepFit.Engine.Storage;

/// <summary>Moves a damaged database out of the way, once, though several processes meet it.</summary>
internal static class DamagedStore
{
    /// <summary>Moves the file and its companions aside.</summary>
    /// <param name="file">The database.</param>
    /// <param name="time">Gives the name its time.</param>
    /// <param name="stillDamaged">Asked under the lock: another process may have mended it meanwhile.</param>
    /// <returns>The new name, or null when there was no need.</returns>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static string? SetAside(string file, TimeProvider time, Func<bool> stillDamaged)
    {
        using FileStream? turn = TakeTurn(file + ".lock");
        if (turn is null || !stillDamaged())
        {
            return null; // another process is at it, or was
        }

        string stamp = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string aside = $"{file}.damaged-{stamp}";
        for (int i = 2; File.Exists(aside); i++)
        {
            aside = string.Create(CultureInfo.InvariantCulture, $"{file}.damaged-{stamp}-{i}");
        }

        File.Move(file, aside);
        foreach (string companion in (string[])["-wal", "-shm"])
        {
            if (File.Exists(file + companion))
            {
                File.Move(file + companion, aside + companion, overwrite: true);
            }
        }

        return aside;
    }

    private static FileStream? TakeTurn(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

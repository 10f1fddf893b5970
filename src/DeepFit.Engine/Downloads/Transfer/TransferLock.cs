using System.Security.Cryptography;
using System.Text;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// Lets one process at a time work on a file. The system takes the lock away when its holder dies, however it dies. The lock's own file stays: to delete one that
/// another process has just opened would let two in.
/// </summary>
internal static class TransferLock
{
    /// <summary>The folder of locks below the models' folder.</summary>
    public const string Folder = ".locks";

    /// <summary>Takes the lock; null while another holds it.</summary>
    /// <param name="target">The file.</param>
    public static FileStream? TryTake(string target)
    {
        string folder = Path.Combine(Path.GetDirectoryName(target)!, Folder);
        Directory.CreateDirectory(folder);
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(target))))[..16];
        string path = Path.Combine(folder, name + ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}

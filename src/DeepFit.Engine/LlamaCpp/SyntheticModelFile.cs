using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>A model file of true shapes over a hole: as long as the model, but of no size on the disk.</summary>
internal static class SyntheticModelFile
{
    /// <summary>Writes a <c>.gguf</c> into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="layout">The model.</param>
    /// <param name="name">The file's name without extension.</param>
    /// <returns>The file's path, and the header with every tensor's place.</returns>
    /// <exception cref="IOException">The file system does not take the file (full, read-only, or no files of that length).</exception>
    public static (string Path, SyntheticGgufFile File) Write(string folder, ModelLayout layout, string name = "model")
    {
        string path = Path.Combine(folder, name + ".gguf");
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        MakeSparse(stream);
        SyntheticGgufFile file = SyntheticGguf.Write(stream, layout);
        stream.Flush();
        stream.SetLength(file.Length);
        return (path, file);
    }

    /// <summary>Removes a file that is no longer needed; on Linux and macOS it may still be mapped.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows, while the engine holds it open: the parent removes the folder when this process has ended.
        }
    }

    /// <summary>NTFS allocates the hole unless the file is marked sparse first; elsewhere a hole is the rule.</summary>
    private static void MakeSparse(FileStream stream)
    {
        if (OperatingSystem.IsWindows())
        {
            Native.WindowsFiles.SetSparse(stream.SafeFileHandle);
        }
    }
}

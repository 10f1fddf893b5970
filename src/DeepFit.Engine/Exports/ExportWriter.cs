using System.Text;
using DeepFit.Core.Exports;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Exports;

/// <summary>Puts exported files onto the disk: each whole or not at all, and never over another without leave.</summary>
public static class ExportWriter
{
    /// <summary>Writes the files.</summary>
    /// <param name="destination">A folder, or for a single file its path. What ends in a separator, is a folder, or is to hold several files, is a folder; it is made where it does not exist.</param>
    /// <param name="files">The files.</param>
    /// <param name="force">Whether existing files are replaced.</param>
    /// <returns>The paths, in the files' order.</returns>
    /// <exception cref="UserErrorException">A file exists, or the destination cannot hold the files.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static IReadOnlyList<string> Write(string destination, IReadOnlyList<ExportFile> files, bool force)
    {
        bool folder = files.Count > 1 || Directory.Exists(destination) || Path.EndsInDirectorySeparator(destination);
        if (folder && File.Exists(destination))
        {
            throw new UserErrorException(new(
                $"--out {destination} is a file, and {files.Count} files are to be written. Give a folder.", $"--out {destination} 是文件，而需要写入 {files.Count} 个文件。请指定文件夹。"));
        }

        string[] paths = [.. files.Select(file => Path.GetFullPath(folder ? Path.Combine(destination, file.Path) : destination))];
        if (!force && Array.Find(paths, path => File.Exists(path) || Directory.Exists(path)) is { } taken)
        {
            throw Taken(taken);
        }

        for (int i = 0; i < paths.Length; i++)
        {
            Put(paths[i], files[i], force);
        }

        return paths;
    }

    private static void Put(string path, ExportFile file, bool force)
    {
        string parent = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(parent);
        string part = Path.Combine(parent, "." + Path.GetFileName(path) + "." + Path.GetRandomFileName());
        try
        {
            File.WriteAllText(part, file.Content, new UTF8Encoding(false));
            if (file.Executable && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(part, File.GetUnixFileMode(part) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            }

            File.Move(part, path, force);
        }
        catch (IOException) when (!force && File.Exists(path))
        {
            throw Taken(path); // another program was faster
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static UserErrorException Taken(string path) => new(new(
        $"{path} exists. It stays as it is; --force replaces it.", $"{path} 已存在，未作改动。如需覆盖请加 --force。"));
}

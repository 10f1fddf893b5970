using System.Diagnostics;
using System.Globalization;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>
/// A folder for one child's temporary files, removed on disposal. Its name carries this process's id, so that what a killed program left behind is
/// removed by the next one.
/// </summary>
internal sealed class EngineFolder : IDisposable
{
    private const string Prefix = "deepfit-engine-";

    private EngineFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Creates a folder under the system's temporary folder, after removing those of processes that are gone.</summary>
    /// <exception cref="EngineFailedException">The temporary folder is read-only or full.</exception>
    public static EngineFolder Create()
    {
        string root = System.IO.Path.GetTempPath();
        Sweep(root);
        try
        {
            string path = System.IO.Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"));
            Directory.CreateDirectory(path);
            return new EngineFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineFailedException(
                EngineFailure.TemporaryFile,
                new BilingualText(
                    $"The temporary folder {root} cannot be written: {e.Message} Set TMPDIR (TEMP on Windows) to a folder that can.",
                    $"无法写入临时文件夹 {root}：{e.Message} 请把 TMPDIR（Windows 上为 TEMP）设为可写的文件夹。"),
                []);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Delete(Path);

    /// <summary>Removes the folders of processes that are gone.</summary>
    internal static void Sweep(string root)
    {
        try
        {
            foreach (string folder in Directory.EnumerateDirectories(root, Prefix + "*"))
            {
                ReadOnlySpan<char> name = System.IO.Path.GetFileName(folder.AsSpan())[Prefix.Length..];
                int dash = name.IndexOf('-');
                if (dash > 0 && int.TryParse(name[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out int id) && !IsAlive(id))
                {
                    Delete(folder);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not ours to read; creating the folder will say what is wrong.
        }
    }

    private static bool IsAlive(int id)
    {
        if (id == Environment.ProcessId)
        {
            return true;
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true;
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Someone holds it still; the next start removes it.
        }
    }
}

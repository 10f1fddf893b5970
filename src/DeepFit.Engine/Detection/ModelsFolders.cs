using System.Runtime.InteropServices;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Detection;

/// <summary>Where models go.</summary>
public static class ModelsFolders
{
    /// <summary>
    /// The folder for models: <c>DEEPFIT_MODELS</c> when it is set, else <c>models</c> in DeepFit's own folder (<see cref="StoreLocation"/>). It need not exist.
    /// </summary>
    /// <param name="environment">Reads an environment variable; <see cref="IProbeHost.Environment"/>.</param>
    public static string Default(Func<string, string?> environment)
    {
        if (environment(ModelFolder.Variable) is { } chosen && !string.IsNullOrWhiteSpace(chosen))
            return Path.GetFullPath(chosen);
        OSPlatform system = OperatingSystem.IsWindows() ? OSPlatform.Windows : OperatingSystem.IsMacOS() ? OSPlatform.OSX : OSPlatform.Linux;
        return Path.Combine(StoreLocation.Folder(system, environment, Path.GetTempPath()), "models");
    }

    /// <summary>The folder itself when it exists, else its nearest parent that does.</summary>
    /// <param name="folder">A full or relative path.</param>
    /// <returns>An existing folder with its full path, or null when not even the root exists (an absent drive) or the path is damaged.</returns>
    public static string? NearestExisting(string folder)
    {
        try
        {
            string? path = Path.GetFullPath(folder);
            while (path is not null && !Directory.Exists(path))
                path = Path.GetDirectoryName(path);
            return path;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or IOException)
        {
            return null;
        }
    }
}

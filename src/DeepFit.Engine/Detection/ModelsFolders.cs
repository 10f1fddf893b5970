namespace DeepFit.Engine.Detection;

/// <summary>Where models go.</summary>
public static class ModelsFolders
{
    /// <summary>
    /// The folder for models: <c>DEEPFIT_MODELS</c> when it is set, else <c>deepfit/models</c> in the user's data folder (Linux: <c>$XDG_DATA_HOME</c> or
    /// <c>~/.local/share</c>; Windows: <c>%LOCALAPPDATA%</c>; macOS: <c>~/Library/Application Support</c>). It need not exist.
    /// </summary>
    /// <param name="environment">Reads an environment variable; <see cref="IProbeHost.Environment"/>.</param>
    public static string Default(Func<string, string?> environment)
    {
        if (environment("DEEPFIT_MODELS") is { Length: > 0 } chosen)
            return Path.GetFullPath(chosen);
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "deepfit", "models");
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

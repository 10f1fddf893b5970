using System.Runtime.InteropServices;

namespace DeepFit.Engine.Storage;

/// <summary>Where DeepFit keeps what it measured, per user.</summary>
public static class StoreLocation
{
    /// <summary>The variable that overrides the folder.</summary>
    public const string Variable = "DEEPFIT_HOME";

    /// <summary>The folder on this system.</summary>
    public static string Folder()
    {
        OSPlatform system = OperatingSystem.IsWindows() ? OSPlatform.Windows : OperatingSystem.IsMacOS() ? OSPlatform.OSX : OSPlatform.Linux;
        return Folder(system, Environment.GetEnvironmentVariable, Path.GetTempPath());
    }

    /// <summary>
    /// <c>DEEPFIT_HOME</c>; else <c>%LOCALAPPDATA%\DeepFit</c>, <c>~/Library/Application Support/DeepFit</c>, or <c>$XDG_DATA_HOME/deepfit</c> (<c>~/.local/share/deepfit</c>);
    /// without a home, a folder among the temporary files. XDG: a relative <c>XDG_DATA_HOME</c> is ignored, as its specification asks.
    /// </summary>
    /// <param name="system">The operating system.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="temporary">The folder of temporary files.</param>
    public static string Folder(OSPlatform system, Func<string, string?> variable, string temporary)
    {
        if (Given(Variable) is { } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        if (system == OSPlatform.Windows)
        {
            return Given("LOCALAPPDATA") is { } local ? Path.Combine(local, "DeepFit")
                : Given("USERPROFILE") is { } profile ? Path.Combine(profile, "AppData", "Local", "DeepFit")
                : Path.Combine(temporary, "DeepFit");
        }

        string? home = Given("HOME");
        if (system == OSPlatform.OSX)
        {
            return home is not null ? Path.Combine(home, "Library", "Application Support", "DeepFit") : Path.Combine(temporary, "DeepFit");
        }

        return Given("XDG_DATA_HOME") is { } data && data.StartsWith('/') ? Path.Combine(data, "deepfit")
            : home is not null ? Path.Combine(home, ".local", "share", "deepfit")
            : Path.Combine(temporary, "deepfit");

        string? Given(string name) => variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
    }
}

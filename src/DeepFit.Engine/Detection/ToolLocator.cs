namespace DeepFit.Engine.Detection;

/// <summary>Finds a tool on the PATH. The current folder is never searched: a downloaded file must not pass for a system tool.</summary>
internal static class ToolLocator
{
    // Where system tools live that an ordinary user's PATH, or a service's, often lacks.
    private static readonly string[] s_unixFolders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    /// <summary>Full path of a tool, or null.</summary>
    /// <param name="tool">A bare name, or a full path that is only checked.</param>
    internal static string? Find(string tool) =>
        Find(tool, Environment.GetEnvironmentVariable("PATH"), OperatingSystem.IsWindows());

    internal static string? Find(string tool, string? pathVariable, bool windows)
    {
        if (string.IsNullOrWhiteSpace(tool) || tool.Contains('\0', StringComparison.Ordinal))
            return null;
        string name = windows && !tool.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? tool + ".exe" : tool;
        if (Path.IsPathFullyQualified(tool))
            return IsRunnable(tool, windows) ? tool : IsRunnable(name, windows) ? name : null;
        if (tool.AsSpan().ContainsAny('/', '\\'))
            return null;

        IEnumerable<string> folders = (pathVariable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!windows)
            folders = folders.Concat(s_unixFolders);
        foreach (string folder in folders)
        {
            if (!Path.IsPathFullyQualified(folder))
                continue;
            string candidate = Path.Combine(folder, name);
            if (IsRunnable(candidate, windows))
                return candidate;
        }

        return null;
    }

    private static bool IsRunnable(string path, bool windows)
    {
        if (!File.Exists(path))
            return false;
        if (windows || OperatingSystem.IsWindows())
            return true;
        try
        {
            const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            return (File.GetUnixFileMode(path) & anyExecute) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

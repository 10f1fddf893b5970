namespace DeepFit.Browser.Tests.Support;

/// <summary>The Chromium that is installed on this machine.</summary>
internal static class Chromium
{
    /// <summary>Names an executable to take instead.</summary>
    public const string Variable = "DEEPFIT_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

    /// <summary>The executable, or null where there is none.</summary>
    public static string? Path { get; } = Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH") ?? "");

    private static string? Find(string? named, string path)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"{Variable} names a file that is not there", named);
        }

        string ending = OperatingSystem.IsWindows() ? ".exe" : "";
        return path.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
    }
}

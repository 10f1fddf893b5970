namespace DeepFit.Engine.Detection.MacOS;

/// <summary>Reads <c>sw_vers</c>.</summary>
internal static class SwVersParser
{
    /// <summary>A description such as <c>macOS 15.3.1 (24D70)</c>, or null.</summary>
    internal static string? Describe(string? text)
    {
        IReadOnlyDictionary<string, string> values = SysctlParser.Parse(text);
        if (!values.TryGetValue("ProductName", out string? name) || name.Length == 0)
            return null;
        string version = values.GetValueOrDefault("ProductVersion", "");
        string build = values.TryGetValue("BuildVersion", out string? number) && number.Length > 0 ? $" ({number})" : "";
        return $"{name} {version}".TrimEnd() + build;
    }
}

using System.Text;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>Makes names that came over the network fit for the disk: no way up, no absolute path, no name that a system reserves.</summary>
internal static class SafePath
{
    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(n => (string[])[$"COM{n}", $"LPT{n}"])], StringComparer.OrdinalIgnoreCase);

    /// <summary>A relative path whose parts hold letters, digits, <c>.</c>, <c>_</c> and <c>-</c> alone.</summary>
    public static string Of(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/', '\\'))
        {
            var safe = new StringBuilder(part.Length);
            foreach (char c in part)
            {
                safe.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_');
            }

            string name = safe.ToString().Trim('.', ' ');
            if (name.Length > 0)
            {
                parts.Add(Reserved.Contains(name.Split('.')[0]) ? "_" + name : name);
            }
        }

        return parts.Count == 0 ? "model" : Path.Combine([.. parts]);
    }
}

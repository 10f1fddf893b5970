namespace DeepFit.Engine.Detection.MacOS;

/// <summary>Reads the lines of <c>sysctl</c>: <c>hw.memsize: 17179869184</c>.</summary>
internal static class SysctlParser
{
    /// <summary>Names and values; lines of another form are skipped, of repeated names the first counts. Never throws.</summary>
    internal static IReadOnlyDictionary<string, string> Parse(string? text)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (ProbeLine.TryKeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value) && !key.Contains(' '))
                values.TryAdd(key.ToString(), value.ToString());
        }

        return values;
    }
}

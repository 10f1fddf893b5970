namespace DeepFit.Engine.Detection.Gpus.Apple;

/// <summary>Reads what <c>sysctl name …</c> prints: <c>hw.memsize: 17179869184</c>, one a line. Unknown names print to standard error only.</summary>
internal static class SysctlParser
{
    /// <summary>The values by name.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string output)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> line in output.AsSpan().EnumerateLines())
        {
            if (ProbeText.KeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value) && !value.IsEmpty)
                values[key.ToString()] = value.ToString();
        }

        return values;
    }
}

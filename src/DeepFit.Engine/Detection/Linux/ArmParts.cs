using System.Collections.Frozen;
using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>Names of ARM cores by implementer and part number; the table is <c>arm_cpu_parts.csv</c>, each row with its source.</summary>
internal static class ArmParts
{
    private static readonly Lazy<FrozenDictionary<(int Implementer, int Part), string>> s_names = new(Load);

    /// <summary>The core's name, or null when it is not in the table.</summary>
    internal static string? Name(int implementer, int part) => s_names.Value.GetValueOrDefault((implementer, part));

    /// <summary>The cores of a machine, strongest kind last as the kernel counts: <c>ARM Cortex-A55 + ARM Cortex-A76</c>; null when these are no ARM processors.</summary>
    internal static string? Describe(IReadOnlyList<LinuxProcessor> processors)
    {
        List<string> names = [];
        foreach (LinuxProcessor processor in processors)
        {
            if (processor is not { Implementer: int implementer, Part: int part })
                continue;
            string name = Name(implementer, part)
                ?? processor.Name
                ?? string.Create(CultureInfo.InvariantCulture, $"ARM processor (implementer 0x{implementer:x2}, part 0x{part:x3})");
            if (!names.Contains(name))
                names.Add(name);
        }

        return names.Count == 0 ? null : string.Join(" + ", names);
    }

    private static FrozenDictionary<(int Implementer, int Part), string> Load()
    {
        Dictionary<(int, int), string> names = [];
        using Stream? stream = typeof(ByteSize).Assembly.GetManifestResourceStream("DeepFit.Core.Data.arm_cpu_parts.csv");
        if (stream is not null)
        {
            using StreamReader reader = new(stream);
            while (reader.ReadLine() is string line)
            {
                // implementer,part,name,source; the header's first field is no number.
                string[] fields = line.Split(',');
                if (fields.Length >= 3 && Hex(fields[0]) is int implementer && Hex(fields[1]) is int part)
                    names[(implementer, part)] = fields[2];
            }
        }

        return names.ToFrozenDictionary();
    }

    private static int? Hex(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number) ? number : null;
}

using System.Globalization;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>Reads <c>/proc/cpuinfo</c> of x86, ARM (old and new kernels), POWER, RISC-V and LoongArch.</summary>
internal static class LinuxCpuInfoParser
{
    /// <summary>What the text says. Never throws; what it does not say is null or empty.</summary>
    internal static LinuxCpuInfo Parse(string? text)
    {
        List<LinuxProcessor> processors = [];
        LinuxProcessor? current = null;
        string? sharedName = null;
        string? board = null;
        string[] sharedFlags = [];

        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (!ProbeLine.TryKeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value))
                continue;
            switch (key)
            {
                case "processor" when TryNumber(value, out int number):
                    if (current is not null)
                        processors.Add(current);
                    current = new LinuxProcessor { Number = number };
                    break;

                // Kernels before 3.8 on ARM: a name, not a number, above the first processor.
                case "processor" or "Processor":
                    sharedName ??= value.ToString();
                    break;
                case "model name" or "Model Name" or "cpu" or "cpu model" or "uarch" when value.Length > 0:
                    if (current is null)
                        sharedName ??= value.ToString();
                    else
                        current = current with { Name = current.Name ?? value.ToString() };
                    break;
                case "physical id" or "package" when current is not null && TryNumber(value, out int package):
                    current = current with { Package = package };
                    break;
                case "core id" or "core" when current is not null && TryNumber(value, out int core):
                    current = current with { Core = core };
                    break;
                case "CPU implementer" when current is not null:
                    current = current with { Implementer = TryHex(value) };
                    break;
                case "CPU part" when current is not null:
                    current = current with { Part = TryHex(value) };
                    break;
                case "cpu MHz" or "CPU MHz" or "clock" when current is not null:
                    current = current with { Mhz = TryMhz(value) };
                    break;
                case "flags" or "Features" or "features" when current is null || current.Flags.Count == 0:
                    // All processors of a machine share one string: keep one list.
                    if (sharedFlags.Length == 0 || !SameWords(sharedFlags, value))
                        sharedFlags = value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    if (current is not null)
                        current = current with { Flags = sharedFlags };
                    break;
                case "Model" or "machine" or "Hardware" when value.Length > 0:
                    // Raspberry Pi OS has both: "Model" names the board, "Hardware" only the chip's family.
                    if (board is null || key is "Model")
                        board = value.ToString();
                    break;
                default:
                    break;
            }
        }

        if (current is not null)
            processors.Add(current);
        for (int i = 0; i < processors.Count; i++)
        {
            LinuxProcessor processor = processors[i];
            if (processor.Flags.Count == 0 || processor.Name is null)
            {
                processors[i] = processor with
                {
                    Name = processor.Name ?? sharedName,
                    Flags = processor.Flags.Count == 0 ? sharedFlags : processor.Flags,
                };
            }
        }

        return new LinuxCpuInfo { Processors = processors, Board = board };
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int? TryHex(ReadOnlySpan<char> text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && int.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static double? TryMhz(ReadOnlySpan<char> text)
    {
        if (text.EndsWith("MHz", StringComparison.OrdinalIgnoreCase))
            text = text[..^3].TrimEnd();
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double mhz) && mhz is > 0 and < 1e6 ? mhz : null;
    }

    private static bool SameWords(string[] words, ReadOnlySpan<char> text)
    {
        int index = 0;
        foreach (Range range in text.Split(' '))
        {
            ReadOnlySpan<char> word = text[range];
            if (word.IsEmpty)
                continue;
            if (index >= words.Length || !word.SequenceEqual(words[index]))
                return false;
            index++;
        }

        return index == words.Length;
    }
}

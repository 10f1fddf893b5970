using System.Globalization;
using System.Text.RegularExpressions;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Accelerators;

/// <summary>
/// Reads Huawei's <c>npu-smi info</c>: two rows a chip, the first with the NPU's number and name, the second with the chip's bus address and
/// its memory as <c>used / total</c> in MiB. The last such pair that is not <c>0 / 0</c> counts: HBM where there is some, else the chip's DDR.
/// </summary>
internal static partial class NpuSmiParser
{
    /// <summary>One entry a chip; a card with two chips (Atlas 300I Duo, 910C) gives two.</summary>
    public static IReadOnlyList<AcceleratorCard> Parse(string output)
    {
        List<AcceleratorCard> cards = [];
        HashSet<string> addresses = new(StringComparer.Ordinal);
        string? driver = null;
        string? name = null;
        foreach (string line in output.Split('\n'))
        {
            if (driver is null && Version().Match(line) is { Success: true } version)
                driver = version.Groups[1].Value;

            string[] cells = line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length != 3)
                continue;

            if (PciAddress.Normalize(cells[1]) is { } address)
            {
                if (name is not null && Memory(cells[2]) is var (used, total))
                {
                    // Both chips of a card may answer at one address.
                    int chip = 0;
                    string id = address;
                    while (!addresses.Add(id))
                        id = string.Create(CultureInfo.InvariantCulture, $"{address}#{++chip}");
                    cards.Add(new AcceleratorCard("Huawei Ascend " + name, total, AcceleratorCard.Free(total, used), driver, id));
                }

                name = null;
            }
            else
            {
                name = Chip().Match(cells[0]) is { Success: true } chip ? chip.Groups[1].Value : null;
            }
        }

        return cards;
    }

    private static (ByteSize Used, ByteSize Total)? Memory(string cell)
    {
        (ByteSize, ByteSize)? memory = null;
        foreach (Match pair in Pair().Matches(cell))
        {
            if (ProbeText.Size(pair.Groups[1].ValueSpan, ByteSize.MiB) is { } used && ProbeText.Size(pair.Groups[2].ValueSpan, ByteSize.MiB) is { Bytes: > 0 } total)
                memory = (used, total);
        }

        return memory;
    }

    [GeneratedRegex(@"npu-smi\s+\S+\s+Version:\s*([^\s|]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    // "0     910B3", "0     Ascend910", "1       310P3"
    [GeneratedRegex(@"^\d+\s+(?:Ascend\s*)?([0-9A-Za-z][\w-]*[A-Za-z][\w-]*|910|310)$", RegexOptions.CultureInvariant)]
    private static partial Regex Chip();

    [GeneratedRegex(@"(\d+)\s*/\s*(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();
}

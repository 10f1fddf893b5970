using System.Text.RegularExpressions;

namespace DeepFit.Engine.Detection.Gpus.Accelerators;

/// <summary>Reads Moore Threads' <c>mthreads-gmi</c>: <c>0    MTT S5000   |00000000:2a:00.0   |0%    66641MiB(81920MiB)</c>.</summary>
internal static partial class MthreadsGmiParser
{
    /// <summary>One entry a card.</summary>
    public static IReadOnlyList<AcceleratorCard> Parse(string output)
    {
        string? driver = Driver().Match(output) is { Success: true } match ? match.Groups[1].Value : null;
        List<AcceleratorCard> cards = [];
        foreach (string line in output.Split('\n'))
        {
            Match row = Row().Match(line);
            if (row.Success && ProbeText.SizeWithUnit(row.Groups[4].ValueSpan) is { Bytes: > 0 } total)
            {
                string name = row.Groups[1].Value.Trim();
                cards.Add(new AcceleratorCard(
                    "Moore Threads " + name, total, AcceleratorCard.Free(total, ProbeText.SizeWithUnit(row.Groups[3].ValueSpan)), driver,
                    PciAddress.Normalize(row.Groups[2].Value)));
            }
        }

        return cards;
    }

    [GeneratedRegex(@"Driver Version:\s*(\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Driver();

    [GeneratedRegex(@"^\s*\d+\s+(MTT[^|]*)\|\s*([0-9A-Fa-f:.]+)\s*\|[^|]*?(\d+\s*[KMG]iB)\s*[(/]\s*(\d+\s*[KMG]iB)", RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}

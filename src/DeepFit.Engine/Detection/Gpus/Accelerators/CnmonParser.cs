using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Accelerators;

/// <summary>
/// Reads Cambricon's <c>cnmon info -m</c>: a section a card, with its product name, driver and physical memory. The virtual memory that
/// follows is the same memory in another account and is passed over.
/// </summary>
internal static class CnmonParser
{
    /// <summary>One entry a card.</summary>
    public static IReadOnlyList<AcceleratorCard> Parse(string output)
    {
        List<AcceleratorCard> cards = [];
        Section section = new(0);
        foreach (string line in output.Split('\n'))
        {
            bool pair = ProbeText.KeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value);
            if (key.StartsWith("Card", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(pair && key.Length == 4 ? value : key[4..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                section.AddTo(cards);
                section = new Section(number);
            }
            else if (key.EndsWith("Memory Usage", StringComparison.OrdinalIgnoreCase))
            {
                section.Physical = key.StartsWith("Physical", StringComparison.OrdinalIgnoreCase);
            }
            else if (pair && key.Equals("Product Name", StringComparison.OrdinalIgnoreCase))
            {
                section.Name ??= value.ToString();
            }
            else if (pair && key.Equals("Driver", StringComparison.OrdinalIgnoreCase))
            {
                section.Driver ??= value.TrimStart('v').ToString();
            }
            else if (pair && section.Physical && key.Equals("Total", StringComparison.OrdinalIgnoreCase))
            {
                section.Total ??= ProbeText.SizeWithUnit(value);
            }
            else if (pair && section.Physical && key.Equals("Used", StringComparison.OrdinalIgnoreCase))
            {
                section.Used ??= ProbeText.SizeWithUnit(value);
            }
        }

        section.AddTo(cards);
        return cards;
    }

    private sealed class Section(int number)
    {
        public bool Physical { get; set; }

        public string? Name { get; set; }

        public string? Driver { get; set; }

        public ByteSize? Total { get; set; }

        public ByteSize? Used { get; set; }

        public void AddTo(List<AcceleratorCard> cards)
        {
            if (!string.IsNullOrWhiteSpace(Name) && Total is { Bytes: > 0 } total)
            {
                cards.Add(new AcceleratorCard(
                    "Cambricon " + Name, total, AcceleratorCard.Free(total, Used), Driver, string.Create(CultureInfo.InvariantCulture, $"cambricon{number}")));
            }
        }
    }
}

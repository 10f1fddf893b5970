using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>What a PCI Express bus carries.</summary>
internal static class PcieBus
{
    // Transfers per second and lane, and the share that the line code leaves: 8b/10b up to generation 2, 128b/130b up to 5, 242 of 256 bytes of a FLIT in 6
    // (PCI Express Base Specification, "Physical Layer"; the PCI-SIG's page on PCIe 6.0).
    private static readonly (double GigaTransfers, double Code)[] Generations =
        [(2.5, 0.8), (5, 0.8), (8, 128.0 / 130), (16, 128.0 / 130), (32, 128.0 / 130), (64, 242.0 / 256)];

    /// <summary>The rate one way, or null when the text is no bus.</summary>
    /// <param name="bus">Generation and lanes, such as <c>4x16</c>.</param>
    public static ByteRate? Rate(string? bus)
    {
        int x = bus?.IndexOf('x', StringComparison.Ordinal) ?? -1;
        return x > 0
            && int.TryParse(bus.AsSpan(0, x), NumberStyles.None, CultureInfo.InvariantCulture, out int generation) && generation >= 1 && generation <= Generations.Length
            && int.TryParse(bus.AsSpan(x + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int lanes) && lanes is >= 1 and <= 16
            ? new ByteRate(Generations[generation - 1].GigaTransfers * 1e9 / 8 * Generations[generation - 1].Code * lanes)
            : null;
    }
}

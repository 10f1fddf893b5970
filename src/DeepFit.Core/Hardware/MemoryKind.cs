using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>A kind of system memory.</summary>
/// <param name="Type"><c>ddr3 ddr4 ddr5 lpddr4x lpddr5 lpddr5x</c>, lower case.</param>
/// <param name="MegaTransfers">Millions of transfers per second, such as 3200.</param>
public sealed record MemoryKind(string Type, int MegaTransfers)
{
    /// <summary>Bytes that a channel moves at once: 64 bits. Memory with narrower channels (LPDDR) is counted in channels of this width.</summary>
    public const int BytesPerChannel = 8;

    /// <summary>Reads <c>ddr5-5600</c>; null when the text is none.</summary>
    public static MemoryKind? TryParse(string text)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int speed) && speed > 0
            ? new MemoryKind(text[..dash].ToLowerInvariant(), speed)
            : null;
    }

    /// <summary>What so many channels of it carry: channels x transfers x 8 bytes.</summary>
    public ByteRate Bandwidth(double channels) => new(channels * MegaTransfers * 1e6 * BytesPerChannel);

    /// <summary><c>DDR5-5600</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type.ToUpperInvariant()}-{MegaTransfers}");
}

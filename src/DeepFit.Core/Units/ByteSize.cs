using System.Globalization;

namespace DeepFit.Core.Units;

/// <summary>A size in bytes. GiB (1024³) and GB (10⁹) are both offered by name and never mixed up.</summary>
/// <param name="Bytes">The size in bytes; may be negative as a difference.</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    /// <summary>Bytes in a KiB.</summary>
    public const long KiB = 1L << 10;

    /// <summary>Bytes in a MiB.</summary>
    public const long MiB = 1L << 20;

    /// <summary>Bytes in a GiB.</summary>
    public const long GiB = 1L << 30;

    /// <summary>No bytes.</summary>
    public static ByteSize Zero => default;

    /// <summary>The size in MiB (1024² bytes).</summary>
    public double InMiB => Bytes / (double)MiB;

    /// <summary>The size in GiB (1024³ bytes).</summary>
    public double InGiB => Bytes / (double)GiB;

    /// <summary>The size in GB (10⁹ bytes), the unit of download pages and disk labels.</summary>
    public double InGB => Bytes / 1e9;

    /// <summary>A size from MiB (1024² bytes), rounded to the byte.</summary>
    public static ByteSize FromMiB(double mebibytes) => new(checked((long)Math.Round(mebibytes * MiB)));

    /// <summary>A size from GiB (1024³ bytes), rounded to the byte.</summary>
    public static ByteSize FromGiB(double gibibytes) => new(checked((long)Math.Round(gibibytes * GiB)));

    /// <summary>A size from GB (10⁹ bytes), rounded to the byte.</summary>
    public static ByteSize FromGB(double gigabytes) => new(checked((long)Math.Round(gigabytes * 1e9)));

    /// <summary>The larger of two sizes.</summary>
    public static ByteSize Max(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes ? left : right;

    /// <summary>The smaller of two sizes.</summary>
    public static ByteSize Min(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes ? left : right;

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The size in the binary unit that fits, invariant culture: <c>512 B</c>, <c>302.8 MiB</c>, <c>4.36 GiB</c>.</summary>
    public override string ToString()
    {
        double magnitude = Math.Abs((double)Bytes);
        return magnitude switch
        {
            < KiB => string.Create(CultureInfo.InvariantCulture, $"{Bytes} B"),
            < MiB => string.Create(CultureInfo.InvariantCulture, $"{Bytes / (double)KiB:0.#} KiB"),
            < GiB => string.Create(CultureInfo.InvariantCulture, $"{InMiB:0.#} MiB"),
            < 100.0 * GiB => string.Create(CultureInfo.InvariantCulture, $"{InGiB:0.00} GiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{InGiB:0.#} GiB"),
        };
    }

    /// <summary>Adds two sizes; throws <see cref="OverflowException"/> beyond 8 EiB.</summary>
    public static ByteSize operator +(ByteSize left, ByteSize right) => new(checked(left.Bytes + right.Bytes));

    /// <summary>Subtracts two sizes.</summary>
    public static ByteSize operator -(ByteSize left, ByteSize right) => new(checked(left.Bytes - right.Bytes));

    /// <summary>Scales a size by a count.</summary>
    public static ByteSize operator *(ByteSize size, long count) => new(checked(size.Bytes * count));

    /// <summary>Compares two sizes.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Compares two sizes.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Compares two sizes.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Compares two sizes.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;
}

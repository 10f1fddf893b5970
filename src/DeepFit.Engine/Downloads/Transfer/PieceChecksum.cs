using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// A fast checksum of a piece's bytes (CRC-32C, in hardware where there is any), for what is on the disk and for telling two downloads of a piece apart. Whether the content is what the hub
/// published is SHA-256's to say, never this one's.
/// </summary>
internal struct PieceChecksum
{
    private uint first;
    private uint second;
    private ulong held;
    private int heldBytes;

    public PieceChecksum()
    {
        first = uint.MaxValue;
        second = 0x9E3779B9; // another start, and every other word: two independent remainders make 64 bits
    }

    /// <summary>The checksum of a whole span.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var sum = new PieceChecksum();
        sum.Append(bytes);
        return sum.Value;
    }

    /// <summary>Takes more bytes; how they are cut up does not matter.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        // fill up a word that an earlier call left incomplete
        while (heldBytes > 0 && bytes.Length > 0)
        {
            Hold(bytes[0]);
            bytes = bytes[1..];
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        uint a = first;
        uint b = second;
        foreach (ulong word in words)
        {
            // two chains that do not wait for each other
            a = BitOperations.Crc32C(a, word);
            b = BitOperations.Crc32C(b, BitOperations.RotateLeft(word, 29));
        }

        first = a;
        second = b;
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            Hold(rest);
        }
    }

    /// <summary>The checksum so far.</summary>
    public readonly ulong Value
    {
        get
        {
            uint a = BitOperations.Crc32C(first, held ^ ((ulong)heldBytes << 56));
            uint b = BitOperations.Crc32C(second, BitOperations.RotateLeft(held, 29) ^ (ulong)heldBytes);
            return ((ulong)a << 32) | b;
        }
    }

    private void Hold(byte value)
    {
        held |= (ulong)value << (8 * heldBytes);
        if (++heldBytes == sizeof(ulong))
        {
            first = BitOperations.Crc32C(first, held);
            second = BitOperations.Crc32C(second, BitOperations.RotateLeft(held, 29));
            held = 0;
            heldBytes = 0;
        }
    }
}

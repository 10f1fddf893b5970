using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// A fast 64-bit checksum of a piece's bytes: four lanes of multiply and rotate, at several GB/s without special instructions. For what is on the disk, and for telling two downloads of a
/// piece apart. Whether the content is what the hub published is SHA-256's to say, never this one's.
/// </summary>
internal struct PieceChecksum
{
    private const int StripeBytes = 32;
    private const ulong Multiplier = 0x9E3779B97F4A7C15; // 2^64 divided by the golden ratio, odd
    private const ulong Other = 0xD6E8FEB86659FD93; // odd, with as many ones as zeros, nearly

    private ulong a = Multiplier;
    private ulong b = Other;
    private ulong c = ~Multiplier;
    private ulong d = ~Other;
    private ulong length;
    private Stripe held;
    private int heldBytes;

    public PieceChecksum()
    {
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
        length += (ulong)bytes.Length;
        Span<byte> buffer = MemoryMarshal.AsBytes(new Span<Stripe>(ref held));
        if (heldBytes > 0)
        {
            int fill = Math.Min(StripeBytes - heldBytes, bytes.Length);
            bytes[..fill].CopyTo(buffer[heldBytes..]);
            heldBytes += fill;
            bytes = bytes[fill..];
            if (heldBytes < StripeBytes)
            {
                return;
            }

            Mix(MemoryMarshal.Cast<byte, ulong>(buffer));
            heldBytes = 0;
        }

        int whole = bytes.Length & ~(StripeBytes - 1);
        Mix(MemoryMarshal.Cast<byte, ulong>(bytes[..whole]));
        bytes[whole..].CopyTo(buffer);
        heldBytes = bytes.Length - whole;
    }

    /// <summary>The checksum so far.</summary>
    public readonly ulong Value
    {
        get
        {
            ulong sum = Step(Step(Step(Step(length * Multiplier, a), b), c), d);
            Stripe rest = held;
            Span<byte> buffer = MemoryMarshal.AsBytes(new Span<Stripe>(ref rest));
            buffer[heldBytes..].Clear();
            for (int i = 0; i < heldBytes; i += sizeof(ulong))
            {
                sum = Step(sum, BinaryPrimitives.ReadUInt64LittleEndian(buffer[i..]));
            }

            sum ^= sum >> 32;
            sum *= Other;
            return sum ^ (sum >> 29);
        }
    }

    private static ulong Step(ulong lane, ulong word) => BitOperations.RotateLeft(lane ^ (word * Other), 31) * Multiplier;

    private void Mix(ReadOnlySpan<ulong> words)
    {
        // on the stack, so that the lanes stay in registers
        (ulong w, ulong x, ulong y, ulong z) = (a, b, c, d);
        for (int i = 0; i + 3 < words.Length; i += 4)
        {
            w = Step(w, words[i]);
            x = Step(x, words[i + 1]);
            y = Step(y, words[i + 2]);
            z = Step(z, words[i + 3]);
        }

        (a, b, c, d) = (w, x, y, z);
    }

    [StructLayout(LayoutKind.Sequential, Size = StripeBytes)]
    private struct Stripe;
}

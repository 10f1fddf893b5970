using System.Buffers;
using System.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// Makes text of bytes that come in pieces: never half a character, nothing held back longer than its last byte needs; bytes that can make no character
/// become U+FFFD, as <see cref="Encoding.UTF8"/> makes them of the whole.
/// </summary>
internal sealed class Utf8Decoder
{
    private readonly byte[] held = new byte[4];
    private int heldCount;

    /// <summary>Bytes that wait for the rest of their character.</summary>
    public int Held => heldCount;

    /// <summary>Appends the characters that are whole now.</summary>
    public void Append(ReadOnlySpan<byte> bytes, StringBuilder output)
    {
        Span<char> units = stackalloc char[2];
        while (heldCount > 0 && !bytes.IsEmpty)
        {
            held[heldCount++] = bytes[0];
            bytes = bytes[1..];
            OperationStatus status = Rune.DecodeFromUtf8(held.AsSpan(0, heldCount), out Rune rune, out int used);
            if (status == OperationStatus.NeedMoreData)
            {
                continue;
            }

            output.Append(units[..rune.EncodeToUtf16(units)]);
            held.AsSpan(used, heldCount - used).CopyTo(held);
            heldCount -= used;
            Settle(output, units);
        }

        while (!bytes.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used);
            if (status == OperationStatus.NeedMoreData)
            {
                bytes.CopyTo(held);
                heldCount = bytes.Length;
                return;
            }

            output.Append(units[..rune.EncodeToUtf16(units)]);
            bytes = bytes[used..];
        }
    }

    /// <summary>The end: a character that never became whole is U+FFFD.</summary>
    public void Flush(StringBuilder output)
    {
        if (heldCount > 0)
        {
            output.Append(Encoding.UTF8.GetString(held, 0, heldCount));
            heldCount = 0;
        }
    }

    /// <summary>After a broken character, what is left of the held bytes may itself be whole.</summary>
    private void Settle(StringBuilder output, Span<char> units)
    {
        while (heldCount > 0 && Rune.DecodeFromUtf8(held.AsSpan(0, heldCount), out Rune rune, out int used) != OperationStatus.NeedMoreData)
        {
            output.Append(units[..rune.EncodeToUtf16(units)]);
            held.AsSpan(used, heldCount - used).CopyTo(held);
            heldCount -= used;
        }
    }
}

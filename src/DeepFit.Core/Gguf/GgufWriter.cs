using System.Buffers.Binary;
using System.Text;

namespace DeepFit.Core.Gguf;

/// <summary>Writes GGUF files, little-endian, version 3 (or 2).</summary>
public static class GgufWriter
{
    /// <summary>The alignment of tensor data when <c>general.alignment</c> is absent (<c>gguf.h</c>, <c>GGUF_DEFAULT_ALIGNMENT</c>).</summary>
    public const int DefaultAlignment = 32;

    internal const string AlignmentKey = "general.alignment";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Writes everything before the tensors' data, padding included; the stream then stands at <see cref="GgufHeader.DataOffset"/>. The tensors'
    /// offsets are laid out here, one after the other and aligned, as llama.cpp demands (<c>gguf.cpp</c>); those that were given are ignored.
    /// </summary>
    /// <param name="output">Where to write, from its present position.</param>
    /// <param name="metadata">The metadata; <c>general.alignment</c> (uint32) rules the layout.</param>
    /// <param name="tensors">The tensors, in the order of their data.</param>
    /// <param name="version">3 or 2: the bytes differ in the version number alone.</param>
    /// <returns>The header with its offsets; <see cref="GgufHeader.DataEnd"/> is the length of the whole file.</returns>
    /// <exception cref="ArgumentException">Metadata or tensors that no reader would take: a skipped array, a bad alignment, a duplicate name, a row that is no whole number of blocks.</exception>
    public static GgufHeader WriteHeader(Stream output, GgufMetadata metadata, IReadOnlyList<GgufTensorInfo> tensors, int version = 3)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(tensors);
        if (version is not (2 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(version), version, "GGUF is written as version 2 or 3");
        }

        int alignment = AlignmentOf(metadata);
        List<GgufTensorInfo> placed = Place(tensors, alignment);

        using var buffer = new MemoryStream();
        buffer.Write("GGUF"u8);
        WriteUInt32(buffer, (uint)version);
        WriteUInt64(buffer, (ulong)placed.Count);
        WriteUInt64(buffer, (ulong)metadata.Count);
        foreach ((string key, GgufValue value) in metadata)
        {
            WriteString(buffer, key);
            WriteUInt32(buffer, (uint)value.Type);
            WriteValue(buffer, key, value);
        }

        foreach (GgufTensorInfo tensor in placed)
        {
            WriteString(buffer, tensor.Name);
            WriteUInt32(buffer, (uint)tensor.Shape.Count);
            foreach (long extent in tensor.Shape)
            {
                WriteUInt64(buffer, (ulong)extent);
            }

            WriteUInt32(buffer, (uint)tensor.Type);
            WriteUInt64(buffer, (ulong)tensor.Offset);
        }

        var header = new GgufHeader(version, metadata, placed, alignment, buffer.Length, null, null);
        WritePadding(buffer, header.DataOffset - buffer.Length);
        buffer.WriteTo(output);
        return header;
    }

    /// <summary>Writes a whole file: header, then every tensor's data, each padded to the alignment.</summary>
    /// <param name="output">Where to write, from its present position.</param>
    /// <param name="metadata">The metadata.</param>
    /// <param name="tensors">The tensors, in the order of their data.</param>
    /// <param name="writeData">Called once for each tensor, in order: writes exactly <see cref="GgufTensorInfo.Bytes"/> bytes.</param>
    /// <param name="version">3 or 2.</param>
    /// <exception cref="ArgumentException">As <see cref="WriteHeader"/>.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="writeData"/> wrote more or fewer bytes than the tensor has.</exception>
    public static GgufHeader Write(
        Stream output,
        GgufMetadata metadata,
        IReadOnlyList<GgufTensorInfo> tensors,
        Action<GgufTensorInfo, Stream> writeData,
        int version = 3)
    {
        ArgumentNullException.ThrowIfNull(writeData);
        GgufHeader header = WriteHeader(output, metadata, tensors, version);
        foreach (GgufTensorInfo tensor in header.Tensors)
        {
            using var counted = new CountedWriteStream(output, tensor.Bytes);
            writeData(tensor, counted);
            if (counted.Remaining != 0)
            {
                throw new InvalidOperationException($"{tensor.Name}: {counted.Remaining} of {tensor.Bytes} bytes were not written");
            }

            WritePadding(output, GgufHeader.Align(tensor.Bytes, header.Alignment) - tensor.Bytes);
        }

        return header;
    }

    private static int AlignmentOf(GgufMetadata metadata)
    {
        if (!metadata.TryGetValue(AlignmentKey, out GgufValue? value))
        {
            return DefaultAlignment;
        }

        return value.Type == GgufValueType.UInt32 && value.TryGetInt64(out long alignment) && alignment is > 0 and <= 1 << 30 && long.IsPow2(alignment)
            ? (int)alignment
            : throw new ArgumentException($"{AlignmentKey} must be a uint32 power of two, not {value}", nameof(metadata));
    }

    private static List<GgufTensorInfo> Place(IReadOnlyList<GgufTensorInfo> tensors, int alignment)
    {
        var placed = new List<GgufTensorInfo>(tensors.Count);
        var names = new HashSet<string>(tensors.Count, StringComparer.Ordinal);
        long offset = 0;
        foreach (GgufTensorInfo tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"the tensor {tensor.Name} is there twice", nameof(tensors));
            }

            if (tensor.Shape.Count is < 1 or > 4 || tensor.Shape.Any(extent => extent < 1))
            {
                throw new ArgumentException($"the tensor {tensor.Name} needs one to four positive extents", nameof(tensors));
            }

            placed.Add(tensor with { Offset = offset });
            offset = GgufHeader.Align(checked(offset + tensor.Bytes), alignment);
        }

        return placed;
    }

    private static void WriteValue(MemoryStream output, string key, GgufValue value)
    {
        switch (value.Type)
        {
            case GgufValueType.String:
                value.TryGetString(out string? text);
                WriteString(output, text!);
                break;
            case GgufValueType.Array:
                Array elements = value.Elements
                    ?? throw new ArgumentException($"the elements of {key} were not kept by the reader; read the file with GgufReaderOptions.Everything");
                WriteUInt32(output, (uint)value.ElementType!.Value);
                WriteUInt64(output, (ulong)elements.Length);
                WriteElements(output, elements);
                break;
            default:
                WriteBits(output, value.Bits, value.Type.FixedSize());
                break;
        }
    }

    private static void WriteElements(MemoryStream output, Array elements)
    {
        switch (elements)
        {
            case string[] texts:
                foreach (string text in texts)
                {
                    WriteString(output, text);
                }

                break;
            case bool[] flags:
                foreach (bool flag in flags)
                {
                    output.WriteByte(flag ? (byte)1 : (byte)0);
                }

                break;
            case float[] values:
                foreach (float value in values)
                {
                    WriteUInt32(output, BitConverter.SingleToUInt32Bits(value));
                }

                break;
            case double[] values:
                foreach (double value in values)
                {
                    WriteUInt64(output, BitConverter.DoubleToUInt64Bits(value));
                }

                break;

            // The runtime lets sbyte[] pass for byte[], short[] for ushort[] and so on, with the same bits: what is wanted here.
            case byte[] values:
                output.Write(values);
                break;
            case ushort[] values:
                foreach (ushort value in values)
                {
                    WriteBits(output, value, 2);
                }

                break;
            case uint[] values:
                foreach (uint value in values)
                {
                    WriteUInt32(output, value);
                }

                break;
            case ulong[] values:
                foreach (ulong value in values)
                {
                    WriteUInt64(output, value);
                }

                break;
            default:
                throw new ArgumentException($"GGUF has no array of {elements.GetType()}", nameof(elements));
        }
    }

    private static void WriteString(MemoryStream output, string text)
    {
        byte[] bytes = StrictUtf8.GetBytes(text);
        WriteUInt64(output, (ulong)bytes.Length);
        output.Write(bytes);
    }

    private static void WriteUInt32(MemoryStream output, uint value) => WriteBits(output, value, 4);

    private static void WriteUInt64(MemoryStream output, ulong value) => WriteBits(output, value, 8);

    private static void WriteBits(MemoryStream output, ulong bits, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, bits);
        output.Write(bytes[..size]);
    }

    private static void WritePadding(Stream output, long count)
    {
        Span<byte> zeros = stackalloc byte[256];
        zeros.Clear();
        for (; count > 0; count -= Math.Min(count, zeros.Length))
        {
            output.Write(zeros[..(int)Math.Min(count, zeros.Length)]);
        }
    }
}

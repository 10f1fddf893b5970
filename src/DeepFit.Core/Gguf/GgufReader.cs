using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DeepFit.Core.Gguf;

/// <summary>
/// Reads the headers of GGUF files, versions 2 and 3, little-endian, forward from any stream. A file that is not well-formed ends in a
/// <see cref="GgufFormatException"/>; no number in a file makes the reader take memory that the file's own bytes do not justify.
/// </summary>
public static class GgufReader
{
    // The least that an entry takes: a key of one byte with its length, the type, a value of one byte.
    private const int LeastMetadataBytes = 8 + 1 + 4 + 1;

    /// <summary>The least that a tensor takes: a name of one byte with its length, the number of dimensions, one of them, type and offset.</summary>
    private const int LeastTensorBytes = 8 + 1 + 4 + 8 + 4 + 8;

    /// <summary>Reads a header.</summary>
    /// <param name="stream">The file from its first byte; read forward, a little past the header; left open.</param>
    /// <param name="options">Limits and what to keep; null for <see cref="GgufReaderOptions.Default"/>.</param>
    /// <exception cref="GgufFormatException">The file is no well-formed GGUF file, or passes a limit.</exception>
    public static GgufHeader Read(Stream stream, GgufReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= GgufReaderOptions.Default;
        var cursor = new GgufCursor(stream, options);
        int version = ReadVersion(cursor);
        cursor.At("tensor_count");
        int tensorCount = ReadTensorCount(cursor, options);
        cursor.At("metadata_kv_count");
        int metadataCount = cursor.ReadCount(options.MaxMetadataCount, LeastMetadataBytes);

        int alignment = GgufWriter.DefaultAlignment;
        var metadata = new GgufMetadata();
        for (int i = 0; i < metadataCount; i++)
        {
            cursor.At(Indexed("metadata", i), "key");
            string key = ReadName(cursor, options.MaxKeyLength);
            if (metadata.ContainsKey(key))
            {
                throw cursor.Fail(GgufProblems.DuplicateKey(key), cursor.FieldOffset);
            }

            cursor.At(key, "type");
            GgufValueType type = ReadType(cursor);
            cursor.At(key);
            long offset = cursor.Position;
            GgufValue value = ReadValue(cursor, options, key, type);
            metadata.Add(key, value, offset);
            if (key == GgufWriter.AlignmentKey)
            {
                alignment = CheckAlignment(cursor, options, value);
            }
        }

        IReadOnlyList<GgufTensorInfo> tensors = GgufTensorSection.Read(cursor, options, tensorCount, alignment);
        return new GgufHeader(version, metadata, tensors, alignment, cursor.Position, cursor.Length, options.Source);
    }

    /// <summary>A key or a tensor's name: not empty, no zero byte. Leaves the cursor's field at its length.</summary>
    internal static string ReadName(GgufCursor cursor, int limit)
    {
        long offset = cursor.Position;
        string name = cursor.ReadString(limit);
        if (name.Length == 0)
        {
            throw cursor.Fail(GgufProblems.EmptyName, offset);
        }

        return name.Contains('\0') ? throw cursor.Fail(GgufProblems.NulInName, offset) : name;
    }

    internal static string Indexed(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]");

    private static int ReadVersion(GgufCursor cursor)
    {
        cursor.At("magic");
        ReadOnlySpan<byte> magic = cursor.Take(4);
        if (!magic.SequenceEqual("GGUF"u8))
        {
            throw cursor.Fail(GgufProblems.WrongMagic(magic));
        }

        cursor.At("version");
        uint version = cursor.ReadUInt32();
        return version switch
        {
            2 or 3 => (int)version,
            not 0 when (version & 0xffff) == 0 => throw cursor.Fail(GgufProblems.BigEndian), // gguf.cpp does the same test
            _ => throw cursor.Fail(GgufProblems.UnsupportedVersion(version)),
        };
    }

    private static int ReadTensorCount(GgufCursor cursor, GgufReaderOptions options) => cursor.ReadCount(options.MaxTensors, LeastTensorBytes);

    private static GgufValueType ReadType(GgufCursor cursor)
    {
        uint number = cursor.ReadUInt32();
        var type = (GgufValueType)number;
        return type.IsKnown() ? type : throw cursor.Fail(GgufProblems.UnknownValueType(number));
    }

    private static GgufValue ReadValue(GgufCursor cursor, GgufReaderOptions options, string key, GgufValueType type)
    {
        switch (type)
        {
            case GgufValueType.String:
                return GgufValue.From(cursor.ReadString(options.MaxStringLength));
            case GgufValueType.Array:
                return ReadArray(cursor, options, key);
        }

        ReadOnlySpan<byte> bytes = cursor.Take(type.FixedSize());
        return type switch
        {
            GgufValueType.UInt8 => GgufValue.From(bytes[0]),
            GgufValueType.Int8 => GgufValue.From((sbyte)bytes[0]),
            GgufValueType.UInt16 => GgufValue.From(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            GgufValueType.Int16 => GgufValue.From(BinaryPrimitives.ReadInt16LittleEndian(bytes)),
            GgufValueType.UInt32 => GgufValue.From(BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
            GgufValueType.Int32 => GgufValue.From(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            GgufValueType.UInt64 => GgufValue.From(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
            GgufValueType.Int64 => GgufValue.From(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            GgufValueType.Float32 => GgufValue.From(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
            GgufValueType.Float64 => GgufValue.From(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
            _ => bytes[0] <= 1 ? GgufValue.From(bytes[0] == 1) : throw cursor.Fail(GgufProblems.InvalidBool(bytes[0])),
        };
    }

    private static GgufValue ReadArray(GgufCursor cursor, GgufReaderOptions options, string key)
    {
        cursor.At(key, "element_type");
        GgufValueType elementType = ReadType(cursor);
        if (elementType == GgufValueType.Array)
        {
            throw cursor.Fail(GgufProblems.NestedArray);
        }

        cursor.At(key, "count");
        int size = elementType.FixedSize();
        int count = cursor.ReadCount(options.MaxArrayElements, elementType == GgufValueType.String ? sizeof(ulong) : size);
        cursor.At(key);
        if (count > options.MaxKeptArrayElements)
        {
            if (elementType == GgufValueType.String)
            {
                for (int i = 0; i < count; i++)
                {
                    cursor.SkipString(options.MaxStringLength);
                }
            }
            else
            {
                cursor.Skip((long)count * size);
            }

            return GgufValue.Skipped(elementType, count);
        }

        return elementType switch
        {
            GgufValueType.String => GgufValue.FromArray(ReadStrings(cursor, count, options.MaxStringLength)),
            GgufValueType.Bool => GgufValue.FromArray(ReadBools(cursor, count)),
            GgufValueType.UInt8 => GgufValue.FromArray(ReadNumbers<byte>(cursor, count)),
            GgufValueType.Int8 => GgufValue.FromArray(ReadNumbers<sbyte>(cursor, count)),
            GgufValueType.UInt16 => GgufValue.FromArray(ReadNumbers<ushort>(cursor, count)),
            GgufValueType.Int16 => GgufValue.FromArray(ReadNumbers<short>(cursor, count)),
            GgufValueType.UInt32 => GgufValue.FromArray(ReadNumbers<uint>(cursor, count)),
            GgufValueType.Int32 => GgufValue.FromArray(ReadNumbers<int>(cursor, count)),
            GgufValueType.Float32 => GgufValue.FromArray(ReadNumbers<float>(cursor, count)),
            GgufValueType.UInt64 => GgufValue.FromArray(ReadNumbers<ulong>(cursor, count)),
            GgufValueType.Int64 => GgufValue.FromArray(ReadNumbers<long>(cursor, count)),
            _ => GgufValue.FromArray(ReadNumbers<double>(cursor, count)),
        };
    }

    private static string[] ReadStrings(GgufCursor cursor, int count, int limit)
    {
        string[] texts = new string[Math.Min(count, 1024)];
        for (int i = 0; i < count; i++)
        {
            if (i == texts.Length)
            {
                Array.Resize(ref texts, (int)Math.Min(count, texts.Length * 2L));
            }

            texts[i] = cursor.ReadString(limit);
        }

        return texts;
    }

    private static bool[] ReadBools(GgufCursor cursor, int count)
    {
        byte[] bytes = ReadNumbers<byte>(cursor, count);
        bool[] flags = new bool[count];
        for (int i = 0; i < count; i++)
        {
            flags[i] = bytes[i] <= 1 ? bytes[i] == 1 : throw cursor.Fail(GgufProblems.InvalidBool(bytes[i]));
        }

        return flags;
    }

    /// <summary>Numbers in the file's byte order, which every platform of .NET 10 that DeepFit runs on shares.</summary>
    private static T[] ReadNumbers<T>(GgufCursor cursor, int count)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("DeepFit runs on little-endian processors");
        }

        T[] numbers = new T[Math.Min(count, 8192)];
        for (int read = 0; read < count;)
        {
            if (read == numbers.Length)
            {
                Array.Resize(ref numbers, (int)Math.Min(count, numbers.Length * 2L));
            }

            cursor.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan(read)));
            read = numbers.Length;
        }

        return numbers;
    }

    private static int CheckAlignment(GgufCursor cursor, GgufReaderOptions options, GgufValue value)
    {
        if (value.Type != GgufValueType.UInt32)
        {
            throw cursor.Fail(GgufProblems.AlignmentType);
        }

        value.TryGetInt64(out long alignment);
        return alignment > 0 && alignment <= options.MaxAlignment && long.IsPow2(alignment)
            ? (int)alignment
            : throw cursor.Fail(GgufProblems.BadAlignment(alignment, options.MaxAlignment));
    }
}

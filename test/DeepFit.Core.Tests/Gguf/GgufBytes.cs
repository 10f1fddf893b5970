using System.Buffers.Binary;
using System.Text;

namespace DeepFit.Core.Tests.Gguf;

/// <summary>Puts GGUF bytes together by hand, right or wrong, without the writer under test.</summary>
internal sealed class GgufBytes
{
    private readonly List<byte> _bytes = [];

    public long Position => _bytes.Count;

    /// <summary>Magic, version and counts.</summary>
    public static GgufBytes Start(ulong tensors, ulong metadata, uint version = 3) =>
        new GgufBytes().Raw("GGUF"u8).U32(version).U64(tensors).U64(metadata);

    /// <summary>A file with one tensor description of the caller's making and no metadata.</summary>
    public static GgufBytes Tensor(string name, uint dimensions, ulong[] extents, uint type, ulong offset) =>
        Start(1, 0).AddTensor(name, dimensions, extents, type, offset);

    public GgufBytes AddTensor(string name, uint dimensions, ulong[] extents, uint type, ulong offset)
    {
        Text(name).U32(dimensions);
        foreach (ulong extent in extents)
        {
            U64(extent);
        }

        return U32(type).U64(offset);
    }

    public GgufBytes Key(string key, uint type) => Text(key).U32(type);

    public GgufBytes Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public GgufBytes Text(byte[] text) => U64((ulong)text.Length).Raw(text);

    public GgufBytes U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public GgufBytes U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public GgufBytes Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Zeros up to a multiple of 32, then so many more.</summary>
    public GgufBytes Data(int count) => Raw(new byte[((32 - (int)(Position % 32)) % 32) + count]);

    public byte[] ToArray() => [.. _bytes];
}

/// <summary>Bytes as a stream that neither seeks nor tells its length, and hands out few bytes at a time.</summary>
internal sealed class TrickleStream(byte[] bytes, int chunk = 7) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int some = Math.Min(Math.Min(count, chunk), bytes.Length - _position);
        bytes.AsSpan(_position, some).CopyTo(buffer.AsSpan(offset));
        _position += some;
        return some;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

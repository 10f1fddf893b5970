using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using DeepFit.Core.Text;

namespace DeepFit.Core.Gguf;

/// <summary>
/// Reads the primitives of a GGUF header forward from a stream. Memory follows the bytes that really arrive, never a number in the file;
/// every failure is a <see cref="GgufFormatException"/> at the field being read.
/// </summary>
internal sealed class GgufCursor
{
    private const int BufferSize = 64 << 10;

    private readonly Stream _stream;
    private readonly GgufReaderOptions _options;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;
    private string _owner = "";
    private string? _member;

    public GgufCursor(Stream stream, GgufReaderOptions options)
    {
        _stream = stream;
        _options = options;
        Length = options.Length ?? (stream.CanSeek ? stream.Length - stream.Position : null);
        _buffer = new byte[(int)Math.Clamp(Length ?? BufferSize, 16, BufferSize)];
    }

    /// <summary>Bytes of the file, when known.</summary>
    public long? Length { get; }

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Where the field read last begins.</summary>
    public long FieldOffset { get; private set; }

    /// <summary>Bytes that may still come: to the end of the file when it is known, to the longest header otherwise.</summary>
    public long Remaining => Math.Max(0, Math.Min(Length ?? long.MaxValue, _options.MaxHeaderBytes) - Position);

    /// <summary>Names what is read next: <c>owner</c> or <c>owner.member</c>.</summary>
    public void At(string owner, string? member = null)
    {
        _owner = owner;
        _member = member;
    }

    public GgufFormatException Fail(BilingualText problem) => Fail(problem, FieldOffset);

    public GgufFormatException Fail(BilingualText problem, long offset) =>
        new(_options.Source, offset, _member is null ? _owner : $"{_owner}.{_member}", problem);

    public uint ReadUInt32()
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return value;
    }

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>The next bytes, at most 16; valid until the next read.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        FieldOffset = Position;
        Require(count);
        if (!Fill(count))
        {
            throw Fail(GgufProblems.Truncated);
        }

        return Consume(count);
    }

    /// <summary>A count that is bounded by a limit and by the bytes that remain.</summary>
    public int ReadCount(int limit, int leastBytesEach)
    {
        ulong count = ReadUInt64();
        if (count > (ulong)limit)
        {
            throw Fail(GgufProblems.CountBeyondLimit(count, limit));
        }

        long least = (long)count * leastBytesEach;
        return least <= Remaining ? (int)count : throw Fail(Beyond(least) ?? GgufProblems.CountBeyondFile(count, Remaining));
    }

    /// <summary>A text with its 64-bit length in front.</summary>
    public string ReadString(int limit)
    {
        long offset = Position;
        int length = ReadLength(limit);
        if (length <= _buffer.Length)
        {
            if (!Fill(length))
            {
                throw Fail(GgufProblems.Truncated, offset);
            }

            return Decode(Consume(length), offset);
        }

        // Longer than the buffer: grows with what arrives.
        byte[] bytes = new byte[_buffer.Length];
        int read = 0;
        while (read < length)
        {
            if (read == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(length, bytes.Length * 2L));
            }

            read += ReadSome(bytes.AsSpan(read, Math.Min(bytes.Length, length) - read), offset);
        }

        return Decode(bytes.AsSpan(0, length), offset);
    }

    /// <summary>Passes over a text, whose bytes are not looked at.</summary>
    public void SkipString(int limit)
    {
        long offset = Position;
        Skip(ReadLength(limit));
        FieldOffset = offset;
    }

    /// <summary>Fills a span.</summary>
    public void ReadExactly(Span<byte> target)
    {
        FieldOffset = Position;
        Require(target.Length);
        for (int read = 0; read < target.Length;)
        {
            read += ReadSome(target[read..], FieldOffset);
        }
    }

    /// <summary>Passes over bytes: by seeking when the stream can, by reading otherwise.</summary>
    public void Skip(long count)
    {
        FieldOffset = Position;
        Require(count);
        int buffered = (int)Math.Min(count, _end - _start);
        Consume(buffered);
        count -= buffered;
        if (count > _buffer.Length && _stream.CanSeek)
        {
            _stream.Seek(count, SeekOrigin.Current);
            Position += count;
            return;
        }

        while (count > 0)
        {
            if (!Fill(1))
            {
                throw Fail(GgufProblems.Truncated);
            }

            int some = (int)Math.Min(count, _end - _start);
            Consume(some);
            count -= some;
        }
    }

    private int ReadLength(int limit)
    {
        ulong length = ReadUInt64();
        if (length > (ulong)limit)
        {
            throw Fail(GgufProblems.LengthBeyondLimit(length, limit));
        }

        return length <= (ulong)Remaining ? (int)length : throw Fail(Beyond((long)length) ?? GgufProblems.LengthBeyondFile(length, Remaining));
    }

    private string Decode(ReadOnlySpan<byte> bytes, long offset) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Fail(GgufProblems.InvalidUtf8, offset);

    /// <summary>Refuses what passes the end of the file or the longest header.</summary>
    private void Require(long count)
    {
        if (count > Remaining)
        {
            throw Fail(Beyond(count) ?? GgufProblems.Truncated);
        }
    }

    /// <summary>That the longest header stops the reader, not the end of the file; null when it is the end.</summary>
    private BilingualText? Beyond(long count) =>
        Length is { } length && length - Position < count ? null : GgufProblems.HeaderTooLong(_options.MaxHeaderBytes);

    private ReadOnlySpan<byte> Consume(int count)
    {
        ReadOnlySpan<byte> taken = _buffer.AsSpan(_start, count);
        _start += count;
        Position += count;
        return taken;
    }

    private int ReadSome(Span<byte> target, long fieldOffset)
    {
        if (!Fill(1))
        {
            throw Fail(GgufProblems.Truncated, fieldOffset);
        }

        int some = Math.Min(target.Length, _end - _start);
        Consume(some).CopyTo(target);
        return some;
    }

    /// <summary>Makes sure of this many bytes in the buffer; false when the stream ends first.</summary>
    private bool Fill(int count)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < count)
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}

using DeepFit.Core.Text;

namespace DeepFit.Engine.Downloads;

/// <summary>
/// A file behind an HTTP address as a read-only, seekable stream: every block is fetched by a range request when it is first read. Serves
/// to read the header of a model of hundreds of GB in a few requests. Not for several threads at once.
/// </summary>
/// <remarks>
/// A server that does not serve ranges, refuses, cannot be reached or changes the file in between ends in a <see cref="UserErrorException"/>.
/// The synchronous methods need a client whose handlers support <see cref="HttpClient.Send(HttpRequestMessage)"/>, as the default one does.
/// </remarks>
public sealed class HttpRangeStream : Stream
{
    private readonly HttpRangeClient _client;
    private readonly HttpRangeStreamOptions _options;
    private readonly LinkedList<HttpRangeBlock> _blocks = [];
    private long _cachedBytes;
    private long _nextForward;
    private int _nextSize;
    private long _position;
    private bool _disposed;

    private HttpRangeStream(HttpRangeClient client, HttpRangeStreamOptions options)
    {
        _client = client;
        _options = options;
        _nextSize = options.FirstBlockBytes;
    }

    /// <summary>The address that was opened.</summary>
    public Uri Address => _client.Address;

    /// <summary>The server's entity tag, quotes included, or null.</summary>
    public string? EntityTag => _client.EntityTag?.Tag;

    /// <summary>Range requests that were answered so far.</summary>
    public int RequestCount => _client.AnsweredRequests;

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => !_disposed;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>The file's length in bytes, as the server's Content-Range says.</summary>
    public override long Length => _client.TotalLength ?? 0;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Opens an address and fetches its first block.</summary>
    /// <param name="client">Sends the requests; stays the caller's. Whether it follows redirects itself does not matter.</param>
    /// <param name="address">An absolute http or https address.</param>
    /// <param name="options">Sizes and limits; null for the default.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="UserErrorException">The address cannot be read by ranges; the message says why and what to do.</exception>
    public static async Task<HttpRangeStream> OpenAsync(
        HttpClient client, Uri address, HttpRangeStreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        HttpRangeStream stream = Create(client, address, options);
        await stream.FetchAsync(0, synchronous: false, cancellationToken).ConfigureAwait(false);
        return stream;
    }

    /// <summary><see cref="OpenAsync"/>, synchronously: for the delegates of <see cref="DeepFit.Core.Gguf.GgufSplit"/>.</summary>
    public static HttpRangeStream Open(HttpClient client, Uri address, HttpRangeStreamOptions? options = null)
    {
        HttpRangeStream stream = Create(client, address, options);
        stream.FetchAsync(0, synchronous: true, CancellationToken.None).GetAwaiter().GetResult(); // completed: every step was synchronous
        return stream;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || AtEnd())
        {
            return 0;
        }

        HttpRangeBlock block = Find(_position) ?? FetchAsync(_position, synchronous: true, CancellationToken.None).GetAwaiter().GetResult();
        return Copy(block, buffer);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || AtEnd())
        {
            return 0;
        }

        HttpRangeBlock block = Find(_position) ?? await FetchAsync(_position, synchronous: false, cancellationToken).ConfigureAwait(false);
        return Copy(block, buffer.Span);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = checked(offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            _ => Length,
        });
        if (target < 0)
        {
            throw new IOException("a position before the file's start");
        }

        return _position = target;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _blocks.Clear();
        base.Dispose(disposing);
    }

    private static HttpRangeStream Create(HttpClient client, Uri address, HttpRangeStreamOptions? options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(address);
        options ??= HttpRangeStreamOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstBlockBytes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBlockBytes, options.FirstBlockBytes, nameof(options));
        return address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? new HttpRangeStream(new HttpRangeClient(client, address, options), options)
            : throw HttpRangeErrors.NotHttp(address);
    }

    private bool AtEnd()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _position >= Length;
    }

    private int Copy(HttpRangeBlock block, Span<byte> buffer)
    {
        int start = (int)(_position - block.Offset);
        int count = Math.Min(buffer.Length, block.Bytes.Length - start);
        block.Bytes.AsSpan(start, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <summary>The kept block that holds a position, moved to the front; or null.</summary>
    private HttpRangeBlock? Find(long position)
    {
        for (LinkedListNode<HttpRangeBlock>? node = _blocks.First; node is not null; node = node.Next)
        {
            if (position >= node.Value.Offset && position < node.Value.Offset + node.Value.Bytes.Length)
            {
                _blocks.Remove(node);
                _blocks.AddFirst(node);
                return node.Value;
            }
        }

        return null;
    }

    private async Task<HttpRangeBlock> FetchAsync(long position, bool synchronous, CancellationToken cancellationToken)
    {
        // Forward reading asks for more each time; a jump begins small again.
        int size = position == _nextForward ? _nextSize : _options.FirstBlockBytes;
        HttpRangeBlock block = await _client.GetAsync(position, size, synchronous, cancellationToken).ConfigureAwait(false);
        _nextForward = position + block.Bytes.Length;
        _nextSize = (int)Math.Min(size * 2L, _options.MaxBlockBytes);

        _blocks.AddFirst(block);
        _cachedBytes += block.Bytes.Length;
        while (_cachedBytes > _options.MaxCachedBytes && _blocks.Count > 1)
        {
            _cachedBytes -= _blocks.Last!.Value.Bytes.Length;
            _blocks.RemoveLast();
        }

        return block;
    }
}

/// <summary>Bytes of the file from an offset on.</summary>
internal sealed record HttpRangeBlock(long Offset, byte[] Bytes);

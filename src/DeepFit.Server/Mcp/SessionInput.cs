namespace DeepFit.Server.Mcp;

/// <summary>
/// The input of a session. A pipe's read cannot be stopped: here the session ends at once when it is to stop, and what is under way hears that the other side is gone.
/// </summary>
internal sealed class SessionInput(Stream input, CancellationToken stop) : Stream
{
    private readonly CancellationTokenSource ended = new();

    /// <summary>Cancelled when the input has ended, or the session is to stop.</summary>
    public CancellationToken Ended => ended.Token;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = 0;
        try
        {
            // the read goes to a buffer of its own: it may end after this call was given up
            byte[] own = new byte[buffer.Length];
            read = await input.ReadAsync(own, cancellationToken).AsTask().WaitAsync(stop).ConfigureAwait(false);
            own.AsMemory(0, read).CopyTo(buffer);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the end of the session is the end of its input
        }
        finally
        {
            if (read == 0)
            {
                await ended.CancelAsync().ConfigureAwait(false);
            }
        }

        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("the session reads asynchronously");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ended.Dispose();
        }

        base.Dispose(disposing);
    }
}

using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using DeepFit.Core.Text;
using Polly;
using Polly.Retry;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// Fetches pieces, whatever happens on the way: a broken connection goes on where it broke, a busy server is asked again when it wants to be, a source that fails for good gives way
/// to the next.
/// </summary>
internal sealed class PieceFetcher
{
    private const int BufferBytes = 256 << 10; // stays in the second-level cache until it is written

    private readonly SourceConnection[] sources;
    private readonly PieceMap map;
    private readonly TransferOptions options;
    private readonly ConnectionGate gate;
    private readonly Action<BilingualText> note;
    private readonly ResiliencePipeline pipeline;
    private int current;

    public PieceFetcher(SourceConnection[] sources, int current, PieceMap map, TransferOptions options, ConnectionGate gate, Action<BilingualText> note)
    {
        this.sources = sources;
        this.current = current;
        this.map = map;
        this.options = options;
        this.gate = gate;
        this.note = note;
        pipeline = CreatePipeline();
    }

    /// <summary>The source that serves now.</summary>
    public SourceConnection Source => sources[Volatile.Read(ref current)];

    /// <summary>Bytes that came over the network, repeated ones counted.</summary>
    public long NetworkBytes => Interlocked.Read(ref networkBytes);

    private long networkBytes;

    /// <summary>Fetches one piece.</summary>
    /// <param name="piece">Its number.</param>
    /// <param name="sink">Takes the bytes as they arrive: offset in the file, and the bytes. Called in order.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>The checksum, and whether anything went wrong on the way.</returns>
    public async Task<(ulong Checksum, bool Interrupted)> FetchAsync(int piece, Action<long, ReadOnlyMemory<byte>> sink, CancellationToken token)
    {
        while (true)
        {
            int used = Volatile.Read(ref current);
            try
            {
                return await FetchFromAsync(sources[used], piece, sink, token).ConfigureAwait(false);
            }
            catch (SourceFailedException) when (used + 1 < sources.Length)
            {
                if (Interlocked.CompareExchange(ref current, used + 1, used) == used)
                {
                    note(TransferErrors.OtherSource(sources[used + 1].Address));
                }
            }
        }
    }

    /// <summary>Runs something that may fail for a while with the same patience.</summary>
    public async Task<T> TryAsync<T>(SourceConnection source, Func<CancellationToken, Task<T>> action, CancellationToken token)
    {
        try
        {
            return await pipeline.ExecuteAsync(async inner => await action(inner).ConfigureAwait(false), token).ConfigureAwait(false);
        }
        catch (TransientTransferException last)
        {
            throw TransferErrors.GivenUp(source.Address, last);
        }
    }

    private async Task<(ulong Checksum, bool Interrupted)> FetchFromAsync(
        SourceConnection source, int piece, Action<long, ReadOnlyMemory<byte>> sink, CancellationToken token)
    {
        var run = new PieceRun(map.Offset(piece), map.Offset(piece) + map.Length(piece));
        await TryAsync(
            source,
            async inner =>
            {
                while (!run.Done)
                {
                    try
                    {
                        await StreamAsync(source, run, sink, inner).ConfigureAwait(false);
                    }
                    catch (TransientTransferException e) when (e.Progressed && !e.TooMany)
                    {
                        run.Interrupted = true; // bytes came before it broke: go on at once, patience is not used up
                    }
                }

                return true;
            },
            token).ConfigureAwait(false);
        return (run.Checksum.GetCurrentHashAsUInt64(), run.Interrupted);
    }

    private async Task StreamAsync(SourceConnection source, PieceRun run, Action<long, ReadOnlyMemory<byte>> sink, CancellationToken token)
    {
        await gate.EnterAsync(token).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(token);
        bool well = false;
        bool progressed = false;
        try
        {
            stall.CancelAfter(options.StallTimeout);
            using HttpResponseMessage response = await source.OpenRangeAsync(run.Position, run.End - 1, map.FileBytes, stall.Token).ConfigureAwait(false);
            PartDigest digest = PartDigest.Of(response, run.Position);
            Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                // a part whose digest the server states is checked before it is used
                if (digest.Known)
                {
                    await CheckedAsync(source, run, body, digest, sink, stall).ConfigureAwait(false);
                    well = true;
                    return;
                }

                while (!run.Done)
                {
                    stall.CancelAfter(options.StallTimeout);
                    int read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferBytes, run.End - run.Position)), stall.Token).ConfigureAwait(false);
                    if (read == 0)
                    {
                        throw new TransientTransferException("the answer ended early") { Progressed = progressed };
                    }

                    progressed = true;
                    Take(run, buffer.AsMemory(0, read), sink);
                }
            }

            well = true;
        }
        catch (TransientTransferException e) when (e.TooMany)
        {
            gate.Complained(e.RetryAfter);
            note(TransferErrors.Busy(e.Status, gate.Limit));
            throw;
        }
        catch (Exception e) when (e is HttpRequestException or (IOException and not FileWriteException))
        {
            throw new TransientTransferException(e.Message, e) { Progressed = progressed };
        }
        catch (OperationCanceledException e) when (!token.IsCancellationRequested)
        {
            throw new TransientTransferException("the connection stalled", e) { Progressed = progressed };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            gate.Leave(well && !run.Interrupted);
        }
    }

    private async Task CheckedAsync(SourceConnection source, PieceRun run, Stream body, PartDigest digest, Action<long, ReadOnlyMemory<byte>> sink, CancellationTokenSource stall)
    {
        byte[] part = new byte[digest.Length];
        await StallLimit.FillAsync(body, part, stall, options.StallTimeout).ConfigureAwait(false);
        if (!digest.Matches(part))
        {
            run.Interrupted = true;
            throw new TransientTransferException($"{HttpRangeErrors.Show(source.Address)} sent a part that differs from its own digest");
        }

        Take(run, part, sink);
    }

    private void Take(PieceRun run, ReadOnlyMemory<byte> bytes, Action<long, ReadOnlyMemory<byte>> sink)
    {
        Interlocked.Add(ref networkBytes, bytes.Length);
        run.Checksum.Append(bytes.Span);
        sink(run.Position, bytes);
        run.Position += bytes.Length;
    }

    private ResiliencePipeline CreatePipeline() => new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is TransientTransferException e && !(e.RetryAfter > options.LongestRetryAfter)),
            MaxRetryAttempts = Math.Max(1, options.Attempts - 1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstDelay,
            MaxDelay = options.LongestDelay,
            DelayGenerator = static args => ValueTask.FromResult(
                args.Outcome.Exception is TransientTransferException { RetryAfter: { } wait } ? (TimeSpan?)(wait > TimeSpan.Zero ? wait : TimeSpan.Zero) : null),
        })
        .Build();

    private sealed class PieceRun(long position, long end)
    {
        /// <summary>Of what has arrived: for the disk and for telling two downloads of a piece apart. Whether it is what the hub published is SHA-256's to say.</summary>
        public XxHash3 Checksum { get; } = new();

        public long Position { get; set; } = position;

        public long End { get; } = end;

        public bool Interrupted { get; set; }

        public bool Done => Position >= End;
    }
}

/// <summary>The partial file could not be written: not the network's fault, so never tried again.</summary>
internal sealed class FileWriteException(IOException cause) : IOException(cause.Message, cause);

/// <summary>
/// A digest that a server states of the very bytes of an answer: <c>Content-Digest</c> of RFC 9530. Few servers do; where one does, a damaged part is known at once. The older <c>Content-MD5</c> is not
/// believed: some servers state the whole file's with a part (RFC 7231, appendix B).
/// </summary>
internal readonly record struct PartDigest(byte[] Value, int Length)
{
    private const int MostBytes = 16 << 20;

    public bool Known => Value is { Length: > 0 };

    public static PartDigest Of(HttpResponseMessage response, long from)
    {
        if (response.Content.Headers.ContentRange is not { From: { } first, To: { } last } || first != from || last - first >= MostBytes || Header(response) is not { } digest)
        {
            return default;
        }

        int start = digest.IndexOf("sha-256=:", StringComparison.OrdinalIgnoreCase);
        int end = start < 0 ? -1 : digest.IndexOf(':', start + 9);
        byte[] value = new byte[SHA256.HashSizeInBytes];
        return end > 0 && Convert.TryFromBase64String(digest[(start + 9)..end].Trim(), value, out int written) && written == value.Length
            ? new PartDigest(value, (int)(last - first + 1))
            : default;
    }

    public bool Matches(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes).AsSpan().SequenceEqual(Value);

    private static string? Header(HttpResponseMessage response) =>
        response.Content.Headers.TryGetValues("Content-Digest", out IEnumerable<string>? values) || response.Headers.TryGetValues("Content-Digest", out values) ? values.First() : null;
}

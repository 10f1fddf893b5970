using System.Collections.Concurrent;
using System.IO.Hashing;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>The pieces of one file on their way, and their repair.</summary>
internal sealed class TransferRun
{
    private const int PiecesAheadOfHash = 4;

    private readonly PartialFile file;
    private readonly TransferOptions options;
    private readonly string digest;
    private readonly long size;
    private readonly Action<TransferState> report;
    private readonly Lock reporting = new();
    private readonly PieceFetcher fetcher;
    private readonly int workers;
    private readonly ConcurrentDictionary<int, bool> suspects = new();
    private BilingualText? pending;
    private long written;

    public TransferRun(
        SourceConnection[] sources, int first, PartialFile file, int? connections, TransferOptions options, string digest, long size, Action<TransferState> report, BilingualText? note)
    {
        this.file = file;
        this.options = options;
        this.digest = digest;
        this.size = size;
        this.report = report;
        pending = note;
        workers = connections ?? options.MostConnections;
        var gate = new ConnectionGate(connections ?? Math.Min(options.FirstConnections, options.MostConnections), workers, options.TimeProvider);
        fetcher = new PieceFetcher(sources, first, file.Map, options, gate, text => pending = text);
        written = file.Bytes;
    }

    /// <summary>The source that served last.</summary>
    public SourceConnection Source => fetcher.Source;

    /// <summary>Pieces that were replaced.</summary>
    public int Repaired { get; private set; }

    /// <summary>Fetches what is missing.</summary>
    /// <returns>The digest of what is in the file then.</returns>
    public async Task<string> DownloadAsync(bool ranges, TimeSpan interval, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<string> hashing = file.Hash.StartAsync(file.Handle, stop.Token);
        _ = hashing.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Task reports = ReportAsync(interval, stop.Token);
        try
        {
            Task fetching = ranges ? ParallelAsync(stop.Token) : SequentialAsync(stop.Token);
            try
            {
                await fetching.ConfigureAwait(false);
            }
            catch (NoRangesException)
            {
                await SequentialAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (hashing.IsFaulted)
            {
                // whoever waits for a hash that has failed was stopped; its failure is what is told
            }

            return await hashing.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await QuietlyAsync(hashing).ConfigureAwait(false);
            await QuietlyAsync(reports).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The digest is wrong. First the disk: a piece that is not what was written is fetched again. Then the way here: every other piece is fetched once more and compared, those first that
    /// arrived with trouble, until the digest is right; a piece that differs is fetched a third time, and what came twice counts. A hub states one digest of the whole file, so the
    /// comparison is the only way to find which part is to blame; it ends as soon as that one is found. A server that serves no parts leaves nothing to repair with: all goes.
    /// </summary>
    public async Task<string> RepairAsync(string name, string actual, CancellationToken token)
    {
        try
        {
            return await RepairByPiecesAsync(name, actual, token).ConfigureAwait(false);
        }
        catch (NoRangesException)
        {
            file.Discard();
            throw TransferErrors.DamagedWhole(name, digest, actual);
        }
    }

    private async Task<string> RepairByPiecesAsync(string name, string actual, CancellationToken token)
    {
        List<int> damaged = [];
        for (int piece = 0; piece < file.Map.Count; piece++)
        {
            token.ThrowIfCancellationRequested();
            Say(PullPhase.Repairing, file.Map.Offset(piece));
            if (file.ChecksumOnDisk(piece) != file.Checksum(piece))
            {
                damaged.Add(piece);
            }
        }

        if (damaged.Count > 0)
        {
            await EachAsync(damaged, ReplaceAsync, token).ConfigureAwait(false);
            Repaired += damaged.Count;
            actual = Rehash(token);
        }

        // what came from an earlier run may have been damaged as well as anything, but trouble in this one is the better guess
        int[] order = [.. Enumerable.Range(0, file.Map.Count).OrderBy(piece => suspects.ContainsKey(piece) ? 0 : 1)];
        for (int start = 0; start < order.Length && actual != digest; start += workers)
        {
            int before = Repaired;
            int[] batch = order[start..Math.Min(order.Length, start + workers)];
            await EachAsync(batch, (piece, inner) => CompareAsync(name, piece, inner), token).ConfigureAwait(false);
            Say(PullPhase.Repairing, Math.Min(size, (long)(start + batch.Length) * file.Map.PieceBytes));
            if (Repaired != before)
            {
                actual = Rehash(token);
            }
        }

        if (actual != digest)
        {
            file.Discard();
            throw TransferErrors.BadContent(name, digest, actual);
        }

        return actual;
    }

    private Task ParallelAsync(CancellationToken token) => EachAsync([.. file.Missing()], FetchAsync, token);

    private async Task EachAsync(IReadOnlyList<int> pieces, Func<int, CancellationToken, Task> action, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        int next = -1;
        async Task WorkAsync()
        {
            try
            {
                for (int i = Interlocked.Increment(ref next); i < pieces.Count; i = Interlocked.Increment(ref next))
                {
                    await action(pieces[i], stop.Token).ConfigureAwait(false);
                }
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false); // one that fails for good ends the others
                throw;
            }
        }

        // where one fails and the others are stopped by that, WhenAll throws the failure
        await Task.WhenAll(Enumerable.Range(0, Math.Min(workers, pieces.Count)).Select(_ => Task.Run(WorkAsync, token))).ConfigureAwait(false);
    }

    private async Task FetchAsync(int piece, CancellationToken token)
    {
        await file.Hash.NearAsync(piece, workers + PiecesAheadOfHash, token).ConfigureAwait(false);
        (ulong checksum, bool interrupted) = await fetcher.FetchAsync(
            piece,
            (offset, bytes) =>
            {
                file.Write(offset, bytes);
                Interlocked.Add(ref written, bytes.Length);
            },
            token).ConfigureAwait(false);
        if (interrupted)
        {
            suspects[piece] = true;
        }

        file.Complete(piece, checksum);
    }

    private async Task ReplaceAsync(int piece, CancellationToken token)
    {
        (ulong checksum, _) = await fetcher.FetchAsync(piece, file.Write, token).ConfigureAwait(false);
        file.Complete(piece, checksum);
    }

    private async Task CompareAsync(string name, int piece, CancellationToken token)
    {
        byte[] second = new byte[file.Map.Length(piece)];
        ulong checksum = await ToMemoryAsync(piece, second, token).ConfigureAwait(false);
        if (checksum == file.Checksum(piece))
        {
            return;
        }

        byte[] third = new byte[second.Length];
        ulong again = await ToMemoryAsync(piece, third, token).ConfigureAwait(false);
        if (again == file.Checksum(piece))
        {
            return; // the second one was the damaged one
        }

        if (again != checksum)
        {
            file.Discard();
            throw TransferErrors.Unstable(name);
        }

        file.Write(file.Map.Offset(piece), second);
        file.Complete(piece, checksum);
        lock (reporting)
        {
            Repaired++;
        }
    }

    private async Task<ulong> ToMemoryAsync(int piece, byte[] buffer, CancellationToken token)
    {
        long start = file.Map.Offset(piece);
        (ulong checksum, _) = await fetcher.FetchAsync(piece, (offset, bytes) => bytes.CopyTo(buffer.AsMemory((int)(offset - start))), token).ConfigureAwait(false);
        return checksum;
    }

    /// <summary>One answer with the whole file: what is there already is read over. A break begins it again, and what was complete by then is kept.</summary>
    private async Task SequentialAsync(CancellationToken token)
    {
        pending = TransferErrors.NoRanges;
        await fetcher.TryAsync(
            Source,
            async inner =>
            {
                bool progressed = true;
                while (file.Missing().Any())
                {
                    if (!progressed)
                    {
                        throw new TransientTransferException("the answer ended early");
                    }

                    long before = file.Bytes;
                    try
                    {
                        await StreamWholeAsync(inner).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is HttpRequestException or (IOException and not FileWriteException))
                    {
                        if (file.Bytes == before)
                        {
                            throw new TransientTransferException(e.Message, e);
                        }
                    }

                    progressed = file.Bytes > before;
                }

                return true;
            },
            token).ConfigureAwait(false);
    }

    private async Task StreamWholeAsync(CancellationToken token)
    {
        using HttpResponseMessage response = await Source.OpenWholeAsync(size, token).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            HashSet<int> missing = [.. file.Missing()];
            byte[] buffer = new byte[Math.Min(file.Map.PieceBytes, size)];
            using var stall = CancellationTokenSource.CreateLinkedTokenSource(token);
            for (int piece = 0; piece < file.Map.Count; piece++)
            {
                Memory<byte> content = buffer.AsMemory(0, file.Map.Length(piece));
                try
                {
                    await StallLimit.FillAsync(body, content, stall, options.StallTimeout).ConfigureAwait(false);
                }
                catch (OperationCanceledException e) when (!token.IsCancellationRequested)
                {
                    throw new IOException("the connection stalled", e);
                }

                if (missing.Contains(piece))
                {
                    file.Write(file.Map.Offset(piece), content);
                    Interlocked.Add(ref written, content.Length);
                    file.Complete(piece, XxHash3.HashToUInt64(content.Span));
                }
            }
        }
    }

    private string Rehash(CancellationToken token) => OrderedHash.Of(file.Handle, file.Map, done => Say(PullPhase.Repairing, done), token);

    private async Task ReportAsync(TimeSpan interval, CancellationToken token)
    {
        using var timer = new PeriodicTimer(interval, options.TimeProvider);
        Say(PullPhase.Downloading, Interlocked.Read(ref written));
        while (await timer.WaitForNextTickAsync(token).ConfigureAwait(false))
        {
            Say(PullPhase.Downloading, Math.Min(size, Interlocked.Read(ref written)));
        }
    }

    private void Say(PullPhase phase, long bytes)
    {
        lock (reporting)
        {
            BilingualText? note = Interlocked.Exchange(ref pending, null);
            report(new TransferState(phase, bytes, size, HttpRangeErrors.Show(Source.Address), note));
        }
    }

    private static async Task QuietlyAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // it was told to stop; what ended the transfer is reported by whoever awaited that
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}

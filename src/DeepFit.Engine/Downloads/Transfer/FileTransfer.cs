using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// Brings one file here: pieces over several connections, digest on the way, everything resumable. Whatever ends it, what has arrived stays in the partial file, and the same request goes on from there.
/// </summary>
internal sealed class FileTransfer(HttpClient client, TransferOptions options)
{
    // to reach a source of which nothing has come yet
    private const int FirstAttempts = 3;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Transfers a file.</summary>
    /// <param name="request">What and where to.</param>
    /// <param name="report">Called often, from any thread, one call at a time.</param>
    /// <param name="token">Stops it and keeps what is there.</param>
    /// <exception cref="PullException">It cannot be had.</exception>
    public async Task<TransferResult> RunAsync(TransferRequest request, Action<TransferState> report, CancellationToken token)
    {
        string folder = Path.GetDirectoryName(request.Target)!;
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream held = await LockAsync(request, report, token).ConfigureAwait(false);
            return await HeldAsync(request, report, token).ConfigureAwait(false);
        }
        catch (SourceFailedException e)
        {
            throw new PullException(e.Kind, e.Text, e);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            long arrived = TransferJournal.Read(request.Target) is { } left ? left.Identity.Arrived(left.Pieces) : 0;
            throw TransferErrors.DiskFull(folder, (request.Bytes ?? arrived) - arrived, e);
        }
        catch (Exception e) when (e is FileWriteException or UnauthorizedAccessException or IOException)
        {
            throw TransferErrors.CannotWrite(request.Target, e);
        }
    }

    /// <summary>Takes the lock, or shows how far its holder is until it is done or dead.</summary>
    private async Task<FileStream> LockAsync(TransferRequest request, Action<TransferState> report, CancellationToken token)
    {
        while (true)
        {
            if (TransferLock.TryTake(request.Target) is { } held)
            {
                return held;
            }

            if (TransferJournal.Read(request.Target) is { } other)
            {
                report(new TransferState(PullPhase.Waiting, other.Identity.Arrived(other.Pieces), other.Identity.Bytes, null));
            }
            else
            {
                report(new TransferState(PullPhase.Waiting, 0, request.Bytes ?? 0, null));
            }

            await Task.Delay(options.LockPoll, options.TimeProvider, token).ConfigureAwait(false);
        }
    }

    private async Task<TransferResult> HeldAsync(TransferRequest request, Action<TransferState> report, CancellationToken token)
    {
        // the one that was waited for may have finished it
        if (PullRecord.Read(request.Target) is { } record
            && (request.Bytes is null || record.Bytes == request.Bytes) && (request.Sha256 is null || record.Sha256 == request.Sha256))
        {
            return new TransferResult(record.Bytes, record.Sha256, record.Verified, record.Source);
        }

        SourceConnection[] sources = [.. request.Sources.Select(source => new SourceConnection(client, source, options))];
        (int first, SourceFacts facts) = await ProbeAsync(sources, request, report, token).ConfigureAwait(false);
        long size = request.Bytes ?? facts.Bytes;
        string digest = request.Sha256 ?? facts.Sha256 ?? "";
        PieceMap map = PieceMap.Of(size);
        var identity = new TransferIdentity(size, map.PieceBytes, digest, digest.Length > 0 ? "" : facts.EntityTag ?? "");
        BilingualText? anew = null;
        using PartialFile file = PartialFile.Open(
            request.Target,
            identity,
            options,
            done => report(new TransferState(PullPhase.Checking, done, size, null)),
            () => anew = TransferErrors.StartsAnew,
            token);
        var run = new TransferRun(sources, first, file, request.Connections, options, digest, size, report, anew);
        string actual = await run.DownloadAsync(facts.Ranges, ReportInterval, token).ConfigureAwait(false);
        if (digest.Length > 0 && actual != digest)
        {
            actual = await run.RepairAsync(Path.GetFileName(request.Target), actual, token).ConfigureAwait(false);
        }

        report(new TransferState(PullPhase.Verifying, size, size, null));
        var result = new TransferResult(size, actual, digest.Length > 0, HttpRangeErrors.Show(run.Source.Address))
        {
            PiecesRepaired = run.Repaired,
            BytesResumed = file.BytesResumed,
        };
        file.Finish(result);
        return result;
    }

    /// <summary>
    /// Finds a source that answers, and what it says of the file. A download that goes on is waited for; where nothing is here yet, a source that cannot even be reached is soon said to be so.
    /// </summary>
    private async Task<(int First, SourceFacts Facts)> ProbeAsync(
        SourceConnection[] sources, TransferRequest request, Action<TransferState> report, CancellationToken token)
    {
        var patience = new PieceFetcher(sources, 0, default, options, new ConnectionGate(1, 1, options.TimeProvider), static _ => { });
        bool goesOn = TransferJournal.Read(request.Target) is not null;
        for (int i = 0; ; i++)
        {
            SourceConnection source = sources[i];
            int unreached = 0;
            async Task<SourceFacts> AskAsync(CancellationToken inner)
            {
                try
                {
                    return await source.ProbeAsync(inner).ConfigureAwait(false);
                }
                catch (TransientTransferException e) when (!goesOn && e.Status == 0 && ++unreached >= FirstAttempts)
                {
                    throw TransferErrors.GivenUp(source.Address, e);
                }
            }

            try
            {
                SourceFacts facts = await patience.TryAsync(source, AskAsync, token).ConfigureAwait(false);
                if (request.Bytes is { } expected && facts.Bytes != expected)
                {
                    throw TransferErrors.WrongLength(source.Address, expected, facts.Bytes);
                }

                return (i, facts);
            }
            catch (SourceFailedException) when (i + 1 < sources.Length)
            {
                report(new TransferState(PullPhase.Choosing, 0, request.Bytes ?? 0, null, TransferErrors.OtherSource(sources[i + 1].Address)));
            }
        }
    }
}

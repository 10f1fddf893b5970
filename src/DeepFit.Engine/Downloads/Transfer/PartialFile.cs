using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>A file that is not whole yet, with its journal: which pieces are there and with which checksum.</summary>
internal sealed partial class PartialFile : IDisposable
{
    private readonly string target;
    private readonly TransferOptions options;
    private readonly TransferJournal journal;
    private readonly ulong[] checksums;
    private readonly bool[] have;
    private readonly BackgroundFlush flush;
    private long bytes;

    private PartialFile(string target, PieceMap map, TransferOptions options, TransferJournal journal, SafeFileHandle handle)
    {
        this.target = target;
        this.options = options;
        this.journal = journal;
        Map = map;
        Handle = handle;
        checksums = new ulong[map.Count];
        have = new bool[map.Count];
        Hash = new OrderedHash(map);
        flush = new BackgroundFlush(handle, options.Flush, options.FlushBytes);
    }

    public PieceMap Map { get; }

    public SafeFileHandle Handle { get; }

    /// <summary>The digest as far as there are no gaps.</summary>
    public OrderedHash Hash { get; }

    /// <summary>Bytes of the pieces that are there.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Bytes that an earlier pull left.</summary>
    public long BytesResumed { get; private set; }

    /// <summary>Opens what an earlier pull left, every piece checked, or begins anew.</summary>
    /// <param name="target">Where the file is to be.</param>
    /// <param name="identity">What it is to become.</param>
    /// <param name="options">Limits.</param>
    /// <param name="report">Called with the bytes that are checked.</param>
    /// <param name="startsAnew">Called when there was another file's part.</param>
    /// <param name="token">Stops the check.</param>
    /// <exception cref="LocalModels.PullException">The disk has no room for it.</exception>
    public static PartialFile Open(
        string target, TransferIdentity identity, TransferOptions options, Action<long> report, Action startsAnew, CancellationToken token)
    {
        string part = TransferJournal.PartOf(target);
        (TransferIdentity Identity, Dictionary<int, ulong> Pieces)? left = File.Exists(part) ? TransferJournal.Read(target) : null;
        bool goesOn = left is { } known && known.Identity.Continues(identity);
        if (left is not null && !goesOn)
        {
            startsAnew();
        }

        var map = new PieceMap(identity.Bytes, identity.PieceBytes);
        SafeFileHandle? handle = null;
        TransferJournal? journal = null;
        try
        {
            handle = File.OpenHandle(part, goesOn ? FileMode.Open : FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            journal = TransferJournal.Open(target, goesOn ? null : identity);
            var file = new PartialFile(target, map, options, journal, handle);

            // Asked before the file has its length: some file systems take the whole of it from the disk then. On most it gets its blocks as data arrive, which is why a disk may still fill up on the way.
            CheckSpace(target, identity.Bytes - (goesOn ? TakenBytes(target, options) : 0), options);
            RandomAccess.SetLength(handle, identity.Bytes);
            if (goesOn)
            {
                file.CheckPieces(left!.Value.Pieces, report, token);
            }

            return file;
        }
        catch
        {
            journal?.Dispose();
            handle?.Dispose();
            throw;
        }
    }

    /// <summary>Bytes that an unfinished pull of a file has taken from the disk.</summary>
    public static long TakenBytes(string target, TransferOptions options) =>
        options.ReservesWholeFiles ? (new FileInfo(TransferJournal.PartOf(target)) is { Exists: true } part ? part.Length : 0)
        : TransferJournal.Read(target) is { } left ? left.Identity.Arrived(left.Pieces) : 0;

    /// <summary>Refuses where the disk has no room for what is missing.</summary>
    public static void CheckSpace(string target, long missing, TransferOptions options)
    {
        string folder = Path.GetDirectoryName(target)!;
        if (missing > 0 && options.FreeSpace(folder) is { } free && free < missing + options.SpareBytes)
        {
            throw TransferErrors.NoSpace(folder, missing + options.SpareBytes, free);
        }
    }

    /// <summary>Pieces that are missing, in order.</summary>
    public IEnumerable<int> Missing() => Enumerable.Range(0, Map.Count).Where(piece => !have[piece]);

    /// <summary>The checksum of a piece that is there.</summary>
    public ulong Checksum(int piece) => checksums[piece];

    /// <summary>Writes bytes into the partial file.</summary>
    /// <exception cref="FileWriteException">The disk is full or faulty.</exception>
    public void Write(long offset, ReadOnlyMemory<byte> data)
    {
        try
        {
            options.Write(Handle, data, offset);
        }
        catch (IOException e)
        {
            throw new FileWriteException(e) { HResult = e.HResult };
        }
    }

    /// <summary>Notes that a piece is there.</summary>
    public void Complete(int piece, ulong checksum)
    {
        checksums[piece] = checksum;
        try
        {
            journal.Add(piece, checksum);
            flush.Wrote(Map.Length(piece));
        }
        catch (IOException e)
        {
            throw new FileWriteException(e) { HResult = e.HResult };
        }

        if (!have[piece])
        {
            have[piece] = true;
            Interlocked.Add(ref bytes, Map.Length(piece));
            Hash.Arrived(piece);
        }
    }

    /// <summary>Reads a piece and computes its checksum as it is on the disk.</summary>
    public ulong ChecksumOnDisk(int piece)
    {
        byte[] buffer = new byte[Map.Length(piece)];
        return ReadPiece(piece, buffer) ? XxHash3.HashToUInt64(buffer) : 0;
    }

    /// <summary>Puts the whole file under its name, for good: content first, then the record, then the name, then the folder. Whenever it is killed, the next one finds all of it or goes on.</summary>
    /// <param name="result">What the record is to say.</param>
    public void Finish(TransferResult result)
    {
        flush.Finish();
        Handle.Dispose();
        journal.Dispose();
        PullRecord.Write(target, TransferJournal.PartOf(target), result, options.TimeProvider.GetUtcNow());
        File.Move(TransferJournal.PartOf(target), target, overwrite: true);
        SyncFolder(Path.GetDirectoryName(target)!);
        File.Delete(TransferJournal.PathOf(target));
    }

    /// <summary>Takes the partial file away.</summary>
    public void Discard()
    {
        Dispose();
        Delete(target);
    }

    /// <summary>Deletes what an interrupted pull left of a file.</summary>
    public static void Delete(string target)
    {
        File.Delete(TransferJournal.PartOf(target));
        File.Delete(TransferJournal.PathOf(target));
    }

    public void Dispose()
    {
        Hash.Dispose();
        flush.Wait();
        Handle.Dispose();
        journal.Dispose();
    }

    private void CheckPieces(Dictionary<int, ulong> claimed, Action<long> report, CancellationToken token)
    {
        byte[] buffer = new byte[Math.Min(Map.PieceBytes, Map.FileBytes)];
        foreach ((int piece, ulong checksum) in claimed.OrderBy(claim => claim.Key))
        {
            token.ThrowIfCancellationRequested();
            Span<byte> content = buffer.AsSpan(0, Map.Length(piece));
            if (!ReadPiece(piece, content) || XxHash3.HashToUInt64(content) != checksum)
            {
                continue; // it never reached the disk, or the disk altered it: fetched again
            }

            checksums[piece] = checksum;
            have[piece] = true;
            bytes += content.Length;
            if (piece == Hash.Next)
            {
                Hash.Append(content);
            }
            else
            {
                Hash.Arrived(piece);
            }

            report(bytes);
        }

        BytesResumed = bytes;
    }

    private bool ReadPiece(int piece, Span<byte> buffer)
    {
        long offset = Map.Offset(piece);
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(Handle, buffer, offset);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
            offset += read;
        }

        return true;
    }

    /// <summary>On Unix a name is on the disk when its folder is; Windows journals names itself.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, 0); // O_RDONLY
        if (descriptor >= 0)
        {
            _ = Sync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}

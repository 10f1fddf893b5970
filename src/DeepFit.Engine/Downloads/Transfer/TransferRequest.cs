using System.Net.Http.Headers;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>An address that serves the file.</summary>
/// <param name="Address">The hub's address; it may redirect.</param>
/// <param name="Authorization">The hub's token, sent to the address's own host alone.</param>
internal sealed record TransferSource(Uri Address, AuthenticationHeaderValue? Authorization = null);

/// <summary>One file to bring here.</summary>
internal sealed record TransferRequest
{
    /// <summary>Where it is to be.</summary>
    public required string Target { get; init; }

    /// <summary>Addresses that serve the same bytes, best first.</summary>
    public required IReadOnlyList<TransferSource> Sources { get; init; }

    /// <summary>The size that the hub states; null lets the first answer tell.</summary>
    public long? Bytes { get; init; }

    /// <summary>The digest that the hub states, lower-case hexadecimal; null when none is known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Most connections; null begins with <see cref="TransferOptions.FirstConnections"/> and goes up to <see cref="TransferOptions.MostConnections"/>.</summary>
    public int? Connections { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Bytes">The file's size.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="Verified">Whether the digest was compared with the hub's.</param>
/// <param name="Source">The address that served it last, its query left out.</param>
internal sealed record TransferResult(long Bytes, string Sha256, bool Verified, string Source)
{
    /// <summary>Pieces that were fetched again because they were damaged.</summary>
    public int PiecesRepaired { get; init; }

    /// <summary>Bytes that an earlier pull had left and that were used.</summary>
    public long BytesResumed { get; init; }
}

/// <summary>How far a transfer is.</summary>
internal sealed record TransferState(PullPhase Phase, long Bytes, long TotalBytes, string? Source, BilingualText? Note = null);

/// <summary>Limits and patience of a transfer.</summary>
internal sealed record TransferOptions
{
    public static TransferOptions Default { get; } = new();

    /// <summary>Connections at the beginning.</summary>
    public int FirstConnections { get; init; } = 4;

    /// <summary>Connections at most, reached while no server complains.</summary>
    public int MostConnections { get; init; } = 8;

    /// <summary>Attempts without a single byte of progress before a source is given up.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>The first wait between attempts; doubled each time, with jitter.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between attempts.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A server that asks for a longer wait than this is not waited for.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A connection that brings nothing for so long is taken for dead.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a pull that waits for another one looks.</summary>
    public TimeSpan LockPoll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most redirects in a row.</summary>
    public int MaxRedirects { get; init; } = 10;

    /// <summary>Bytes that stay free on the disk besides the file.</summary>
    public long SpareBytes { get; init; } = 64 << 20;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Free bytes of the disk that holds a folder; null when unknown.</summary>
    public Func<string, long?> FreeSpace { get; init; } = DiskSpace.FreeBytes;

    /// <summary>Whether a file takes its whole length from the disk as soon as it has it, as NTFS does; elsewhere blocks are taken as data arrives.</summary>
    public bool ReservesWholeFiles { get; init; } = OperatingSystem.IsWindows();

    /// <summary>Writes to the partial file; replaced in tests.</summary>
    public Action<Microsoft.Win32.SafeHandles.SafeFileHandle, ReadOnlyMemory<byte>, long> Write { get; init; } =
        static (file, bytes, offset) => RandomAccess.Write(file, bytes.Span, offset);

    /// <summary>Bytes after which what was written is sent to the disk, while more arrives.</summary>
    public long FlushBytes { get; init; } = 64 << 20;

    /// <summary>Puts what was written on the disk; replaced in tests.</summary>
    public Action<Microsoft.Win32.SafeHandles.SafeFileHandle> Flush { get; init; } = RandomAccess.FlushToDisk;
}

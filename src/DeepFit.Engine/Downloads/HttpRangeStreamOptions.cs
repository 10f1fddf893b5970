using System.Net.Http.Headers;

namespace DeepFit.Engine.Downloads;

/// <summary>How an <see cref="HttpRangeStream"/> fetches and keeps blocks.</summary>
public sealed record HttpRangeStreamOptions
{
    /// <summary>Everything at its default.</summary>
    public static HttpRangeStreamOptions Default { get; } = new();

    /// <summary>Bytes of the first block, and of the first after a jump; default 256 KiB, at least 1.</summary>
    public int FirstBlockBytes { get; init; } = 256 << 10;

    /// <summary>While reading goes on forward each block is twice the one before, up to this; default 4 MiB.</summary>
    public int MaxBlockBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of blocks that are kept for reading again, besides the present one; default 16 MiB.</summary>
    public long MaxCachedBytes { get; init; } = 16 << 20;

    /// <summary>Most redirects in a row; default 10.</summary>
    public int MaxRedirects { get; init; } = 10;

    /// <summary>Longest wait for one block; default 100 s.</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The clock of <see cref="BlockTimeout"/>; default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The hub's token, sent to the address's own host alone and never to one that it redirects to. Give it here, not in the client's default
    /// headers, which go to every host.
    /// </summary>
    public AuthenticationHeaderValue? Authorization { get; init; }
}

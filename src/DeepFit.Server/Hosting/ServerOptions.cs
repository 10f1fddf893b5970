using System.Net;
using DeepFit.Core.Text;

namespace DeepFit.Server.Hosting;

/// <summary>Where a server listens, whom it answers, and its limits.</summary>
public sealed record ServerOptions
{
    /// <summary>The port where none is given: 8484.</summary>
    public const int DefaultPort = 8484;

    /// <summary>The least characters of an API key.</summary>
    public const int LeastKeyLength = 16;

    /// <summary>The address to listen at. Default 127.0.0.1 (with [::1], where the machine has it); any that is not loopback needs <see cref="ApiKeys"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one, which <see cref="ServerHost.Address"/> then tells. Default <see cref="DefaultPort"/>.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Keys of which a request must carry one (<c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>); none asks for no key.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Web pages that may use the server, by origin (<c>https://chat.example.org</c>), or <c>*</c>. Default none: a browser's request from another site is refused.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Names by which requests may call the server, besides its own address, <c>localhost</c> and (where it does not listen at loopback alone) every IP address and the machine's name; <c>*</c> for any.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The largest body of a request in bytes. Default 16 MiB.</summary>
    public long BodyLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a request's headers may take. Default 15 s.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a request's body may take. Default 60 s.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The slowest that a client may send a body, or take what waits for it, in bytes a second, after <see cref="SlowGrace"/>. Default 240.</summary>
    public double LeastRate { get; init; } = 240;

    /// <summary>How long a client may be slower than <see cref="LeastRate"/>; more than 1 s. Default 5 s.</summary>
    public TimeSpan SlowGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be idle. Default 130 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Connections at a time; one more is closed. Default 512.</summary>
    public int MostConnections { get; init; } = 512;

    /// <summary>Is told of every request that has ended, on any thread; null for nobody.</summary>
    public Action<ServedRequest>? Log { get; init; }

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether the server listens at loopback alone.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address);

    /// <summary>Refuses what would be unsafe.</summary>
    /// <exception cref="UserErrorException">It would listen to other machines without a key, a key is too short, or an origin is none.</exception>
    public void Check()
    {
        if (!IsLocal && ApiKeys.Count == 0)
        {
            throw new UserErrorException(ServerTexts.NeedsKey(Address));
        }

        if (ApiKeys.Any(key => key.Length < LeastKeyLength || key.Any(c => c is <= ' ' or > '~')))
        {
            throw new UserErrorException(ServerTexts.BadKey);
        }

        foreach (string origin in AllowedOrigins)
        {
            bool sound = origin == "*"
                || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0 && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase));
            if (!sound)
            {
                throw new UserErrorException(ServerTexts.BadOrigin(origin));
            }
        }
    }
}

/// <summary>A request that has ended.</summary>
/// <param name="At">When it came.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, without the query, fit for a line of text.</param>
/// <param name="Status">The status; 499 where the client left before it was answered.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Note">What the one who answered it says of it, or null.</param>
/// <param name="Error">What went wrong in the server, or null.</param>
public sealed record ServedRequest(DateTimeOffset At, string Method, string Path, int Status, TimeSpan Took, string? Note, Exception? Error);

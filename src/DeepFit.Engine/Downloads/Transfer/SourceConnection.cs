using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>What the server says of the file as a whole.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Ranges">Whether it serves parts.</param>
/// <param name="EntityTag">Its strong tag, quotes included, or null.</param>
/// <param name="Sha256">The digest that a hub's redirect states (<c>X-Linked-Etag</c>), or null.</param>
internal sealed record SourceFacts(long Bytes, bool Ranges, string? EntityTag, string? Sha256);

/// <summary>
/// Requests to one source: follows its redirects itself, so that the hub's token reaches the hub alone; remembers where they led, for all connections; and asks the hub anew when that
/// address has expired. Safe for any number of threads.
/// </summary>
internal sealed class SourceConnection(HttpClient client, TransferSource source, TransferOptions options)
{
    private readonly Lock gate = new();
    private Uri? resolved;
    private string? linkedDigest;
    private EntityTagHeaderValue? tag;
    private Uri? tagOwner;

    public Uri Address => source.Address;

    /// <summary>Asks for the first byte, and so for the size.</summary>
    /// <exception cref="TransientTransferException">It may work the next time.</exception>
    /// <exception cref="SourceFailedException">It will not.</exception>
    public async Task<SourceFacts> ProbeAsync(CancellationToken token)
    {
        using HttpResponseMessage response = await RequestAsync(0, 0, token).ConfigureAwait(false);
        string? strong = response.Headers.ETag is { IsWeak: false } known ? known.Tag : null;
        string? digest = linkedDigest ?? DigestIn(strong);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange is { Length: 0 })
        {
            return new SourceFacts(0, true, strong, digest);
        }

        if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentLength is { } whole)
        {
            return new SourceFacts(whole, whole <= 1, strong, digest);
        }

        Check(response, 0);
        return response.Content.Headers.ContentRange?.Length is { } total
            ? new SourceFacts(total, true, strong, digest)
            : throw Failed(HttpRangeErrors.WrongRange(Address));
    }

    /// <summary>Opens a range; the answer begins at its first byte and may end early.</summary>
    public async Task<HttpResponseMessage> OpenRangeAsync(long from, long to, long fileBytes, CancellationToken token)
    {
        HttpResponseMessage response = await RequestAsync(from, to, token).ConfigureAwait(false);
        try
        {
            if (response.StatusCode == HttpStatusCode.OK)
            {
                long? whole = response.Content.Headers.ContentLength;
                throw whole is { } length && length != fileBytes ? TransferErrors.WrongLength(Address, fileBytes, length)
                    : tag is not null && response.Headers.ETag is { } now && !now.Equals(tag) ? TransferErrors.Changed(Address)
                    : new NoRangesException();
            }

            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                throw TransferErrors.WrongLength(Address, fileBytes, response.Content.Headers.ContentRange?.Length ?? 0);
            }

            Check(response, from);
            ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
            if (range?.Length is { } total && total != fileBytes)
            {
                throw TransferErrors.WrongLength(Address, fileBytes, total);
            }

            if (range is not { From: { } first, To: { } last } || first != from || last > to)
            {
                throw Failed(HttpRangeErrors.WrongRange(Address));
            }

            Remember(response);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Opens the whole file, for servers without ranges.</summary>
    public async Task<HttpResponseMessage> OpenWholeAsync(long fileBytes, CancellationToken token)
    {
        HttpResponseMessage response = await RequestAsync(null, null, token).ConfigureAwait(false);
        try
        {
            Check(response, 0);
            return response.Content.Headers.ContentLength is { } length && length != fileBytes
                ? throw TransferErrors.WrongLength(Address, fileBytes, length)
                : response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> RequestAsync(long? from, long? to, CancellationToken token)
    {
        try
        {
            Uri target;
            lock (gate)
            {
                target = resolved ?? Address;
            }

            HttpResponseMessage response = await FollowAsync(target, from, to, token).ConfigureAwait(false);
            if (target != Address && (int)response.StatusCode is 400 or 401 or 403 or 404 or 410)
            {
                // the signed address has expired: the hub gives a new one
                response.Dispose();
                response = await FollowAsync(Address, from, to, token).ConfigureAwait(false);
            }

            return response;
        }
        catch (HttpRequestException e)
        {
            throw new TransientTransferException(Deepest(e), e);
        }
        catch (OperationCanceledException e) when (!token.IsCancellationRequested)
        {
            throw new TransientTransferException("no answer in time", e);
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(Uri start, long? from, long? to, CancellationToken token)
    {
        Uri current = start;
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response = await SendAsync(current, from, to, token).ConfigureAwait(false);
            if (response.Headers.TryGetValues("X-Linked-Etag", out IEnumerable<string>? linked))
            {
                linkedDigest = DigestIn(linked.First()) ?? linkedDigest;
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                if (response.IsSuccessStatusCode)
                {
                    lock (gate)
                    {
                        resolved = current;
                    }
                }

                return response;
            }

            response.Dispose();
            current = redirects < options.MaxRedirects && Redirects.Follow(current, location) is { } next ? next : throw Failed(HttpRangeErrors.Redirects(Address));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri target, long? from, long? to, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (from is { } first)
        {
            request.Headers.Range = new RangeHeaderValue(first, to);
            lock (gate)
            {
                // tags of different servers behind one hub differ for the same bytes: a tag is only shown to the one that gave it
                if (tag is not null && tagOwner is not null && Redirects.SameServer(target, tagOwner))
                {
                    request.Headers.IfRange = new RangeConditionHeaderValue(tag);
                }
            }
        }

        if (source.Authorization is not null && Redirects.SameServer(target, Address))
        {
            request.Headers.Authorization = source.Authorization;
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
    }

    private void Remember(HttpResponseMessage response)
    {
        if (response.Headers.ETag is { IsWeak: false } known)
        {
            lock (gate)
            {
                tag ??= known;
                tagOwner ??= resolved;
            }
        }
    }

    private void Check(HttpResponseMessage response, long from)
    {
        int status = (int)response.StatusCode;
        if (status is 408 or 425 or 429 || status >= 500)
        {
            RetryConditionHeaderValue? retry = response.Headers.RetryAfter;
            throw new TransientTransferException(string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"))
            {
                Status = status,
                TooMany = status is 429 or 503,
                RetryAfter = retry?.Delta ?? (retry?.Date - options.TimeProvider.GetUtcNow()),
            };
        }

        if (status is not (200 or 206))
        {
            throw Failed(HttpRangeErrors.Status(Address, response.StatusCode, null));
        }

        if (response.Content.Headers.ContentEncoding.Any(encoding => !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw Failed(HttpRangeErrors.Encoded(Address));
        }

        if (from > 0 && status == 200)
        {
            throw new NoRangesException();
        }
    }

    private static SourceFailedException Failed(UserErrorException error) => TransferErrors.Refused(error);

    /// <summary>A tag that is a SHA-256 in hexadecimal, as hubs give it for large files.</summary>
    private static string? DigestIn(string? tag)
    {
        string text = (tag ?? "").Replace("W/", "", StringComparison.Ordinal).Trim('"');
        return text.Length == 64 && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;
    }

    private static string Deepest(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error.Message;
    }
}

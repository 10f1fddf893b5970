using System.Net;
using System.Net.Http.Headers;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Downloads;

/// <summary>
/// Range requests to one file: follows redirects and remembers where they led, asks anew when that address has expired, and makes sure that all
/// blocks come from the same file.
/// </summary>
internal sealed class HttpRangeClient(HttpClient client, Uri address, HttpRangeStreamOptions options)
{
    /// <summary>Where the redirects led last; null before the first answer.</summary>
    private Uri? _resolved;

    public Uri Address => address;

    /// <summary>The whole file's length; null before the first answer.</summary>
    public long? TotalLength { get; private set; }

    public EntityTagHeaderValue? EntityTag { get; private set; }

    public int AnsweredRequests { get; private set; }

    /// <summary>At least one byte, at most <paramref name="count"/>, from an offset on; none when the file is empty.</summary>
    /// <exception cref="UserErrorException">See <see cref="HttpRangeErrors"/>.</exception>
    public async Task<HttpRangeBlock> GetAsync(long offset, int count, bool synchronous, CancellationToken cancellationToken)
    {
        // A connection that breaks is tried once more; whoever wants more patience gives a client with a retrying handler.
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await GetOnceAsync(offset, count, synchronous, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                if (attempt == 2)
                {
                    throw HttpRangeErrors.Unreachable(address, broken);
                }
            }
        }
    }

    private async Task<HttpRangeBlock> GetOnceAsync(long offset, int count, bool synchronous, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.BlockTimeout, options.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await RequestAsync(offset, count, synchronous, stop.Token).ConfigureAwait(false);
            HttpResponseMessage body = response;

            // A synchronous read of the body knows no token: closing the response ends it.
            using CancellationTokenRegistration close = stop.Token.Register(body.Dispose);
            if (IsEmptyFile(response, offset))
            {
                TotalLength = 0;
                return new HttpRangeBlock(0, []);
            }

            int length = CheckAnswer(response, offset, count);
            byte[] bytes = await ReadBodyAsync(response, length, synchronous, stop.Token).ConfigureAwait(false);
            AnsweredRequests++;
            return new HttpRangeBlock(offset, bytes);
        }
        catch (Exception cause) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested && cause is not UserErrorException)
        {
            throw HttpRangeErrors.TimedOut(address, options.BlockTimeout, cause);
        }
        catch (Exception cause) when (cancellationToken.IsCancellationRequested && cause is not OperationCanceledException)
        {
            throw new OperationCanceledException(null, cause, cancellationToken);
        }
        catch (TaskCanceledException cause) when (!stop.IsCancellationRequested)
        {
            throw HttpRangeErrors.TimedOut(address, client.Timeout, cause); // the client's own limit
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>Asks the remembered address, and the original one again when that has expired.</summary>
    private async Task<HttpResponseMessage> RequestAsync(long offset, int count, bool synchronous, CancellationToken token)
    {
        Uri target = _resolved ?? address;
        HttpResponseMessage response = await FollowAsync(target, offset, count, synchronous, token).ConfigureAwait(false);
        if (target != address && IsExpired(response.StatusCode))
        {
            response.Dispose();
            response = await FollowAsync(address, offset, count, synchronous, token).ConfigureAwait(false);
        }

        return response;
    }

    private async Task<HttpResponseMessage> FollowAsync(Uri start, long offset, int count, bool synchronous, CancellationToken token)
    {
        Uri current = start;
        for (int redirects = 0; ; redirects++)
        {
            HttpResponseMessage response = await SendAsync(current, offset, count, synchronous, token).ConfigureAwait(false);
            Uri answered = response.RequestMessage?.RequestUri ?? current;
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                _resolved = answered;
                return response;
            }

            response.Dispose();
            current = redirects < options.MaxRedirects && Redirects.Follow(answered, location) is { } next ? next : throw HttpRangeErrors.Redirects(address);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri target, long offset, int count, bool synchronous, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Range = new RangeHeaderValue(offset, offset + count - 1);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (EntityTag is { IsWeak: false } tag)
        {
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }

        if (options.Authorization is not null && Redirects.SameServer(target, address))
        {
            request.Headers.Authorization = options.Authorization;
        }

        return synchronous
            ? client.Send(request, HttpCompletionOption.ResponseHeadersRead, token)
            : await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
    }

    private static bool IsExpired(HttpStatusCode status) => (int)status is 400 or 401 or 403 or 404 or 410;

    /// <summary>No range of an empty file can be had: the server says so with its length.</summary>
    private static bool IsEmptyFile(HttpResponseMessage response, long offset) =>
        offset == 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange is { Length: 0 };

    /// <summary>How many bytes follow, when the answer is the part that was asked for of the file that it was.</summary>
    private int CheckAnswer(HttpResponseMessage response, long offset, int count)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            // With If-Range, 200 means that the file is another one by now.
            throw EntityTag is { IsWeak: false } known && !known.Equals(response.Headers.ETag)
                ? HttpRangeErrors.Changed(address)
                : HttpRangeErrors.NoRanges(address);
        }

        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            RetryConditionHeaderValue? retry = response.Headers.RetryAfter;
            throw HttpRangeErrors.Status(address, response.StatusCode, retry?.Delta ?? (retry?.Date - options.TimeProvider.GetUtcNow()));
        }

        if (response.Content.Headers.ContentEncoding.Any(encoding => !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw HttpRangeErrors.Encoded(address);
        }

        if (response.Content.Headers.ContentRange is not { From: { } from, To: { } to, Length: { } total } || from != offset || to < from || to >= total || to - from >= count)
        {
            throw HttpRangeErrors.WrongRange(address);
        }

        EntityTagHeaderValue? tag = response.Headers.ETag;
        if (TotalLength is { } length && (length != total || (EntityTag is not null && tag is not null && !EntityTag.Equals(tag))))
        {
            throw HttpRangeErrors.Changed(address);
        }

        TotalLength = total;
        EntityTag ??= tag;
        return (int)(to - from + 1);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, int length, bool synchronous, CancellationToken token)
    {
        byte[] bytes = new byte[length];
        if (synchronous)
        {
            using Stream body = response.Content.ReadAsStream(token);
            body.ReadExactly(bytes);
        }
        else
        {
            Stream body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                await body.ReadExactlyAsync(bytes, token).ConfigureAwait(false);
            }
        }

        return bytes;
    }
}

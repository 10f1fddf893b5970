using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeepFit.Server.Hosting;

/// <summary>
/// What every request passes first: by which name it calls, from which page it comes, its key, its size. It also turns errors into answers, sets the headers that every answer has, and tells the log.
/// </summary>
public sealed class RequestGuard
{
    private const int ClientLeft = 499;
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);
    private static readonly object NoteKey = new();

    private readonly ServerOptions options;
    private readonly AccessRules rules;
    private readonly ApiKeys keys;
    private readonly HashSet<string> open;
    private readonly string[] pages;

    internal RequestGuard(ServerOptions options, IReadOnlyList<IServerModule> modules)
    {
        this.options = options;
        rules = new AccessRules(options);
        keys = new ApiKeys(options.ApiKeys);
        open = [.. modules.SelectMany(module => module.OpenPaths)];
        pages = [.. modules.Select(module => module.PagePath).OfType<string>()];
    }

    /// <summary>Says something of a request for the log, such as its tokens.</summary>
    public static void Note(HttpContext context, string note)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Items[NoteKey] = note;
    }

    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        long start = options.Clock.GetTimestamp();
        DateTimeOffset at = options.Clock.GetUtcNow();
        Exception? failure = null;
        SetHeaders(context.Response.Headers);
        try
        {
            await AnswerAsync(context, next).ConfigureAwait(false);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            context.Response.StatusCode = context.Response.HasStarted ? context.Response.StatusCode : ClientLeft;
        }
#pragma warning disable CA1031 // the last resort: no stack trace reaches a client
        catch (Exception e)
#pragma warning restore CA1031
        {
            var error = ServerError.Of(e, options.BodyLimit);
            failure = error.Status >= 500 && e is not ServerErrorException ? e : null;
            if (context.Response.HasStarted)
            {
                context.Abort();
            }
            else
            {
                await RefuseAsync(context, error).ConfigureAwait(false);
            }
        }
        finally
        {
            options.Log?.Invoke(new ServedRequest(
                at, context.Request.Method, Printable(context.Request.Path), context.Response.StatusCode, options.Clock.GetElapsedTime(start), context.Items[NoteKey] as string, failure));
        }
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        if (rules.RefusesHost(request.Host) is { } strange)
        {
            throw new ServerErrorException(new ServerError(403, "host_not_allowed", strange));
        }

        if (rules.RefusesOrigin(request) is { } foreign)
        {
            throw new ServerErrorException(new ServerError(403, "origin_not_allowed", foreign));
        }

        if (request.Headers.Origin is [{ } origin] && rules.Allows(origin))
        {
            AllowOrigin(context.Response.Headers, origin);
            if (HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0)
            {
                Preflight(context);
                return;
            }
        }

        if (!keys.IsEmpty && !open.Contains(request.Path.Value ?? ""))
        {
            CheckKey(context);
        }

        if (request.ContentLength > options.BodyLimit)
        {
            throw new ServerErrorException(ServerError.TooLarge(options.BodyLimit));
        }

        await next(context).ConfigureAwait(false);
        if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: 404 or 405 })
        {
            string path = Printable(request.Path);
            string allowed = context.Response.Headers.Allow.ToString();
            throw new ServerErrorException(context.Response.StatusCode == 405
                ? new ServerError(405, "method_not_allowed", ServerTexts.WrongMethod(Printable(request.Method), path, allowed))
                : new ServerError(404, "not_found", ServerTexts.NotFound(Printable(request.Method), path)));
        }
    }

    private void CheckKey(HttpContext context)
    {
        string? given = ApiKeys.Of(context.Request);
        if (string.IsNullOrEmpty(given) || !keys.Accept(given))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ServerErrorException(new ServerError(401, "invalid_api_key", string.IsNullOrEmpty(given) ? ServerTexts.KeyMissing : ServerTexts.KeyWrong));
        }
    }

    /// <summary>Answers with an error. A body that was not read is dropped for a moment, since closing at once would take the answer away from a client that is still sending; then the connection closes.</summary>
    private async Task RefuseAsync(HttpContext context, ServerError error)
    {
        try
        {
            bool unread = error.Status is 401 or 403 or 408 or 413 && HasBody(context);
            if (unread)
            {
                context.Response.Headers.Connection = "close";
            }

            await error.WriteAsync(context, pages.Any(page => context.Request.Path.StartsWithSegments(page, StringComparison.Ordinal))).ConfigureAwait(false);
            if (unread)
            {
                await context.Response.CompleteAsync().ConfigureAwait(false);
                await DropBodyAsync(context).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or BadHttpRequestException)
        {
            context.Abort(); // the client is gone, or still sends: there is nobody to tell
        }
    }

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;

    private async Task DropBodyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        using var late = new CancellationTokenSource(LingerTime, options.Clock);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        var scratch = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(scratch, enough.Token).ConfigureAwait(false) > 0)
        {
        }
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["X-Request-Id"] = Guid.NewGuid().ToString("N");
    }

    private static void AllowOrigin(IHeaderDictionary headers, string origin)
    {
        headers.AccessControlAllowOrigin = origin;
        headers.Vary = "Origin";
        headers.AccessControlExposeHeaders = "Retry-After, X-Request-Id";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    private static void Preflight(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET, POST, DELETE, OPTIONS";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders is { Count: > 0 } asked ? asked : "Authorization, Content-Type, X-Api-Key";
        headers.AccessControlMaxAge = "600";
        if (context.Request.Headers["Access-Control-Request-Private-Network"] == "true")
        {
            headers["Access-Control-Allow-Private-Network"] = "true";
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // for a line of a log or of a message: nothing that would break it
    private static string Printable(string? text)
    {
        const int most = 200;
        string shown = text ?? "";
        return string.Create(CultureInfo.InvariantCulture, $"{new string([.. shown.Take(most).Select(c => char.IsControl(c) ? '?' : c)])}{(shown.Length > most ? "…" : "")}");
    }
}

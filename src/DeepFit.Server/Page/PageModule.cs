using System.Text;
using DeepFit.Server.Api;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DeepFit.Server.Page;

/// <summary>The page itself: its files, and, at the addresses of its views, its index with the token in it.</summary>
internal sealed class PageModule : IServerModule
{
    /// <summary>What the page may do: load from here alone, run no code but its own files, be framed by nobody.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The features of a browser that the page does without.</summary>
    public const string Permissions =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

    private const string Index = "/index.html";
    private const string Slot = "name=\"deepfit-token\" content=\"\"";

    private readonly PageAssets assets;
    private readonly byte[] index;

    /// <summary>Creates it.</summary>
    /// <param name="assets">The files.</param>
    /// <param name="token">What goes into the index.</param>
    public PageModule(PageAssets assets, PageToken token)
    {
        this.assets = assets;
        string html = assets.Find(Index) is { } file ? Encoding.UTF8.GetString(file.Unpacked()) : "";
        index = Encoding.UTF8.GetBytes(html.Replace(Slot, $"name=\"deepfit-token\" content=\"{token.Value}\"", StringComparison.Ordinal));
    }

    /// <summary>The addresses of the page's views; any other that is no file is not found.</summary>
    public static IReadOnlyList<string> Views { get; } = ["/", "/planner", "/learn", "/test-drive", "/deploy", "/chat", "/report"];

    /// <inheritdoc/>
    public void Map(WebApplication app) => app.MapMethods("/{**path}", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)AnswerAsync);

    private Task AnswerAsync(HttpContext http)
    {
        string path = http.Request.Path.Value ?? "/";
        SetHeaders(http.Response.Headers);
        if (assets.Exist && (path == Index || Views.Contains(path.Length > 1 ? path.TrimEnd('/') : path)))
        {
            // the token changes with every start: nothing keeps the index
            http.Response.Headers.CacheControl = "no-store";
            return SendAsync(http, "text/html; charset=utf-8", index, null);
        }

        if (assets.Find(path) is { } asset)
        {
            return SendAsync(http, asset);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task SendAsync(HttpContext http, PageAsset asset)
    {
        (string? encoding, byte[] bytes) = Encoded(http.Request, asset);
        IHeaderDictionary headers = http.Response.Headers;
        headers.CacheControl = asset.Hashed ? "public, max-age=31536000, immutable" : "no-cache";
        headers.ETag = $"\"{asset.Tag}{(encoding is null ? "" : "-" + encoding)}\"";
        headers.Vary = "Accept-Encoding";
        if (EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch, out IList<EntityTagHeaderValue>? known)
            && known.Any(tag => tag.Tag == "*" || tag.Tag.Value!.StartsWith($"\"{asset.Tag}", StringComparison.Ordinal)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return SendAsync(http, asset.Type, bytes, encoding);
    }

    private static async Task SendAsync(HttpContext http, string type, byte[] bytes, string? encoding)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        if (encoding is not null)
        {
            http.Response.Headers.ContentEncoding = encoding;
        }

        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private static (string? Encoding, byte[] Bytes) Encoded(HttpRequest request, PageAsset asset)
    {
        bool Takes(string encoding) => StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out IList<StringWithQualityHeaderValue>? taken)
            && taken.Any(one => one.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);
        return asset.Brotli is { } brotli && Takes("br") ? ("br", brotli)
            : asset.Gzip is { } gzip && Takes("gzip") ? ("gzip", gzip)
            : (null, asset.Unpacked());
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}

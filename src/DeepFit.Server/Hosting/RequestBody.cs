using System.Runtime.InteropServices;
using System.Text.Json;
using DeepFit.Core.Text;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Hosting;

/// <summary>Reads a request's JSON, within its limits of size and time.</summary>
public static class RequestBody
{
    private const int FirstRead = 16 * 1024;
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 128 };

    /// <summary>The JSON object that a request carries.</summary>
    /// <param name="context">The request.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ServerErrorException">There is none, it is no JSON, it is too large, or it takes too long.</exception>
    public static async Task<JsonDocument> ReadObjectAsync(HttpContext context, ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        ReadOnlyMemory<byte> body = await ReadAsync(context, options).ConfigureAwait(false);
        if (body.Length == 0)
        {
            throw Bad(ServerTexts.NoBody);
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Json);
        }
        catch (JsonException e)
        {
            throw Bad(ServerTexts.BadJson((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1));
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            document.Dispose();
            throw Bad(ServerTexts.NotAnObject);
        }

        return document;
    }

    /// <summary>Whether all texts and names of a JSON value can be read: none holds half a surrogate pair, which JSON can write and no string can hold.</summary>
    /// <param name="json">The value.</param>
    public static bool IsUnicode(JsonElement json)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(json), new JsonReaderOptions { MaxDepth = Json.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return true;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, ServerOptions options)
    {
        using var slow = new CancellationTokenSource(options.BodyTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, context.RequestAborted);
        var buffer = new byte[Math.Max(1, context.Request.ContentLength ?? FirstRead)];
        int length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length == context.Request.ContentLength)
                    {
                        return buffer;
                    }

                    Array.Resize(ref buffer, checked(buffer.Length * 2));
                }

                int read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), either.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer.AsMemory(0, length);
                }

                length += read;
                if (length > options.BodyLimit)
                {
                    throw new ServerErrorException(ServerError.TooLarge(options.BodyLimit));
                }
            }
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new ServerErrorException(new ServerError(StatusCodes.Status408RequestTimeout, "request_timeout", ServerTexts.BodyTooSlow));
        }
    }

    private static ServerErrorException Bad(BilingualText text) => new(new ServerError(StatusCodes.Status400BadRequest, "invalid_json", text));
}

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Hosting;

/// <summary>An error as a request is told of it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="Text">What is wrong, and what to do about it.</param>
public sealed record ServerError(int Status, string Code, BilingualText Text)
{
    internal static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What of the request is wrong, by its path in the JSON, or null.</summary>
    public string? Param { get; init; }

    /// <summary>When to try again, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The nearest right names.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>The kind of error, in OpenAI's words.</summary>
    public string Type => Status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        503 => "unavailable_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    /// <summary>The error that an exception is.</summary>
    public static ServerError Of(Exception exception, long bodyLimit) => exception switch
    {
        ServerErrorException e => e.Error,
        GenerationRequestException e => new ServerError(400, e.Code, e.Text) { Param = e.Parameter },
        QueueFullException e => new ServerError(429, "rate_limit_exceeded", e.Text) { RetryAfter = e.RetryAfter },
        EngineFailedException e => new ServerError(500, "engine_failed", e.Text),
        NotFoundException e => new ServerError(404, "not_found", e.Text) { Suggestions = e.Suggestions },
        OperationFailedException e => new ServerError(500, "failed", e.Text),
        UserErrorException e => new ServerError(400, "invalid_value", e.Text) { Suggestions = e.Suggestions },
        BadHttpRequestException { StatusCode: 413 } => TooLarge(bodyLimit),
        BadHttpRequestException { StatusCode: 408 } => new ServerError(408, "request_timeout", ServerTexts.BodyTooSlow),
        BadHttpRequestException e => new ServerError(e.StatusCode, "bad_request", ServerTexts.BadRequest(e.Message)),
        _ => new ServerError(500, "internal_error", ServerTexts.Internal),
    };

    /// <summary>The error of a body over the limit.</summary>
    internal static ServerError TooLarge(long limit) => new(413, "request_too_large", ServerTexts.BodyTooLarge(limit));

    /// <summary>Answers a request with the error; the response must not have started.</summary>
    /// <param name="context">The request.</param>
    /// <param name="page">
    /// Whether in the page's form, <c>{ "error": { "kind", "message", "message_zh", "suggestions" } }</c>; otherwise in OpenAI's, <c>{ "error": { "message", "message_zh", "type", "param", "code" } }</c>.
    /// </param>
    public async Task WriteAsync(HttpContext context, bool page = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        HttpResponse response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        }

        using (var json = new Utf8JsonWriter(response.BodyWriter, JsonOptions))
        {
            Write(json, page);
        }

        await response.BodyWriter.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Writes the error's document.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="page">Whether in the page's form.</param>
    public void Write(Utf8JsonWriter json, bool page = false)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        if (page)
        {
            json.WriteString("kind"u8, Code);
        }

        json.WriteString("message"u8, Text.En);
        json.WriteString("message_zh"u8, Text.Zh);
        if (page)
        {
            json.WriteStartArray("suggestions"u8);
            foreach (string suggestion in Suggestions)
            {
                json.WriteStringValue(suggestion);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteString("type"u8, Type);
            json.WriteString("param"u8, Param);
            json.WriteString("code"u8, Code);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}

/// <summary>Ends a request with an error.</summary>
public sealed class ServerErrorException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="error">The error.</param>
    public ServerErrorException(ServerError error)
        : base(error?.Text.En) => Error = error!;

    /// <summary>The error.</summary>
    public ServerError Error { get; }
}

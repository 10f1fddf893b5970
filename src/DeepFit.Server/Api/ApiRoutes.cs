using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Server.Api.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace DeepFit.Server.Api;

/// <summary>What the OpenAPI document says of an endpoint beside its documents.</summary>
/// <param name="Id">Its name for programs.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Parameters">What it takes.</param>
internal sealed record ApiOperation(string Id, string Summary, IReadOnlyList<ApiParameter> Parameters);

/// <summary>
/// Maps endpoints. They are plain request delegates, which need neither reflection nor generated code: what they take and answer is said once, in metadata that the OpenAPI document is made from.
/// </summary>
internal static class ApiRoutes
{
    private const string Json = "application/json";

    /// <summary>Answers a GET with a document.</summary>
    public static void Get<T>(this IEndpointRouteBuilder routes, string pattern, ApiOperation operation, Func<ApiRequest, Task<ApiAnswer>> answer) =>
        Describe<T>(routes.MapGet(pattern, Handler(operation, answer)), operation, StatusCodes.Status200OK, Json);

    /// <summary>Answers a GET with a stream of events.</summary>
    public static void Events<T>(this IEndpointRouteBuilder routes, string pattern, ApiOperation operation, Func<ApiRequest, Task> answer) =>
        Describe<T>(routes.MapGet(pattern, Handler(operation, answer)), operation, StatusCodes.Status200OK, "text/event-stream");

    /// <summary>Takes a POST and answers it in pieces.</summary>
    public static void Stream<T>(this IEndpointRouteBuilder routes, string pattern, ApiOperation operation, Func<ApiRequest, Task> answer) =>
        Describe<T>(routes.MapPost(pattern, Handler(operation, answer)).WithMetadata(new AcceptsMetadata([Json], typeof(object))), operation, StatusCodes.Status200OK, Json);

    /// <summary>Takes a POST with a body.</summary>
    public static void Post<TBody, T>(this IEndpointRouteBuilder routes, string pattern, ApiOperation operation, int status, Func<ApiRequest, Task<ApiAnswer>> answer)
        where TBody : class =>
        Describe<T>(routes.MapPost(pattern, Handler(operation, answer)).WithMetadata(new AcceptsMetadata([Json], typeof(TBody))), operation, status, Json);

    /// <summary>Takes a DELETE; there is nothing to say when it is done.</summary>
    public static void Delete(this IEndpointRouteBuilder routes, string pattern, ApiOperation operation, Func<ApiRequest, Task> answer) =>
        Describe<object>(
            routes.MapDelete(pattern, Handler(operation, async request =>
            {
                await answer(request).ConfigureAwait(false);
                request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
            })),
            operation, StatusCodes.Status204NoContent, null);

    /// <summary>Writes what went wrong, in both languages.</summary>
    public static Task WriteErrorAsync(HttpContext http, int status, string kind, BilingualText text, IReadOnlyList<string>? suggestions = null) =>
        WriteAsync(http, ApiAnswer.Of(ErrorOf(kind, text, suggestions), ApiJsonContext.Default.ApiErrorDocument, status));

    /// <summary>The document of what went wrong.</summary>
    public static ApiErrorDocument ErrorOf(string kind, BilingualText text, IReadOnlyList<string>? suggestions = null) => new(new ApiErrorDetail(kind, text.En, text.Zh, suggestions ?? []));

    /// <summary>The document of what went wrong.</summary>
    public static ApiErrorDocument ErrorOf(Exception exception)
    {
        Failure failure = Failure.Of(exception);
        return ErrorOf(exception is ApiException api ? api.Kind : failure.Kind, failure.Text, failure.Suggestions);
    }

    private static RequestDelegate Handler(ApiOperation operation, Func<ApiRequest, Task<ApiAnswer>> answer) => Handler(
        operation, async request => await WriteAsync(request.Http, await answer(request).ConfigureAwait(false)).ConfigureAwait(false));

    private static RequestDelegate Handler(ApiOperation operation, Func<ApiRequest, Task> answer) => async http =>
    {
        var request = new ApiRequest(http, operation.Parameters);
        try
        {
            request.Check();
            await answer(request).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // nobody is there to be told
        }
#pragma warning disable CA1031 // the last resort: whatever went wrong, the page gets words and no stack trace
        catch (Exception e) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            await WriteAsync(http, ApiAnswer.Of(ErrorOf(e), ApiJsonContext.Default.ApiErrorDocument, StatusOf(e))).ConfigureAwait(false);
        }
    };

    private static int StatusOf(Exception exception) => exception switch
    {
        ApiException api => api.Status,
        BadHttpRequestException bad => bad.StatusCode,
        _ => Failure.Of(exception) switch
        {
            { Kind: "not_found" } => StatusCodes.Status404NotFound,
            { Kind: "nothing_fits" } => StatusCodes.Status409Conflict,
            { ExitCode: Failure.WrongUsage } => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status500InternalServerError,
        },
    };

    private static async Task WriteAsync(HttpContext http, ApiAnswer answer)
    {
        using var body = new MemoryStream();
        answer.Write(body);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), http.RequestAborted).ConfigureAwait(false);
    }

    private static void Describe<T>(IEndpointConventionBuilder endpoint, ApiOperation operation, int status, string? type) => endpoint.WithMetadata(
        operation,
        type is null ? new ProducesResponseTypeMetadata(status) : new ProducesResponseTypeMetadata(status, typeof(T), [type]),
        new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ApiErrorDocument), [Json]));
}

/// <summary>A refusal with a status of its own.</summary>
internal sealed class ApiException(int status, string kind, BilingualText text) : UserErrorException(text)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The stable word.</summary>
    public string Kind { get; } = kind;
}

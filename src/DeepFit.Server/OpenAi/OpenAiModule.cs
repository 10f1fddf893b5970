using System.Text.Json;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.OpenAi;

/// <summary>
/// The OpenAI-compatible API of one model: <c>/v1/models</c>, <c>/v1/chat/completions</c>, <c>/v1/completions</c>; beside it <c>/health</c>, <c>/version</c> and <c>/metrics</c>.
/// </summary>
/// <param name="model">The model; it may still be loading.</param>
/// <param name="options">The server's limits.</param>
/// <param name="mostOutput">The most tokens of an answer, whatever a request asks for; null for what its context has room for.</param>
public sealed class OpenAiModule(ServedModel model, ServerOptions options, int? mostOutput = null) : IServerModule
{
    private readonly ServerMetrics metrics = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> OpenPaths => ["/health"];

    /// <inheritdoc/>
    public void Map(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapPost("/v1/chat/completions", (RequestDelegate)(context => AnswerAsync(context, Endpoint.Chat)));
        app.MapPost("/v1/completions", (RequestDelegate)(context => AnswerAsync(context, Endpoint.Completions)));
        app.MapGet("/v1/models", (RequestDelegate)ModelsAsync);
        app.MapGet("/v1/models/{**id}", (RequestDelegate)ModelAsync);
        app.MapGet("/health", (RequestDelegate)HealthAsync);
        app.MapGet("/version", (RequestDelegate)VersionAsync);
        app.MapGet("/metrics", (RequestDelegate)MetricsAsync);
    }

    private async Task AnswerAsync(HttpContext context, Endpoint endpoint)
    {
        RequestOutcome outcome = RequestOutcome.Failed;
        try
        {
            using JsonDocument body = await RequestBody.ReadObjectAsync(context, options).ConfigureAwait(false);
            try
            {
                outcome = await AnswerAsync(context, endpoint, body.RootElement).ConfigureAwait(false);
            }
            catch (InvalidOperationException e) when (e is not ObjectDisposedException && !RequestBody.IsUnicode(body.RootElement))
            {
                throw new ServerErrorException(new ServerError(StatusCodes.Status400BadRequest, "invalid_json", OpenAiTexts.NotUnicode));
            }
        }
        catch (ObjectDisposedException)
        {
            throw new ServerErrorException(ServedModel.Stopped);
        }
        catch (Exception e)
        {
            outcome = context.RequestAborted.IsCancellationRequested ? RequestOutcome.Cancelled
                : e is QueueFullException ? RequestOutcome.Refused
                : ServerError.Of(e, options.BodyLimit).Status < 500 ? RequestOutcome.Invalid
                : RequestOutcome.Failed;
            throw;
        }
        finally
        {
            metrics.Count(endpoint, outcome);
        }
    }

    private async Task<RequestOutcome> AnswerAsync(HttpContext context, Endpoint endpoint, JsonElement body)
    {
        CheckName(new RequestFields(body).Text("model"));
        InferenceEngine engine = model.Require();
        ApiRequest request = endpoint == Endpoint.Chat ? ApiRequest.Chat(body, mostOutput, engine.ChatTemplate) : ApiRequest.Completion(body, mostOutput);
        AnswerFormat format = endpoint == Endpoint.Chat ? new ChatFormat() : new CompletionFormat();
        return await new Responder(context, request, format, model, metrics, options.Clock).RunAsync(engine).ConfigureAwait(false);
    }

    private void CheckName(string? name)
    {
        if (!model.Answers(name))
        {
            throw new ServerErrorException(new ServerError(StatusCodes.Status404NotFound, "model_not_found", OpenAiTexts.UnknownModel(name!, model.Id, model.Aliases)) { Param = "model" });
        }
    }

    private Task ModelsAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        WriteModel(json);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task ModelAsync(HttpContext context)
    {
        CheckName(context.Request.RouteValues["id"] as string);
        return WriteAsync(context, StatusCodes.Status200OK, WriteModel);
    }

    private void WriteModel(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model.Id);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, model.Started.ToUnixTimeSeconds());
        json.WriteString("owned_by"u8, "deepfit"u8);
        json.WriteStartArray("aliases"u8);
        foreach (string alias in model.Aliases.Where(alias => alias != "*"))
        {
            json.WriteStringValue(alias);
        }

        json.WriteEndArray();
        json.WriteString("quantization"u8, model.Quantization);
        if (model.Engine is { } engine)
        {
            json.WriteNumber("context_length"u8, engine.ContextLength);
            json.WriteNumber("parameters"u8, engine.Model.Layout.ParameterCount);
        }

        json.WriteEndObject();
    }

    private Task HealthAsync(HttpContext context) => WriteAsync(
        context, model.State == ServedState.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, model.State switch { ServedState.Ready => "ok"u8, ServedState.Loading => "loading"u8, _ => "stopping"u8 });
            if (model.State == ServedState.Loading)
            {
                json.WriteNumber("progress"u8, Math.Round(model.Progress, 3));
            }

            json.WriteEndObject();
        });

    private Task VersionAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("version"u8, ServerHost.Version);
        json.WriteString("engine"u8, NativeEngine.Name);
        json.WriteString("model"u8, model.Id);
        json.WriteEndObject();
    });

    private Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = MetricsText.ContentType;
        return context.Response.WriteAsync(MetricsText.Write(model, metrics), context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter, ServerError.JsonOptions))
        {
            write(json);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.OpenAi;

/// <summary>Server-sent events, written straight into the connection's buffer; one writer serves them all.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly PipeWriter output;
    private readonly Utf8JsonWriter json;

    /// <summary>Begins a stream; the headers go out with the first flush.</summary>
    public EventStream(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx passes pieces on as they come
        output = response.BodyWriter;
        json = new Utf8JsonWriter(output, ServerError.JsonOptions);
    }

    /// <summary>Begins an event; write its document with what is returned.</summary>
    public Utf8JsonWriter Begin()
    {
        output.Write("data: "u8);
        json.Reset();
        return json;
    }

    /// <summary>Ends the event.</summary>
    public void End()
    {
        json.Flush();
        output.Write("\n\n"u8);
    }

    /// <summary>The last event.</summary>
    public void Done() => output.Write("data: [DONE]\n\n"u8);

    /// <summary>A line that clients skip; it keeps whoever is between from closing a connection on which nothing comes.</summary>
    public void Comment() => output.Write(": waiting\n\n"u8);

    /// <summary>Sends what was written.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => json.Dispose();
}

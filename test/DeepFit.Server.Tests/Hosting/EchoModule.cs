using System.Text.Json;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Tests.Hosting;

/// <summary>Answers with what it was sent; waits where it is told to; fails where it is told to.</summary>
internal sealed class EchoModule(ServerOptions options) : IServerModule
{
    private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> OpenPaths => ["/open"];

    public string? PagePath => "/api";

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a request waits.</summary>
    public Task Arrived => arrived.Task;

    public void Map(WebApplication app)
    {
        app.MapGet("/open", (RequestDelegate)(context => context.Response.WriteAsync("open")));
        app.MapGet("/hello", (RequestDelegate)(context => context.Response.WriteAsync("hello")));
        app.MapGet("/fail", (RequestDelegate)(_ => throw new InvalidOperationException("a secret detail")));
        app.MapGet("/api/fail", (RequestDelegate)(_ => throw new InvalidOperationException("a secret detail")));
        app.MapGet("/wait", (RequestDelegate)(async context =>
        {
            await context.Response.WriteAsync("begun ");
            arrived.TrySetResult();
            await Gate.Task;
            await context.Response.WriteAsync("ended");
        }));
        app.MapPost("/echo", (RequestDelegate)(async context =>
        {
            using JsonDocument document = await RequestBody.ReadObjectAsync(context, options);
            await context.Response.WriteAsync(document.RootElement.GetRawText());
        }));
    }
}

using DeepFit.Core.Contract;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Deployments;

/// <summary><c>GET /deepfit/status</c>: what is served, what was promised and what came, and what has been done. It needs the key, where there is one.</summary>
/// <param name="status">Makes the status.</param>
public sealed class StatusModule(Func<ServerStatusDocument> status) : IServerModule
{
    /// <summary>The path.</summary>
    public const string Path = "/deepfit/status";

    /// <inheritdoc/>
    public void Map(WebApplication app) => app.MapGet(Path, (HttpContext context) =>
    {
        using var document = new MemoryStream();
        ContractJson.Write(document, status());
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(document.ToArray()).AsTask();
    });
}

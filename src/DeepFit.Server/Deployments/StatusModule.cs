using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Deployments;

/// <summary><c>GET /deepfit/status</c>: what is served, what was promised and what came, and what has been done. It needs the key, where there is one.</summary>
/// <param name="status">Makes the status; null while the model is being loaded.</param>
public sealed class StatusModule(Func<ServerStatusDocument?> status) : IServerModule
{
    /// <summary>The path.</summary>
    public const string Path = "/deepfit/status";

    private static readonly BilingualText Loading = new(
        "The model is still being loaded. Ask again in a few seconds.",
        "模型仍在加载，请稍后再试。");

    /// <inheritdoc/>
    public void Map(WebApplication app) => app.MapGet(Path, (RequestDelegate)WriteAsync);

    private Task WriteAsync(HttpContext context)
    {
        ServerStatusDocument now = status() ?? throw new ServerErrorException(new ServerError(503, "model_loading", Loading) { RetryAfter = TimeSpan.FromSeconds(5) });
        using var document = new MemoryStream();
        ContractJson.Write(document, now);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(document.ToArray()).AsTask();
    }
}

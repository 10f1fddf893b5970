using Microsoft.AspNetCore.Builder;

namespace DeepFit.Server.Hosting;

/// <summary>A part of what a server offers: the OpenAI API, the page's API, the page. Requests reach it only after <see cref="RequestGuard"/> let them pass.</summary>
public interface IServerModule
{
    /// <summary>Paths that need no API key, such as <c>/health</c>.</summary>
    IReadOnlyList<string> OpenPaths => [];

    /// <summary>The beginning of paths of which errors are told in the page's form (<see cref="ServerError.WriteAsync"/>), or null.</summary>
    string? PagePath => null;

    /// <summary>Adds services, where the module has any.</summary>
    /// <param name="builder">The server being built.</param>
    void Configure(WebApplicationBuilder builder)
    {
    }

    /// <summary>Adds middleware and routes.</summary>
    /// <param name="app">The server.</param>
    void Map(WebApplication app);
}

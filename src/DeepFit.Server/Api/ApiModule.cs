using DeepFit.Engine.Hosting;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DeepFit.Server.Api;

/// <summary>The page's API, under <c>/api</c>.</summary>
internal sealed class ApiModule : IServerModule, IAsyncDisposable
{
    private readonly PageServices services;
    private readonly PageToken token;
    private readonly CatalogueEndpoints catalogue;
    private readonly PlannerEndpoints planner;
    private readonly TestDriveEndpoints testDrives;
    private readonly PullEndpoints pulls;
    private readonly DeploymentEndpoints deployments;

    /// <summary>Creates it.</summary>
    /// <param name="services">The machine, the engine and the store; not disposed here.</param>
    /// <param name="version">DeepFit's version.</param>
    /// <param name="time">The clock.</param>
    /// <param name="token">What changes must carry.</param>
    public ApiModule(IDeepFitServices services, string version, TimeProvider time, PageToken token)
    {
        this.token = token;
        this.services = new PageServices(services, time);
        catalogue = new CatalogueEndpoints(this.services, version);
        planner = new PlannerEndpoints(this.services, version, time);
        testDrives = new TestDriveEndpoints(this.services);
        pulls = new PullEndpoints(this.services, time);
        deployments = new DeploymentEndpoints(this.services, services, time);
    }

    /// <inheritdoc/>
    public string? PagePath => "/api";

    /// <inheritdoc/>
    public void Map(WebApplication app)
    {
        app.Use(token.CheckAsync);
        MapEndpoints(app);
    }

    /// <summary>Looks at the machine, and plans for it, before anybody asks: what every plan needs is then there.</summary>
    public Task WarmAsync(CancellationToken cancellationToken) => planner.WarmAsync(cancellationToken);

    /// <summary>Stops what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await testDrives.DisposeAsync().ConfigureAwait(false);
        await pulls.DisposeAsync().ConfigureAwait(false);
        services.Dispose();
    }

    internal void MapEndpoints(IEndpointRouteBuilder routes)
    {
        catalogue.Map(routes);
        planner.Map(routes);
        testDrives.Map(routes);
        pulls.Map(routes);
        deployments.Map(routes);
    }
}

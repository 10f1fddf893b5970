using System.Net;
using System.Net.Sockets;
using System.Reflection;
using DeepFit.Core.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DeepFit.Server.Hosting;

/// <summary>A running HTTP server: Kestrel, the guard, and the modules. It reads no configuration files and no environment, and leaves signals to its owner.</summary>
public sealed class ServerHost : IAsyncDisposable
{
    // RequestGuard and RequestBody refuse what is over the limit; past this, Kestrel cuts what they drop
    private const long BodySlack = 64 * 1024 * 1024;

    private readonly WebApplication app;

    private ServerHost(WebApplication app, Uri address)
    {
        this.app = app;
        Address = address;
    }

    /// <summary>DeepFit's version.</summary>
    public static string Version { get; } =
        typeof(ServerHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Where it listens, with the port that was taken, such as <c>http://127.0.0.1:8484</c>; of 0.0.0.0 and :: the loopback address.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server; it listens when this ends.</summary>
    /// <param name="options">Where, for whom, and the limits.</param>
    /// <param name="modules">What it offers.</param>
    /// <param name="cancellationToken">Stops starting.</param>
    /// <exception cref="UserErrorException">The options are unsafe.</exception>
    /// <exception cref="OperationFailedException">The port is taken, or may not be used.</exception>
    public static async Task<ServerHost> StartAsync(ServerOptions options, IReadOnlyList<IServerModule> modules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(modules);
        options.Check();

        // the empty builder rather than the slim one, which would take ports and settings from appsettings.json and ASPNETCORE_ variables
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "DeepFit", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan); // StopAsync's token says when it is enough
        foreach (IServerModule module in modules)
        {
            module.Configure(builder);
        }

        WebApplication app = builder.Build();
        var guard = new RequestGuard(options, modules);
        app.Use((HttpContext context, RequestDelegate next) => guard.InvokeAsync(context, next));
        foreach (IServerModule module in modules)
        {
            module.Map(app);
        }

        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw Explain(e, options) ?? e;
        }

        int port = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;
        return new ServerHost(app, AddressOf(options.Address, port));
    }

    /// <summary>Takes no more connections and waits for the requests that run.</summary>
    /// <param name="cancellationToken">Ends the waiting: what still runs is cut.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => app.StopAsync(cancellationToken);

    /// <summary>Cuts what still runs, and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        var rate = new MinDataRate(options.LeastRate, options.SlowGrace);
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxRequestBodySize = options.BodyLimit + BodySlack;
        kestrel.Limits.MaxConcurrentConnections = options.MostConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = rate;
        kestrel.Limits.MinResponseDataRate = rate;
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        if (options.Address.Equals(IPAddress.Loopback) && options.Port != 0)
        {
            kestrel.ListenLocalhost(options.Port); // both of localhost's addresses, since clients try either first
        }
        else
        {
            kestrel.Listen(options.Address, options.Port);
        }
    }

    private static Uri AddressOf(IPAddress address, int port)
    {
        IPAddress reachable = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return new UriBuilder("http", reachable.ToString(), port).Uri;
    }

    private static OperationFailedException? Explain(Exception error, ServerOptions options)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => new OperationFailedException(ServerTexts.PortTaken(options.Port), error),
                    SocketError.AccessDenied => new OperationFailedException(ServerTexts.PortForbidden(options.Port), error),
                    SocketError.AddressNotAvailable => new OperationFailedException(ServerTexts.NoSuchAddress(options.Address), error),
                    _ => new OperationFailedException(ServerTexts.CannotListen(options.Address, options.Port, socket.Message), error),
                };
            }
        }

        return null;
    }

    /// <summary>Waits for nothing and listens to no signals: the owner does.</summary>
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

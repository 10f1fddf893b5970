using System.Net.Sockets;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Server.Api;
using DeepFit.Server.Hosting;

namespace DeepFit.Server.Page;

/// <summary>A running page: <c>deepfit web</c>.</summary>
public sealed class PageServer : IAsyncDisposable
{
    /// <summary>The port where none is asked for: 8642, or the next that is free.</summary>
    public const int DefaultPort = 8642;

    // ports that are tried from the default one up
    private const int Tries = 20;

    private readonly ServerHost host;
    private readonly ApiModule api;

    private PageServer(ServerHost host, ApiModule api, PageToken token)
    {
        this.host = host;
        this.api = api;
        Token = token.Value;
        _ = WarmAsync();
    }

    /// <summary>Whether this program was built with a page.</summary>
    public static bool HasPage => PageAssets.Embedded.Exist;

    /// <summary>Where it is, such as <c>http://127.0.0.1:8642/</c>.</summary>
    public Uri Address => host.Address;

    /// <summary>What changes must carry in <c>X-DeepFit-Token</c>.</summary>
    internal string Token { get; }

    /// <summary>Starts it at loopback.</summary>
    /// <param name="services">The machine, the engine and the store; not disposed here.</param>
    /// <param name="version">DeepFit's version.</param>
    /// <param name="port">The port; null for the default one, or the next that is free.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="OperationFailedException">The port cannot be had.</exception>
    public static Task<PageServer> StartAsync(IDeepFitServices services, string version, int? port, CancellationToken cancellationToken) =>
        StartAsync(services, version, port, PageAssets.Embedded, TimeProvider.System, cancellationToken);

    internal static async Task<PageServer> StartAsync(
        IDeepFitServices services, string version, int? port, PageAssets assets, TimeProvider time, CancellationToken cancellationToken)
    {
        var token = new PageToken();
        var api = new ApiModule(services, version, time, token);
        IServerModule[] modules = [api, new PageModule(assets, token)];
        for (int tried = 0; ; tried++)
        {
            try
            {
                var options = new ServerOptions { Port = port ?? DefaultPort + tried, Clock = time };
                return new PageServer(await ServerHost.StartAsync(options, modules, cancellationToken).ConfigureAwait(false), api, token);
            }
            catch (OperationFailedException e) when (port is null && tried + 1 < Tries && IsTaken(e))
            {
                // the next one
            }
            catch
            {
                await api.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Stops what it started, and frees the port. Deployments go on.</summary>
    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
    }

    private static bool IsTaken(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                return true;
            }
        }

        return false;
    }

    // the first question is then answered at once
    private async Task WarmAsync()
    {
        try
        {
            await api.WarmAsync(CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // who asks is told
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}

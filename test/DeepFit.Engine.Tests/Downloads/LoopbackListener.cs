using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeepFit.Engine.Tests.Downloads;

/// <summary>Takes connections on the loopback interface until it is disposed; what is said on one is the caller's.</summary>
internal sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<NetworkStream, Task> serve;
    private readonly Task loop;

    public LoopbackListener(Func<NetworkStream, Task> serve)
    {
        this.serve = serve;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        loop = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Is cancelled when the listener is disposed.</summary>
    public CancellationToken Stopping => stop.Token;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop; // before the listener stops: accepting again on a stopped one is an error of another kind
        listener.Stop();
        listener.Dispose();
        stop.Dispose();
    }

    /// <summary>The head of the next request: what it is for, and its headers, their names in lower case; null when the client says no more.</summary>
    public async Task<(string Target, Dictionary<string, string> Headers)?> ReadHeadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(stop.Token) is not { Length: > 0 } line)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } header)
        {
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            headers[header[..colon].ToLowerInvariant()] = header[(colon + 1)..].Trim();
        }

        return (line.Split(' ')[1], headers);
    }

    /// <summary>Reads heads from a connection, which stays open.</summary>
    public static StreamReader HeadReader(NetworkStream stream) => new(stream, Encoding.ASCII, false, 4096, leaveOpen: true);

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                await serve(connection.GetStream());
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
            {
                // the client or the test went away
            }
        }
    }
}

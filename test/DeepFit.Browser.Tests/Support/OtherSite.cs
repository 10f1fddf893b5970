using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeepFit.Browser.Tests.Support;

/// <summary>Somebody else's site: one page, served from another port of this machine.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private readonly byte[] answer;

    public OtherSite(string html)
    {
        byte[] body = Encoding.UTF8.GetBytes(html);
        answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];
        listener.Start();
        running = ServeAsync();
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The first lines of what was asked of it.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await running;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                Asked.Enqueue(await reader.ReadLineAsync(stop.Token) ?? "");
                while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 })
                {
                    // the headers do not matter
                }

                await stream.WriteAsync(answer, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // it is closed
        }
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DeepFit.Server.Tests.Support;

/// <summary>An HTTP client that sends what it is told, byte for byte, over a socket of its own.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient socket = new();

    private RawClient(Uri address) => Address = address;

    public Uri Address { get; }

    /// <summary>The connection, kept: the socket gives no stream any more once one side has failed, though what came before can still be read.</summary>
    public NetworkStream Stream { get; private set; } = null!;

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var client = new RawClient(address);
        await client.socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        client.Stream = client.socket.GetStream();
        return client;
    }

    /// <summary>Sends one request on a connection of its own and returns status, headers and body.</summary>
    public static async Task<RawAnswer> AskAsync(Uri address, string request)
    {
        await using RawClient client = await ConnectAsync(address);
        await client.SendAsync(request);
        return await client.ReadAsync();
    }

    public ValueTask SendAsync(string text) => Stream.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Reads until the server closes, or the announced body is complete.</summary>
    public async Task<RawAnswer> ReadAsync()
    {
        var bytes = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            RawAnswer? answer = RawAnswer.TryParse(Encoding.UTF8.GetString(bytes.ToArray()));
            if (answer is { Complete: true })
            {
                return answer;
            }

            int read = await ReadSomeAsync(buffer);
            if (read == 0)
            {
                return answer ?? new RawAnswer(0, "", "", true);
            }

            bytes.Write(buffer, 0, read);
        }
    }

    // a reset connection ends like a closed one
    private async Task<int> ReadSomeAsync(byte[] buffer)
    {
        try
        {
            return await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What came back: status 0 where the server closed without a word.</summary>
internal sealed record RawAnswer(int Status, string Headers, string Body, bool Complete)
{
    public static RawAnswer? TryParse(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        string headers = text[..end];
        string body = text[(end + 4)..];
        int status = int.Parse(headers.Split(' ')[1], CultureInfo.InvariantCulture);
        string? length = headers.Split("\r\n").FirstOrDefault(h => h.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?.Split(':')[1];
        bool complete = length is not null ? Encoding.UTF8.GetByteCount(body) >= int.Parse(length, CultureInfo.InvariantCulture)
            : status == 204 || (headers.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase) && body.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
        return new RawAnswer(status, headers, body, complete);
    }
}

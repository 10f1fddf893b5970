using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeepFit.Engine.Tests.Downloads;

/// <summary>What the server was asked.</summary>
internal sealed record ServedRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Range => Headers.GetValueOrDefault("range");
}

/// <summary>What the server answers. A body shorter than its length breaks the connection.</summary>
internal sealed record ServedResponse(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public long? Length { get; init; }

    /// <summary>Whether to keep silent after the headers.</summary>
    public bool Stalls { get; init; }
}

/// <summary>A small HTTP/1.1 server on the loopback interface that does what each test tells it to.</summary>
internal sealed class RangeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly Func<ServedRequest, ServedResponse> _answer;
    private readonly List<ServedRequest> _requests = [];

    public RangeServer(Func<ServedRequest, ServedResponse> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public IReadOnlyList<ServedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public Uri Address(string path, string host = "127.0.0.1") => new($"http://{host}:{((IPEndPoint)_listener.LocalEndpoint).Port}{path}");

    /// <summary>Answers ranges of a file as RFC 9110 says, entity tag included.</summary>
    public static ServedResponse Serve(ServedRequest request, byte[] file, string? tag = "\"v1\"")
    {
        (string, string)[] tags = tag is null ? [] : [("ETag", tag)];
        bool changed = request.Headers.TryGetValue("if-range", out string? condition) && condition != tag;
        if (request.Range is null || changed)
        {
            return new ServedResponse(200, file, tags);
        }

        string[] ends = request.Range["bytes=".Length..].Split('-');
        int from = int.Parse(ends[0], CultureInfo.InvariantCulture);
        if (from >= file.Length)
        {
            return new ServedResponse(416, [], ("Content-Range", $"bytes */{file.Length}"));
        }

        int to = Math.Min(int.Parse(ends[1], CultureInfo.InvariantCulture), file.Length - 1);
        return new ServedResponse(206, file[from..(to + 1)], [.. tags, ("Content-Range", $"bytes {from}-{to}/{file.Length}")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop; // before the listener stops: accepting again on a stopped one is an error of another kind
        _listener.Stop();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
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
                NetworkStream stream = connection.GetStream();
                ServedRequest? request = await ReadAsync(stream);
                if (request is null)
                {
                    return;
                }

                lock (_requests)
                {
                    _requests.Add(request);
                }

                ServedResponse response = _answer(request);
                var head = new StringBuilder($"HTTP/1.1 {response.Status} Status\r\nConnection: close\r\n");
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {response.Length ?? response.Body.Length}\r\n");
                foreach ((string name, string value) in response.Headers)
                {
                    head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
                if (response.Stalls)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }

                await stream.WriteAsync(response.Body, _stop.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or IOException)
            {
                // The client or the test went away.
            }
        }
    }

    private async Task<ServedRequest?> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string? line = await reader.ReadLineAsync(_stop.Token);
        if (line is null)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (string? header = await reader.ReadLineAsync(_stop.Token); !string.IsNullOrEmpty(header); header = await reader.ReadLineAsync(_stop.Token))
        {
            int colon = header.IndexOf(':', StringComparison.Ordinal);
            headers[header[..colon].ToLowerInvariant()] = header[(colon + 1)..].Trim();
        }

        return new ServedRequest(line.Split(' ')[1], headers);
    }
}

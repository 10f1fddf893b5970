using System.Globalization;
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
    private readonly LoopbackListener _listener;
    private readonly Func<ServedRequest, ServedResponse> _answer;
    private readonly List<ServedRequest> _requests = [];

    public RangeServer(Func<ServedRequest, ServedResponse> answer)
    {
        _answer = answer;
        _listener = new LoopbackListener(ServeAsync);
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

    public Uri Address(string path, string host = "127.0.0.1") => new($"http://{host}:{_listener.Port}{path}");

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

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream)
    {
        using StreamReader reader = LoopbackListener.HeadReader(stream);
        if (await _listener.ReadHeadAsync(reader) is not { } head)
        {
            return;
        }

        var request = new ServedRequest(head.Target, head.Headers);
        lock (_requests)
        {
            _requests.Add(request);
        }

        ServedResponse response = _answer(request);
        var answer = new StringBuilder($"HTTP/1.1 {response.Status} Status\r\nConnection: close\r\n");
        answer.Append(CultureInfo.InvariantCulture, $"Content-Length: {response.Length ?? response.Body.Length}\r\n");
        foreach ((string name, string value) in response.Headers)
        {
            answer.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.Append("\r\n").ToString()), _listener.Stopping);
        if (response.Stalls)
        {
            await Task.Delay(Timeout.Infinite, _listener.Stopping);
        }

        await stream.WriteAsync(response.Body, _listener.Stopping);
    }
}

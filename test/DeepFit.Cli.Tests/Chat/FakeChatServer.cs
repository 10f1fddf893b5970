using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeepFit.Cli.Tests.Chat;

/// <summary>A server on loopback that answers as the test says, byte by byte where it is to be seen that characters come apart.</summary>
internal sealed class FakeChatServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private bool disposed;

    public FakeChatServer()
    {
        listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        running = Task.Run(RunAsync);
    }

    public string Address { get; }

    public string Models { get; set; } = """{"object":"list","data":[{"id":"deepseek-r1:7b","object":"model","context_length":4096}]}""";

    /// <summary>The events of an answer.</summary>
    public IReadOnlyList<string> Events { get; set; } = [];

    /// <summary>The status of an answer, and with one that is no success its body.</summary>
    public (int Status, string Body) Answer { get; set; } = (200, "");

    /// <summary>Whether the connection is cut after the events rather than ended.</summary>
    public bool Cuts { get; set; }

    /// <summary>Whether, after the events, it goes on without end.</summary>
    public bool Hangs { get; set; }

    /// <summary>Ends when the client hangs up while it hangs.</summary>
    public TaskCompletionSource HungUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Heads and bodies of what was asked.</summary>
    public List<(string Head, string Body)> Requests { get; } = [];

    public static string Reasoning(string text) => Delta("reasoning_content", text, "null");

    public static string Content(string text) => Delta("content", text, "null");

    public static string End(string reason = "stop") => $$$"""data: {"choices":[{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}]}""";

    public const string Usage = """data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":22,"total_tokens":33,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":9}}}""";

    public const string Done = "data: [DONE]";

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await stop.CancelAsync();
        listener.Stop();
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private static string Delta(string name, string text, string finish) => $$$"""data: {"choices":[{"index":0,"delta":{"{{{name}}}":"{{{text}}}"},"finish_reason":{{{finish}}}}]}""";

    private async Task RunAsync()
    {
        while (true)
        {
            using TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
            client.NoDelay = true;
            await using NetworkStream stream = client.GetStream();
            if (await ReadAsync(stream) is not { } request)
            {
                continue;
            }

            Requests.Add(request);
            bool models = request.Head.StartsWith("GET ", StringComparison.Ordinal);
            (int status, string body) = models ? (200, Models) : Answer;
            if (models || status != 200)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(body);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"), stop.Token);
                await stream.WriteAsync(bytes, stop.Token);
                continue;
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"u8.ToArray(), stop.Token);
            foreach (byte value in Encoding.UTF8.GetBytes(string.Concat(Events.Select(e => e + "\n\n"))))
            {
                await stream.WriteAsync(new byte[] { (byte)'1', 13, 10, value, 13, 10 }, stop.Token);
            }

            if (Hangs)
            {
                await HangAsync(stream);
            }
            else if (!Cuts)
            {
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), stop.Token);
            }
        }
    }

    private async Task HangAsync(NetworkStream stream)
    {
        try
        {
            while (await stream.ReadAsync(new byte[1], stop.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // reset rather than closed
        }

        HungUp.TrySetResult();
    }

    private async Task<(string Head, string Body)?> ReadAsync(NetworkStream stream)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            int read = await stream.ReadAsync(buffer, stop.Token);
            if (read == 0)
            {
                return null;
            }

            all.Write(buffer, 0, read);
            string text = Encoding.UTF8.GetString(all.ToArray());
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            string head = text[..end];
            string? length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?.Split(':')[1];
            if (Encoding.UTF8.GetByteCount(text[(end + 4)..]) >= int.Parse(length ?? "0", System.Globalization.CultureInfo.InvariantCulture))
            {
                return (head, text[(end + 4)..]);
            }
        }
    }
}

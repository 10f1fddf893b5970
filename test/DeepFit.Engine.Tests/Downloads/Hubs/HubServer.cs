using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace DeepFit.Engine.Tests.Downloads.Hubs;

/// <summary>A request for content: which file, which bytes, the how manieth of all.</summary>
internal sealed record ContentRequest(string Name, long From, long To, bool HasRange, int Number);

/// <summary>What goes wrong with an answer.</summary>
internal sealed record Fault
{
    public int? Status { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>Bytes of the body after which the connection is cut.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Offset in the file of a byte that arrives with one bit turned.</summary>
    public long? FlipAt { get; init; }

    /// <summary>A size of the whole file to state in place of the true one.</summary>
    public long? StatedTotal { get; init; }

    /// <summary>Answer with the whole file, whatever was asked.</summary>
    public bool NoRanges { get; init; }

    /// <summary>Wait before the body.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>State the digest of the true part: Content-Digest of RFC 9530.</summary>
    public bool StatesDigest { get; init; }

    /// <summary>State a Content-MD5 that is not the part's, as servers do that mean the whole file.</summary>
    public bool StatesWholeMd5 { get; init; }

    /// <summary>Wait before every 64 KiB of the body.</summary>
    public TimeSpan DelayEach { get; init; }
}

/// <summary>
/// Hubs on the loopback interface, as the real ones behave: Hugging Face's tree and its redirects to addresses that expire, ModelScope's list, Ollama's manifests. Every fault is the test's
/// to choose.
/// </summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly LoopbackListener listener;
    private readonly ConcurrentDictionary<string, byte[]> files = new();
    private readonly ConcurrentDictionary<string, int> signatures = new();
    private int contentRequests;
    private int signed;
    private long servedBytes;

    public HubServer() => listener = new LoopbackListener(ServeAsync);

    /// <summary>Requests that a signed address answers before it expires.</summary>
    public int UsesOfAnAddress { get; set; } = int.MaxValue;

    /// <summary>What goes wrong with a request for content; null for nothing.</summary>
    public Func<ContentRequest, Fault?> Fault { get; set; } = _ => null;

    /// <summary>What goes wrong with a request for a list.</summary>
    public Func<string, Fault?> ListFault { get; set; } = _ => null;

    public ConcurrentQueue<(string Target, string? Authorization)> Asked { get; } = new();

    public ConcurrentQueue<ContentRequest> Content { get; } = new();

    public string Endpoint => $"http://127.0.0.1:{listener.Port}";

    /// <summary>Bytes of bodies that were sent.</summary>
    public long ServedBytes => Interlocked.Read(ref servedBytes);

    /// <summary>Redirects that were given.</summary>
    public int Signed => Volatile.Read(ref signed);

    /// <summary>Serves a file under <c>owner/name/file</c>; for Ollama under <c>library/name/tag</c>.</summary>
    public HubServer With(string path, byte[] content)
    {
        files[path] = content;
        return this;
    }

    public static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream)
    {
        using StreamReader reader = LoopbackListener.HeadReader(stream);
        while (await listener.ReadHeadAsync(reader) is { } request && await AnswerAsync(stream, request.Target, request.Headers))
        {
        }
    }

    private async Task<bool> AnswerAsync(NetworkStream stream, string target, Dictionary<string, string> headers)
    {
        Asked.Enqueue((target, headers.GetValueOrDefault("Authorization")));
        string path = Uri.UnescapeDataString(target.Split('?')[0]).TrimStart('/');
        string[] parts = path.Split('/');
        if (path.StartsWith("api/models/", StringComparison.Ordinal))
        {
            return await ListAsync(stream, string.Join('/', parts[2..4]), TreeOf);
        }

        if (path.StartsWith("api/v1/models/", StringComparison.Ordinal))
        {
            return await ListAsync(stream, string.Join('/', parts[3..5]), ModelScopeListOf);
        }

        if (parts is ["v2", var space, var name, "manifests", var tag])
        {
            return files.TryGetValue($"{space}/{name}/{tag}", out byte[]? model)
                ? await SendAsync(stream, 200, Manifest(model), "Content-Type: application/json")
                : await SendAsync(stream, 404, "{\"errors\":[]}"u8.ToArray());
        }

        string? file = parts switch
        {
            ["cdn", ..] => Signature(target, string.Join('/', parts[1..])),
            [var owner, var repo, "resolve", "main", .. var rest] => $"{owner}/{repo}/{string.Join('/', rest)}",
            ["models", var owner, var repo, "resolve", "master", .. var rest] => $"{owner}/{repo}/{string.Join('/', rest)}",
            ["v2", var library, var blobOf, "blobs", var digest] => files.FirstOrDefault(f => f.Key.StartsWith($"{library}/{blobOf}/", StringComparison.Ordinal) && "sha256:" + Digest(f.Value) == digest).Key,
            ["plain", .. var rest] => string.Join('/', rest),
            _ => null,
        };
        if (file is null)
        {
            return await SendAsync(stream, parts[0] == "cdn" ? 403 : 404, []);
        }

        if (!files.TryGetValue(file, out byte[]? content))
        {
            return await SendAsync(stream, 404, []);
        }

        if (parts is [_, _, "resolve", ..])
        {
            string signature = Interlocked.Increment(ref signed).ToString(CultureInfo.InvariantCulture);
            signatures[signature] = 0;
            return await SendAsync(
                stream, 302, [], $"Location: /cdn/{file}?signature={signature}", $"X-Linked-Etag: \"{Digest(content)}\"", $"X-Linked-Size: {content.Length}", "X-Repo-Commit: 0");
        }

        return await ContentAsync(stream, file, content, headers);
    }

    private string? Signature(string target, string file)
    {
        string signature = target[(target.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return signatures.ContainsKey(signature) && signatures.AddOrUpdate(signature, 1, (_, used) => used + 1) <= UsesOfAnAddress ? file : null;
    }

    private async Task<bool> ListAsync(NetworkStream stream, string repository, Func<string, byte[]?> list)
    {
        Fault? fault = ListFault(repository);
        await Task.Delay(fault?.Delay ?? TimeSpan.Zero, listener.Stopping);
        return fault?.Status is { } status ? await SendAsync(stream, status, [])
            : list(repository) is { } body ? await SendAsync(stream, 200, body, "Content-Type: application/json")
            : await SendAsync(stream, 404, []);
    }

    private byte[]? TreeOf(string repository)
    {
        object[] entries = [.. files.Where(file => file.Key.StartsWith(repository + "/", StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new
        {
            type = "file",
            oid = "0000000000000000000000000000000000000000",
            size = file.Value.Length,
            lfs = new { oid = Digest(file.Value), size = file.Value.Length, pointerSize = 135 },
            path = file.Key[(repository.Length + 1)..],
        })];
        return entries.Length == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(entries);
    }

    private byte[]? ModelScopeListOf(string repository)
    {
        object[] entries = [.. files.Where(file => file.Key.StartsWith(repository + "/", StringComparison.Ordinal)).Select(file => new
        {
            Type = "blob",
            Path = file.Key[(repository.Length + 1)..],
            Size = file.Value.Length,
            Sha256 = Digest(file.Value),
        })];
        return entries.Length == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(new { Code = 200, Success = true, Data = new { Files = entries } });
    }

    private static byte[] Manifest(byte[] model) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        schemaVersion = 2,
        layers = new object[]
        {
            new { mediaType = "application/vnd.ollama.image.template", digest = "sha256:" + new string('0', 64), size = 10 },
            new { mediaType = "application/vnd.ollama.image.model", digest = "sha256:" + Digest(model), size = model.Length },
        },
    });

    private async Task<bool> ContentAsync(NetworkStream stream, string name, byte[] content, Dictionary<string, string> headers)
    {
        long from = 0;
        long to = content.Length - 1;
        bool ranged = headers.TryGetValue("Range", out string? range);
        if (ranged)
        {
            string[] ends = range!["bytes=".Length..].Split('-');
            from = long.Parse(ends[0], CultureInfo.InvariantCulture);
            to = ends[1].Length > 0 ? Math.Min(long.Parse(ends[1], CultureInfo.InvariantCulture), to) : to;
        }

        var request = new ContentRequest(name, from, to, ranged, Interlocked.Increment(ref contentRequests));
        Content.Enqueue(request);
        Fault fault = Fault(request) ?? new Fault();
        await Task.Delay(fault.Delay, listener.Stopping);
        if (fault.Status is { } status)
        {
            return await SendAsync(stream, status, [], fault.RetryAfter is { } wait ? ["Retry-After: " + wait] : []);
        }

        bool partial = ranged && !fault.NoRanges;
        byte[] body = partial ? content[(int)from..(int)(to + 1)] : [.. content];
        List<string> lines =
        [
            $"ETag: \"{Digest(content)[..16]}\"",
            .. partial ? (string[])[$"Content-Range: bytes {from}-{to}/{fault.StatedTotal ?? content.Length}", "Accept-Ranges: bytes"] : [],
            .. fault.StatesDigest ? (string[])[$"Content-Digest: sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:"] : [],
            .. fault.StatesWholeMd5 ? (string[])[$"Content-MD5: {Convert.ToBase64String(SHA256.HashData(content)[..16])}"] : [],
        ];
        if (fault.FlipAt is { } flip && flip >= from && flip <= to)
        {
            body[(int)(flip - (partial ? from : 0))] ^= 0x10;
        }

        return await SendAsync(stream, partial ? 206 : 200, body, lines, fault.CutAfter, fault.DelayEach);
    }

    private Task<bool> SendAsync(NetworkStream stream, int status, byte[] body, params IReadOnlyList<string> headers) => SendAsync(stream, status, body, headers, null);

    private async Task<bool> SendAsync(NetworkStream stream, int status, byte[] body, IReadOnlyList<string> headers, int? cutAfter, TimeSpan delayEach = default)
    {
        var head = new StringBuilder($"HTTP/1.1 {status} Status\r\nContent-Length: {body.Length}\r\n");
        foreach (string header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), listener.Stopping);
        int length = Math.Min(body.Length, cutAfter ?? int.MaxValue);
        for (int sent = 0; sent < length; sent += 64 << 10)
        {
            int count = Math.Min(64 << 10, length - sent);
            await Task.Delay(delayEach, listener.Stopping);
            await stream.WriteAsync(body.AsMemory(sent, count), listener.Stopping);
            Interlocked.Add(ref servedBytes, count);
        }

        return length == body.Length;
    }
}

using System.Security.Cryptography;
using DeepFit.Core.Gguf;
using DeepFit.Core.Text;
using DeepFit.Engine.Downloads;

namespace DeepFit.Engine.Tests.Downloads;

public sealed class HttpRangeStreamTests : IDisposable
{
    private static readonly byte[] File = RandomNumberGenerator.GetBytes(100_000);

    private static readonly HttpRangeStreamOptions Small = new() { FirstBlockBytes = 1000, MaxBlockBytes = 4000, MaxCachedBytes = 8000 };

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task The_whole_file_is_read_in_growing_blocks()
    {
        await using var server = new RangeServer(request => RangeServer.Serve(request, File));
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);

        stream.Length.ShouldBe(File.Length);
        stream.EntityTag.ShouldBe("\"v1\"");
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);

        copy.ToArray().ShouldBe(File);
        server.Requests.Take(4).Select(request => request.Range).ShouldBe(["bytes=0-999", "bytes=1000-2999", "bytes=3000-6999", "bytes=7000-10999"]);
        stream.RequestCount.ShouldBe(server.Requests.Count);
        server.Requests.ShouldAllBe(request => request.Headers["accept-encoding"] == "identity");
        server.Requests.Skip(1).ShouldAllBe(request => request.Headers["if-range"] == "\"v1\"");
    }

    [Fact]
    public async Task Synchronous_reading_gives_the_same_bytes()
    {
        await using var server = new RangeServer(request => RangeServer.Serve(request, File));
        using HttpRangeStream stream = HttpRangeStream.Open(_client, server.Address("/m.gguf"), Small);

        byte[] copy = new byte[File.Length];
        stream.ReadExactly(copy);

        copy.ShouldBe(File);
        stream.ReadByte().ShouldBe(-1);
    }

    [Fact]
    public async Task Reading_again_asks_the_server_for_nothing_new()
    {
        await using var server = new RangeServer(request => RangeServer.Serve(request, File));
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);
        byte[] bytes = new byte[500];

        await stream.ReadExactlyAsync(bytes, Token);
        stream.Seek(100, SeekOrigin.Begin).ShouldBe(100);
        await stream.ReadExactlyAsync(bytes, Token);
        server.Requests.Count.ShouldBe(1);
        bytes.ShouldBe(File[100..600]);

        stream.Seek(-10, SeekOrigin.End);
        (await stream.ReadAsync(bytes, Token)).ShouldBe(10);
        bytes[..10].ShouldBe(File[^10..]);
        (await stream.ReadAsync(bytes, Token)).ShouldBe(0);
        server.Requests.Count.ShouldBe(2);

        stream.Position = 0;
        await stream.ReadExactlyAsync(bytes, Token);
        bytes.ShouldBe(File[..500]);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Blocks_beyond_the_cache_are_let_go_and_fetched_again()
    {
        await using var server = new RangeServer(request => RangeServer.Serve(request, File));
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);
        await stream.CopyToAsync(Stream.Null, Token);
        int before = server.Requests.Count;

        stream.Position = 0;
        byte[] bytes = new byte[10];
        await stream.ReadExactlyAsync(bytes, Token);

        bytes.ShouldBe(File[..10]);
        server.Requests.Count.ShouldBe(before + 1);
        server.Requests[^1].Range.ShouldBe("bytes=0-999"); // a jump begins small again
    }

    [Fact]
    public async Task The_header_of_a_model_is_read_without_its_data()
    {
        var header = new MemoryStream();
        GgufHeader written = GgufWriter.WriteHeader(
            header,
            new GgufMetadata { { "general.name", GgufValue.From("far away") }, { "tokenizer.ggml.tokens", GgufValue.FromArray(Enumerable.Range(0, 3000).Select(i => $"t{i}").ToArray()) } },
            [new("token_embd.weight", GgmlType.F16, [1000, 400_000])]);
        byte[] start = header.ToArray();

        // 800 MB that the server makes up as it is asked.
        await using var server = new RangeServer(request =>
        {
            string[] ends = request.Range!["bytes=".Length..].Split('-');
            int from = int.Parse(ends[0], System.Globalization.CultureInfo.InvariantCulture);
            int to = int.Parse(ends[1], System.Globalization.CultureInfo.InvariantCulture);
            byte[] part = new byte[to - from + 1];
            if (from < start.Length)
            {
                start.AsSpan(from, Math.Min(part.Length, start.Length - from)).CopyTo(part);
            }

            return new ServedResponse(206, part, ("Content-Range", $"bytes {from}-{to}/{written.DataEnd}"));
        });
        using HttpRangeStream stream = HttpRangeStream.Open(_client, server.Address("/m.gguf"));

        GgufHeader read = GgufReader.Read(stream);

        read.Metadata["general.name"].ToString().ShouldBe("far away");
        read.Metadata["tokenizer.ggml.tokens"].ArrayLength.ShouldBe(3000);
        read.FileLength.ShouldBe(written.DataEnd);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_without_ranges_is_refused_with_the_way_out()
    {
        await using var server = new RangeServer(_ => new ServedResponse(200, File));

        UserErrorException error = await RefusedAsync(server.Address("/m.gguf"));
        error.Text.En.ShouldContain("does not serve parts");
        error.Text.En.ShouldContain("Download the whole file");
        error.Text.Zh.ShouldContain("不支持分段读取");
    }

    [Theory]
    [InlineData("\"v2\"")]
    [InlineData(null)]
    public async Task A_file_that_changes_in_between_is_noticed(string? tagAfter)
    {
        string? tag = "\"v1\"";
        await using var server = new RangeServer(request => RangeServer.Serve(request, File, tag));
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);

        tag = tagAfter;

        (await Should.ThrowAsync<UserErrorException>(async () => await stream.CopyToAsync(Stream.Null, Token))).Text.En.ShouldContain("changed");
    }

    [Theory]
    [InlineData("W/\"a\"", "W/\"b\"", 100_000)]
    [InlineData(null, null, 99_999)]
    public async Task A_file_that_changes_is_noticed_without_a_strong_tag(string? before, string? after, int length)
    {
        (byte[] file, string? tag) = (File, before);
        await using var server = new RangeServer(request => RangeServer.Serve(request with { Headers = request.Headers.Where(h => h.Key != "if-range").ToDictionary() }, file, tag));
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);

        (file, tag) = (File[..length], after);

        (await Should.ThrowAsync<UserErrorException>(async () => await stream.CopyToAsync(Stream.Null, Token))).Text.En.ShouldContain("changed");
        server.Requests.ShouldAllBe(request => !request.Headers.ContainsKey("if-range"));
    }

    [Theory]
    [InlineData(401, "token")]
    [InlineData(403, "token")]
    [InlineData(404, "no such file")]
    [InlineData(410, "no such file")]
    [InlineData(416, "shorter")]
    [InlineData(429, "Try again in 7 s")]
    [InlineData(500, "Try again later")]
    [InlineData(503, "Try again later")]
    [InlineData(418, "not one that DeepFit expects")]
    public async Task A_refusal_names_the_address_the_status_and_the_way_out(int status, string says)
    {
        await using var server = new RangeServer(_ => new ServedResponse(status, [], ("Retry-After", "7")));

        UserErrorException error = await RefusedAsync(server.Address("/repo/m.gguf?token=secret"));

        error.Text.En.ShouldStartWith(server.Address("/repo/m.gguf") + ": HTTP " + status);
        error.Text.En.ShouldContain(says);
        error.Text.En.ShouldNotContain("secret");
        error.Text.Zh.ShouldContain($"HTTP {status}");
    }

    [Theory]
    [InlineData("bytes 5-1004/100000")]
    [InlineData("bytes 0-1000/100000")]
    [InlineData("bytes 0-999/*")]
    [InlineData("bytes 0-999/500")]
    [InlineData(null)]
    public async Task Another_part_than_was_asked_for_is_refused(string? range)
    {
        await using var server = new RangeServer(_ => new ServedResponse(206, new byte[1000], range is null ? [] : [("Content-Range", range)]));

        (await RefusedAsync(server.Address("/m.gguf"))).Text.En.ShouldContain("another part");
    }

    [Fact]
    public async Task A_shorter_part_than_was_asked_for_is_taken()
    {
        await using var server = new RangeServer(request =>
        {
            int from = int.Parse(request.Range!["bytes=".Length..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
            int to = Math.Min(from + 332, File.Length - 1);
            return new ServedResponse(206, File[from..(to + 1)], ("Content-Range", $"bytes {from}-{to}/{File.Length}"));
        });
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);
        byte[] bytes = new byte[1500];
        await stream.ReadExactlyAsync(bytes, Token);

        bytes.ShouldBe(File[..1500]);
    }

    [Fact]
    public async Task A_compressed_answer_is_refused()
    {
        await using var server = new RangeServer(request =>
        {
            ServedResponse response = RangeServer.Serve(request, File);
            return response with { Headers = [.. response.Headers, ("Content-Encoding", "gzip")] };
        });

        (await RefusedAsync(server.Address("/m.gguf"))).Text.En.ShouldContain("compresses");
    }

    [Fact]
    public async Task An_empty_file_has_no_bytes()
    {
        await using var server = new RangeServer(request => RangeServer.Serve(request, []));
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);

        stream.Length.ShouldBe(0);
        (await stream.ReadAsync(new byte[10], Token)).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_breaks_once_is_tried_again(bool synchronous)
    {
        int broken = 1;
        await using var server = new RangeServer(request =>
        {
            ServedResponse response = RangeServer.Serve(request, File);
            return broken-- > 0 ? response with { Length = response.Body.Length, Body = response.Body[..100] } : response;
        });

        using HttpRangeStream stream = synchronous
            ? HttpRangeStream.Open(_client, server.Address("/m.gguf"), Small)
            : await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);

        stream.ReadByte().ShouldBe(File[0]);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_connection_that_keeps_breaking_is_an_error()
    {
        await using var server = new RangeServer(request =>
        {
            ServedResponse response = RangeServer.Serve(request, File);
            return response with { Length = response.Body.Length, Body = response.Body[..100] };
        });

        (await RefusedAsync(server.Address("/m.gguf"))).Text.En.ShouldContain("connection broke");
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error()
    {
        Uri gone;
        await using (var server = new RangeServer(_ => new ServedResponse(200, [])))
        {
            gone = server.Address("/m.gguf");
        }

        UserErrorException error = await RefusedAsync(gone);
        error.Text.En.ShouldContain("HTTPS_PROXY");
        error.InnerException.ShouldBeOfType<HttpRequestException>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_falls_silent_does_not_hang_the_reader(bool synchronous)
    {
        var clock = new ManualClock();
        await using var server = new RangeServer(request =>
        {
            clock.Strike();
            return RangeServer.Serve(request, File) with { Stalls = true };
        });
        HttpRangeStreamOptions options = Small with { BlockTimeout = TimeSpan.FromSeconds(30), TimeProvider = clock };

        UserErrorException error = await Should.ThrowAsync<UserErrorException>(async () =>
        {
            using HttpRangeStream stream = synchronous
                ? await Task.Run(() => HttpRangeStream.Open(_client, server.Address("/m.gguf"), options), Token)
                : await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), options, Token);
        });

        error.Text.En.ShouldContain("no answer within 30 s");
    }

    [Fact]
    public async Task Cancelling_is_no_error_of_the_server()
    {
        await using var server = new RangeServer(request => RangeServer.Serve(request, File) with { Stalls = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<HttpRangeStream> opening = HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await opening);
    }

    [Theory]
    [InlineData("ftp://host/m.gguf")]
    [InlineData("m.gguf")]
    public async Task Only_http_addresses_are_taken(string address) =>
        (await RefusedAsync(new Uri(address, UriKind.RelativeOrAbsolute))).Text.En.ShouldContain("is not an http or https address");

    [Fact]
    public async Task The_stream_is_read_only_and_closes()
    {
        await using var server = new RangeServer(request => RangeServer.Serve(request, File));
        HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);

        stream.CanWrite.ShouldBeFalse();
        Should.Throw<NotSupportedException>(() => stream.Write([1]));
        Should.Throw<NotSupportedException>(() => stream.SetLength(1));
        Should.Throw<IOException>(() => stream.Seek(-1, SeekOrigin.Begin));
        await stream.DisposeAsync();
        stream.CanRead.ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => stream.ReadByte());
    }

    private async Task<UserErrorException> RefusedAsync(Uri address) =>
        await Should.ThrowAsync<UserErrorException>(async () => await HttpRangeStream.OpenAsync(_client, address, Small, Token));
}

using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using DeepFit.Server.Hosting;
using DeepFit.Server.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DeepFit.Server.Tests.Hosting;

public sealed class RequestGuardTests
{
    private const string Key = "a-key-of-enough-letters";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("127.0.0.1:1234", 200)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:8484", 200)]
    [InlineData("[::1]:8484", 200)]
    [InlineData("evil.example", 403)]
    [InlineData("127.0.0.1.evil.example", 403)]
    [InlineData("localhost.evil.example", 403)]
    [InlineData("192.168.1.5", 403)]
    [InlineData("chat.lan", 200)]
    public async Task Only_names_that_nobody_else_can_own_are_answered(string host, int status)
    {
        await using ServerHost server = await StartAsync(o => o with { AllowedHosts = ["chat.lan"] });

        RawAnswer answer = await RawClient.AskAsync(server.Address, $"GET /hello HTTP/1.1\r\nHost: {host}\r\n\r\n");

        answer.Status.ShouldBe(status);
        if (status == 403)
        {
            ErrorOf(answer.Body).GetProperty("code").GetString().ShouldBe("host_not_allowed");
        }
    }

    [Theory]
    [InlineData("Origin: https://evil.example", 403)]
    [InlineData("Origin: null", 403)]
    [InlineData("Origin: http://127.0.0.1:1", 403)]
    [InlineData("Origin: http://127.0.0.1", 200)]
    [InlineData("Origin: https://chat.example", 200)]
    [InlineData("Sec-Fetch-Site: cross-site", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", 200)]
    [InlineData("Sec-Fetch-Site: same-origin", 200)]
    public async Task Pages_of_other_sites_are_refused_unless_they_were_allowed(string headers, int status)
    {
        await using ServerHost server = await StartAsync(o => o with { AllowedOrigins = ["https://chat.example"] });

        RawAnswer answer = await RawClient.AskAsync(server.Address, $"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n\r\n");

        answer.Status.ShouldBe(status);
        answer.Headers.Contains("Access-Control-Allow-Origin: https://chat.example", StringComparison.Ordinal)
            .ShouldBe(headers.Contains("chat.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_allowed_pages_preflight_needs_no_key_and_its_request_does()
    {
        await using ServerHost server = await StartAsync(o => o with { AllowedOrigins = ["*"], ApiKeys = [Key] });
        const string from = "Host: localhost\r\nOrigin: https://chat.example\r\n";

        RawAnswer preflight = await RawClient.AskAsync(
            server.Address, $"OPTIONS /echo HTTP/1.1\r\n{from}Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n\r\n");
        RawAnswer request = await RawClient.AskAsync(server.Address, $"GET /hello HTTP/1.1\r\n{from}\r\n");

        preflight.Status.ShouldBe(204);
        preflight.Headers.ShouldContain("Access-Control-Allow-Headers: authorization,content-type");
        request.Status.ShouldBe(401);
        request.Headers.ShouldContain("Access-Control-Allow-Origin: https://chat.example");
    }

    [Theory]
    [InlineData("", 401)]
    [InlineData("Authorization: Bearer wrong-key-of-enough-letters", 401)]
    [InlineData("Authorization: Basic a-key-of-enough-letters", 401)]
    [InlineData("Authorization: Bearer a-key-of-enough-letters", 200)]
    [InlineData("X-Api-Key: a-key-of-enough-letters", 200)]
    [InlineData("Authorization: Bearer another-key-that-was-given", 200)]
    public async Task A_key_is_asked_for_where_there_is_one(string header, int status)
    {
        await using ServerHost server = await StartAsync(o => o with { ApiKeys = [Key, "another-key-that-was-given"] });

        RawAnswer answer = await RawClient.AskAsync(server.Address, $"GET /hello HTTP/1.1\r\nHost: localhost\r\n{(header.Length > 0 ? header + "\r\n" : "")}\r\n");
        RawAnswer open = await RawClient.AskAsync(server.Address, "GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");

        (answer.Status, open.Status).ShouldBe((status, 200));
        if (status == 401)
        {
            answer.Headers.ShouldContain("WWW-Authenticate: Bearer");
            ErrorOf(answer.Body).GetProperty("code").GetString().ShouldBe("invalid_api_key");
        }
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_is_refused_at_once_and_the_answer_arrives()
    {
        var clock = new FakeTimeProvider(); // stands still: however slowly the body comes, it is taken until it ends
        await using ServerHost server = await StartAsync(o => o with { Clock = clock });
        using var client = new HttpClient { BaseAddress = server.Address };
        await using RawClient raw = await RawClient.ConnectAsync(server.Address);
        // the announcement alone is enough: nothing of the body was sent
        await raw.SendAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n");
        RawAnswer early = await raw.ReadAsync();

        early.Status.ShouldBe(413);
        ErrorOf(early.Body).GetProperty("code").GetString().ShouldBe("request_too_large");
        using var content = new ByteArrayContent(new byte[100_000_000]);
        using HttpResponseMessage whole = await client.PostAsync(new Uri("/echo", UriKind.Relative), content, Token);
        whole.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        // a client that sends nothing is not waited for
        Task<RawAnswer> closed = raw.ReadAsync();
        while (!closed.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(closed, Task.Delay(10, Token));
        }

        (await closed).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_body_of_unannounced_length_is_refused_where_it_passes_the_limit()
    {
        await using ServerHost server = await StartAsync(o => o with { BodyLimit = 1000 });
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.TransferEncodingChunked = true;

        using HttpResponseMessage answer = await client.PostAsync(new Uri("/echo", UriKind.Relative), new ByteArrayContent(new byte[5000]), Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        ErrorOf(await answer.Content.ReadAsStringAsync(Token)).GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("1000");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1} more")]
    [InlineData("nonsense")]
    public async Task What_is_no_JSON_object_is_said_so(string body)
    {
        await using ServerHost server = await StartAsync();
        using var client = new HttpClient { BaseAddress = server.Address };

        using HttpResponseMessage answer = await client.PostAsync(new Uri("/echo", UriKind.Relative), new StringContent(body, Encoding.UTF8), Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonElement error = ErrorOf(await answer.Content.ReadAsStringAsync(Token));
        error.GetProperty("code").GetString().ShouldBe("invalid_json");
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("message_zh").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Broken_JSON_is_told_with_its_place_in_both_languages()
    {
        await using ServerHost server = await StartAsync();
        using var client = new HttpClient { BaseAddress = server.Address };

        using HttpResponseMessage answer = await client.PostAsync(new Uri("/echo", UriKind.Relative), new StringContent("{\"a\": 1,\n \"b\": nil}", Encoding.UTF8), Token);

        JsonElement error = ErrorOf(await answer.Content.ReadAsStringAsync(Token));
        error.GetProperty("message").GetString()!.ShouldContain("line 2, byte 8");
        error.GetProperty("message_zh").GetString()!.ShouldContain("第 2 行第 8 字节");
    }

    [Fact]
    public async Task An_unknown_path_and_a_wrong_method_are_told_in_the_same_form()
    {
        await using ServerHost server = await StartAsync();

        RawAnswer unknown = await RawClient.AskAsync(server.Address, "GET /v2/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        RawAnswer method = await RawClient.AskAsync(server.Address, "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");

        (unknown.Status, ErrorOf(unknown.Body).GetProperty("code").GetString()).ShouldBe((404, "not_found"));
        (method.Status, ErrorOf(method.Body).GetProperty("code").GetString()).ShouldBe((405, "method_not_allowed"));
        ErrorOf(method.Body).GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("POST");
    }

    [Fact]
    public async Task An_error_of_the_server_tells_a_client_no_detail_and_its_log_all()
    {
        var log = Channel.CreateUnbounded<ServedRequest>();
        await using ServerHost server = await StartAsync(o => o with { Log = request => log.Writer.TryWrite(request) });

        RawAnswer answer = await RawClient.AskAsync(server.Address, "GET /fail HTTP/1.1\r\nHost: localhost\r\n\r\n");
        RawAnswer page = await RawClient.AskAsync(server.Address, "GET /api/fail HTTP/1.1\r\nHost: localhost\r\n\r\n");

        (answer.Status, page.Status).ShouldBe((500, 500));
        answer.Body.ShouldNotContain("secret");
        ErrorOf(page.Body).GetProperty("kind").GetString().ShouldBe("internal_error");
        ErrorOf(page.Body).GetProperty("suggestions").GetArrayLength().ShouldBe(0);
        ServedRequest served = await log.Reader.ReadAsync(Token);
        served.Error.ShouldBeOfType<InvalidOperationException>().Message.ShouldBe("a secret detail");
        (served.Method, served.Path, served.Status).ShouldBe(("GET", "/fail", 500));
    }

    [Fact]
    public async Task A_line_break_in_a_path_does_not_reach_the_log()
    {
        var log = Channel.CreateUnbounded<ServedRequest>();
        await using ServerHost server = await StartAsync(o => o with { Log = request => log.Writer.TryWrite(request) });

        await RawClient.AskAsync(server.Address, "GET /a%0Aforged HTTP/1.1\r\nHost: localhost\r\n\r\n");

        (await log.Reader.ReadAsync(Token)).Path.ShouldBe("/a%0Aforged");
    }

    [Fact]
    public async Task Headers_that_never_end_are_cut_off()
    {
        await using ServerHost server = await StartAsync(o => o with { HeadersTimeout = TimeSpan.FromSeconds(1) });
        await using RawClient client = await RawClient.ConnectAsync(server.Address);
        await client.SendAsync("GET /hello HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

        (await client.ReadAsync()).Status.ShouldBe(408);
    }

    [Fact]
    public async Task A_body_that_drips_is_cut_off()
    {
        var log = Channel.CreateUnbounded<ServedRequest>();
        await using ServerHost server = await StartAsync(o => o with
        {
            LeastRate = 1000,
            SlowGrace = TimeSpan.FromSeconds(1.1),
            BodyTimeout = Timeout.InfiniteTimeSpan, // nothing but its pace ends it
            Log = request => log.Writer.TryWrite(request),
        });
        await using RawClient client = await RawClient.ConnectAsync(server.Address);
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
        Task<ServedRequest> ended = log.Reader.ReadAsync(Token).AsTask();
        for (int sent = 0; !ended.IsCompleted; sent++)
        {
            sent.ShouldBeLessThan(999); // it would have been whole
            try
            {
                await client.SendAsync(" ");
            }
            catch (IOException)
            {
                break; // cut off
            }

            await Task.WhenAny(ended, Task.Delay(200, Token));
        }

        (await ended).Status.ShouldBe(408);
        (await client.ReadAsync()).Status.ShouldBeOneOf(408, 0); // the answer may be lost where the client goes on sending
    }

    [Fact]
    public async Task A_body_that_takes_too_long_in_all_is_refused()
    {
        await using ServerHost server = await StartAsync(o => o with { BodyTimeout = TimeSpan.FromMilliseconds(300) });
        await using RawClient client = await RawClient.ConnectAsync(server.Address);
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");

        (await client.ReadAsync()).Status.ShouldBe(408);
    }

    private static Task<ServerHost> StartAsync(Func<ServerOptions, ServerOptions>? change = null) => ServerHostTests.StartAsync(out _, change);

    private static JsonElement ErrorOf(string body)
    {
        int start = body.IndexOf('{', StringComparison.Ordinal);
        int end = body.LastIndexOf('}');
        return JsonDocument.Parse(body[start..(end + 1)]).RootElement.GetProperty("error");
    }
}

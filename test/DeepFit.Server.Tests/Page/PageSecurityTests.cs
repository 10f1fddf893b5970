using System.Net;
using System.Net.Sockets;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;
using DeepFit.Server.Page;
using DeepFit.Server.Tests.Support;

namespace DeepFit.Server.Tests.Page;

public sealed class PageSecurityTests
{
    public static TheoryData<string> Paths =>
        ["/", "/icon.svg", "/api/session", "/api/machine", "/api/recommend", "/api/testdrives", "/api/pulls", "/api/deployments", "/api/local_models"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_foreign_host_or_origin_gets_nothing(string path)
    {
        await using PageClient page = await PageClient.StartAsync();
        string host = $"Host: {page.Address.Authority}";
        foreach (string[] headers in (string[][])
        [
            ["Host: evil.example"],
            [$"Host: evil.example:{page.Address.Port}"],
            [host, "Origin: https://evil.example"],
            [host, $"Origin: http://127.0.0.1:{page.Address.Port + 1}"],
            [host, "Origin: null"],
            [host, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"],
        ])
        {
            RawAnswer answer = await page.RawAsync("GET", path, headers);
            answer.Status.ShouldBe(403, string.Join(", ", headers));
            answer.Body.ShouldNotContain(page.Token);
            answer.Headers.ShouldNotContain("Access-Control-Allow-Origin");
        }

        (await page.RawAsync("GET", path, host, $"Origin: http://{page.Address.Authority}", "Sec-Fetch-Site: same-origin")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("POST", "/api/testdrives")]
    [InlineData("POST", "/api/pulls")]
    [InlineData("POST", "/api/deployments")]
    [InlineData("POST", "/api/deployments/abcd/chat/completions")]
    [InlineData("DELETE", "/api/testdrives/abcd")]
    [InlineData("DELETE", "/api/pulls/abcd")]
    [InlineData("DELETE", "/api/deployments/abcd")]
    [InlineData("PUT", "/api/pulls")]
    public async Task What_would_change_something_needs_the_pages_token(string method, string path)
    {
        await using PageClient page = await PageClient.StartAsync();
        string host = $"Host: {page.Address.Authority}";
        foreach (string[] headers in (string[][])
        [
            [host, "Content-Length: 0"],
            [host, "Content-Length: 0", "X-DeepFit-Token: "],
            [host, "Content-Length: 0", "X-DeepFit-Token: 000000000000000000000000000000000000000000000000"],
            [host, "Content-Length: 0", $"X-DeepFit-Token: {page.Token}", $"X-DeepFit-Token: {page.Token}"],
            [host, "Content-Length: 0", $"Cookie: X-DeepFit-Token={page.Token}"],
        ])
        {
            RawAnswer answer = await page.RawAsync(method, path, headers);
            answer.Status.ShouldBe(403, string.Join(", ", headers));
            answer.Body.ShouldContain("\"kind\":\"forbidden\"");
            answer.Body.ShouldContain("message_zh");
        }
    }

    [Theory]
    [InlineData("//api/pulls")]
    [InlineData("/API/pulls")]
    [InlineData("/%61pi/pulls")]
    [InlineData("/api%2Fpulls")]
    [InlineData("/x/../api/pulls")]
    [InlineData("/api//pulls")]
    [InlineData("/api/pulls/")]
    public async Task No_other_spelling_of_a_path_gets_round_the_token(string path)
    {
        await using PageClient page = await PageClient.StartAsync();
        RawAnswer answer = await page.RawAsync("POST", path, $"Host: {page.Address.Authority}", "Content-Type: application/json", "Content-Length: 0");
        answer.Status.ShouldBeOneOf(403, 404, 405);
        page.Services.Store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_of_another_site_cannot_send_an_order_even_with_the_token()
    {
        await using PageClient page = await PageClient.StartAsync();
        RawAnswer answer = await page.RawAsync(
            "POST", "/api/pulls", $"Host: {page.Address.Authority}", $"X-DeepFit-Token: {page.Token}", "Content-Type: text/plain", "Content-Length: 0");
        answer.Status.ShouldBe(415);
        page.Services.Store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_of_the_api_runs_nothing_and_is_not_kept()
    {
        await using PageClient page = await PageClient.StartAsync();
        RawAnswer answer = await page.RawAsync("GET", "/api/session");
        answer.Headers.ShouldContain("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'");
        answer.Headers.ShouldContain("Content-Type: application/json; charset=utf-8");
        answer.Headers.ShouldContain("X-Content-Type-Options: nosniff");
        answer.Headers.ShouldContain("Cache-Control: no-store");
        answer.Headers.ShouldNotContain("Access-Control");
    }

    [Fact]
    public async Task An_unknown_path_of_the_api_is_told_as_the_api_tells_it()
    {
        await using PageClient page = await PageClient.StartAsync();
        await page.ErrorAsync("/api/nothing", 404, "not_found");
        await page.ErrorAsync("/api/pulls/abc", 404, "not_found");
    }

    [Fact]
    public async Task A_body_beyond_reason_is_refused()
    {
        await using PageClient page = await PageClient.StartAsync();
        (int status, _) = await page.SendAsync(HttpMethod.Post, "/api/pulls", $$"""{ "variant": "{{new string('x', 100_000)}}" }""");
        status.ShouldBe(413);
    }

    [Fact]
    public async Task A_taken_port_that_was_asked_for_is_an_error_and_the_usual_one_gives_way_to_the_next()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        OperationFailedException error = await Should.ThrowAsync<OperationFailedException>(
            () => PageServer.StartAsync(new FakeServices(), "1", port, PageClient.Assets(), TimeProvider.System, TestContext.Current.CancellationToken));
        error.Text.En.ShouldContain(port.ToString(System.Globalization.CultureInfo.InvariantCulture));

        await using PageServer one = await PageServer.StartAsync(new FakeServices(), "1", null, PageClient.Assets(), TimeProvider.System, TestContext.Current.CancellationToken);
        await using PageServer next = await PageServer.StartAsync(new FakeServices(), "1", null, PageClient.Assets(), TimeProvider.System, TestContext.Current.CancellationToken);
        one.Address.Port.ShouldBeGreaterThanOrEqualTo(PageServer.DefaultPort);
        next.Address.Port.ShouldBeGreaterThan(one.Address.Port);
    }
}

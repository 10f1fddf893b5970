using System.Net.Http.Headers;
using System.Security.Cryptography;
using DeepFit.Core.Text;
using DeepFit.Engine.Downloads;

namespace DeepFit.Engine.Tests.Downloads;

public sealed class HttpRangeRedirectTests : IDisposable
{
    private static readonly byte[] File = RandomNumberGenerator.GetBytes(10_000);

    private static readonly HttpRangeStreamOptions Small = new() { FirstBlockBytes = 1000, MaxBlockBytes = 4000 };

    // Redirects are the stream's to follow here; one test lets the client do it.
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_followed_once_and_remembered(int status)
    {
        await using var server = new RangeServer(request => request.Path switch
        {
            "/m.gguf" => new ServedResponse(status, [], ("Location", "/hop")),
            "/hop" => new ServedResponse(302, [], ("Location", "store?sig=secret")),
            _ => RangeServer.Serve(request, File),
        });
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);
        byte[] bytes = new byte[2500];
        await stream.ReadExactlyAsync(bytes, Token);

        bytes.ShouldBe(File[..2500]);
        server.Requests.Select(request => request.Path).ShouldBe(["/m.gguf", "/hop", "/store?sig=secret", "/store?sig=secret"]);
    }

    [Fact]
    public async Task Redirects_that_the_client_follows_are_remembered_too()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await using var server = new RangeServer(request =>
            request.Path == "/m.gguf" ? new ServedResponse(302, [], ("Location", "/store")) : RangeServer.Serve(request, File));
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(client, server.Address("/m.gguf"), Small, Token);
        await stream.ReadExactlyAsync(new byte[2500], Token);

        server.Requests.Select(request => request.Path).ShouldBe(["/m.gguf", "/store", "/store"]);
    }

    [Fact]
    public async Task An_address_that_expired_is_asked_for_anew()
    {
        int signature = 1;
        await using var server = new RangeServer(request =>
        {
            if (request.Path == "/m.gguf")
            {
                return new ServedResponse(302, [], ("Location", $"/store?sig={signature}"));
            }

            return request.Path == $"/store?sig={signature}" ? RangeServer.Serve(request, File) : new ServedResponse(403, []);
        });
        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, server.Address("/m.gguf"), Small, Token);

        signature = 2;
        byte[] bytes = new byte[2500];
        await stream.ReadExactlyAsync(bytes, Token);

        bytes.ShouldBe(File[..2500]);
        server.Requests.Select(request => request.Path).ShouldBe(["/m.gguf", "/store?sig=1", "/store?sig=1", "/m.gguf", "/store?sig=2"]);
    }

    [Fact]
    public async Task A_circle_of_redirects_is_refused()
    {
        await using var server = new RangeServer(_ => new ServedResponse(302, [], ("Location", "/again")));

        (await RefusedAsync(server.Address("/m.gguf"))).Text.En.ShouldContain("circle");
        server.Requests.Count.ShouldBe(11);
    }

    [Fact]
    public async Task A_redirect_out_of_http_is_refused()
    {
        await using var server = new RangeServer(_ => new ServedResponse(302, [], ("Location", "file:///etc/passwd")));

        (await RefusedAsync(server.Address("/m.gguf"))).Text.En.ShouldContain("not safe");
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_alone()
    {
        await using var store = new RangeServer(request => RangeServer.Serve(request, File));
        await using var hub = new RangeServer(_ => new ServedResponse(302, [], ("Location", store.Address("/store").ToString())));
        HttpRangeStreamOptions options = Small with { Authorization = new AuthenticationHeaderValue("Bearer", "hf_secret") };

        await using HttpRangeStream stream = await HttpRangeStream.OpenAsync(_client, hub.Address("/m.gguf"), options, Token);
        await stream.ReadExactlyAsync(new byte[2500], Token);

        hub.Requests.Single().Headers["authorization"].ShouldBe("Bearer hf_secret");
        store.Requests.Count.ShouldBe(2);
        store.Requests.ShouldAllBe(request => !request.Headers.ContainsKey("authorization"));
    }

    private async Task<UserErrorException> RefusedAsync(Uri address) =>
        await Should.ThrowAsync<UserErrorException>(async () => await HttpRangeStream.OpenAsync(_client, address, Small, Token));
}

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using DeepFit.Engine.Downloads.Hubs;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Tests.Downloads.Hubs;

/// <summary>Where a hub's list and its sample may be fetched from, and who gets to see the token on the way.</summary>
public sealed class HubRedirectTests
{
    private const string List = """[{"type":"file","path":"model-Q4_K_M.gguf","size":10,"lfs":{"oid":"0000000000000000000000000000000000000000000000000000000000000000","size":10}}]""";

    private static readonly HubWish Wish = new("owner/name", null, null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_token_does_not_follow_the_next_page_of_a_list_to_another_server()
    {
        using var web = new Web(request => request.RequestUri! switch
        {
            { Host: "hub.test", Query: "?recursive=true" } => Redirect("https://other.test/list"),
            { Host: "other.test", AbsolutePath: "/list" } => Json("[]", ("Link", "</list/2>; rel=\"next\"")),
            { Host: "other.test" } => Json(List),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        });
        using var client = new HttpClient(web);
        HubModel model = await Hub(client).FindAsync(Wish, Token);
        model.Files.ShouldHaveSingleItem().Path.ShouldBe("model-Q4_K_M.gguf");
        web.Asked.Where(asked => asked.Address.Host == "other.test").ShouldAllBe(asked => asked.Authorization == null);
        web.Asked.Where(asked => asked.Address.Host == "hub.test").ShouldAllBe(asked => asked.Authorization == "Bearer hf_secret");
        web.Asked.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("http://hub.test/list")]
    [InlineData("ftp://hub.test/list")]
    public async Task A_list_with_digests_is_not_taken_from_an_address_that_is_not_safe(string where)
    {
        using var web = new Web(request => request.RequestUri!.Scheme == "https" ? Redirect(where) : Json(List));
        using var client = new HttpClient(web);
        PullException error = await Should.ThrowAsync<PullException>(() => Hub(client).FindAsync(Wish, Token));
        error.Kind.ShouldBe("refused");
        web.Asked.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_sample_that_tells_the_fastest_hub_sends_no_token_without_encryption()
    {
        using var web = new Web(request => request.RequestUri switch
        {
            { AbsolutePath: var path } when path.StartsWith("/api", StringComparison.Ordinal) => Json(List),
            { Scheme: "https" } => Redirect("http://hub.test/content"),
            _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(new byte[10]) },
        });
        using var client = new HttpClient(web);
        await new HubRace(client, TimeProvider.System).RunAsync([new HubCandidate(Hub(client), Wish), new HubCandidate(Hub(client), Wish)], Token);
        web.Asked.ShouldAllBe(asked => asked.Address.Scheme == "https");
    }

    private static HuggingFaceHub Hub(HttpClient client) => new(client, name => name switch
    {
        "HF_ENDPOINT" => "https://hub.test",
        "HF_TOKEN" => "hf_secret",
        _ => null,
    });

    private static HttpResponseMessage Redirect(string where) => new(HttpStatusCode.Redirect) { Headers = { Location = new Uri(where) } };

    private static HttpResponseMessage Json(string body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach ((string name, string value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    /// <summary>All servers at once, without a network: encrypted ones need no certificate here.</summary>
    private sealed class Web(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public ConcurrentQueue<(Uri Address, string? Authorization)> Asked { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Enqueue((request.RequestUri!, request.Headers.Authorization?.ToString()));
            HttpResponseMessage response = answer(request);
            response.RequestMessage = request;
            return Task.FromResult(response);
        }
    }
}

using System.Net;
using DeepFit.Engine.Deployments;

namespace DeepFit.Engine.Tests.Deployments;

public sealed class DeploymentClientTests : DeploymentFixture
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("localhost")]
    public async Task A_server_of_another_machine_is_not_looked_for_at_this_ones_own_address(string address)
    {
        var here = new Recorder();
        using var http = new HttpClient(here);
        var client = new DeploymentClient(http, TimeProvider.System);
        string key = Files.KeepKey("abcd", "a-secret-of-the-other-machine");
        Deployment elsewhere = Example() with { Host = Environment.MachineName + "-2", Address = address, KeyPath = key };
        (await client.StatusAsync(elsewhere, Token)).ShouldBeNull();
        (await client.SendAsync(HttpMethod.Post, elsewhere, "v1/chat/completions", null, Token)).ShouldBeNull();
        here.Asked.ShouldBe(0); // whoever listens there would have got the key

        await client.StatusAsync(elsewhere with { Address = "192.0.2.7" }, Token);
        here.Asked.ShouldBe(1); // one that can be told from this machine is asked
        await client.StatusAsync(elsewhere with { Host = Environment.MachineName }, Token);
        here.Asked.ShouldBe(2);
    }

    private sealed class Recorder : HttpMessageHandler
    {
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request });
        }
    }
}

using System.Net;
using System.Net.Sockets;
using DeepFit.Core.Text;
using DeepFit.Server.Hosting;
using DeepFit.Server.Tests.Support;

namespace DeepFit.Server.Tests.Hosting;

public sealed class ServerHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_the_way_out()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        OperationFailedException error = await Should.ThrowAsync<OperationFailedException>(() => StartAsync(out _, o => o with { Port = port }));

        error.Text.En.ShouldContain(port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        error.Text.En.ShouldContain("--port");
        error.Text.Zh.ShouldContain("--port");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named()
    {
        OperationFailedException error = await Should.ThrowAsync<OperationFailedException>(
            () => StartAsync(out _, o => o with { Address = IPAddress.Parse("203.0.113.7"), ApiKeys = ["a-key-of-enough-letters"] }));

        error.Text.En.ShouldContain("203.0.113.7");
    }

    [Fact]
    public async Task Other_machines_are_let_in_with_a_key_alone()
    {
        UserErrorException refused = await Should.ThrowAsync<UserErrorException>(() => StartAsync(out _, o => o with { Address = IPAddress.Any }));
        refused.Text.En.ShouldContain("DEEPFIT_API_KEY");
        (await Should.ThrowAsync<UserErrorException>(() => StartAsync(out _, o => o with { Address = IPAddress.Any, ApiKeys = ["short"] }))).Text.En.ShouldContain("16");

        await using ServerHost server = await StartAsync(out _, o => o with { Address = IPAddress.Any, ApiKeys = ["a-key-of-enough-letters"] });
        server.Address.Host.ShouldBe("127.0.0.1");
        foreach (string host in (string[])["10.1.2.3:8484", Environment.MachineName])
        {
            (await RawClient.AskAsync(server.Address, $"GET /open HTTP/1.1\r\nHost: {host}\r\n\r\n")).Status.ShouldBe(200);
        }

        (await RawClient.AskAsync(server.Address, "GET /open HTTP/1.1\r\nHost: rebound.example\r\n\r\n")).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("chat.example")]
    [InlineData("https://chat.example/")]
    [InlineData("https://chat.example/path")]
    [InlineData("")]
    public async Task What_is_no_origin_is_refused(string origin) =>
        await Should.ThrowAsync<UserErrorException>(() => StartAsync(out _, o => o with { AllowedOrigins = [origin] }));

    [Fact]
    public async Task Stopping_finishes_what_runs_and_takes_nothing_new()
    {
        await using ServerHost server = await StartAsync(out EchoModule echo);
        await using RawClient running = await RawClient.ConnectAsync(server.Address);
        await running.SendAsync("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await echo.Arrived.WaitAsync(Token);

        Task stopping = server.StopAsync(Token);
        await Should.ThrowAsync<SocketException>(async () =>
        {
            while (true)
            {
                await using RawClient late = await RawClient.ConnectAsync(server.Address);
                await Task.Delay(20, Token);
            }
        });
        stopping.IsCompleted.ShouldBeFalse();
        echo.Gate.SetResult();

        (await running.ReadAsync()).Body.ShouldContain("ended");
        await stopping;
    }

    [Fact]
    public async Task Stopping_with_an_end_to_its_patience_cuts_what_runs()
    {
        await using ServerHost server = await StartAsync(out EchoModule echo);
        await using RawClient running = await RawClient.ConnectAsync(server.Address);
        await running.SendAsync("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await echo.Arrived.WaitAsync(Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        Task stopping = server.StopAsync(patience.Token);

        (await running.ReadAsync()).Body.ShouldNotContain("ended");
        echo.Gate.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    internal static Task<ServerHost> StartAsync(out EchoModule echo, Func<ServerOptions, ServerOptions>? change = null)
    {
        ServerOptions options = new() { Port = 0 };
        options = change?.Invoke(options) ?? options;
        echo = new EchoModule(options);
        return ServerHost.StartAsync(options, [echo], Token);
    }
}

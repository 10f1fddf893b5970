using System.Text.Json;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Tests.Support;
using DeepFit.Server.Page;

namespace DeepFit.Cli.Tests.Commands;

public sealed class WebCommandTests
{
    private const string Described = "2x rtx-3090, 64 GB ddr4-3200 2ch";

    [Theory]
    [InlineData("recommend --json", "/api/recommend")]
    [InlineData("recommend --json --use reasoning --users 2 --min-tps 3 --lang zh", "/api/recommend?use=reasoning&users=2&min_tps=3&lang=zh")]
    [InlineData("estimate 7b --json", "/api/estimate?model=7b")]
    [InlineData("estimate 14b --quant Q5_K_M --context 16k --kv-type q8_0 --parallel 2 --use coding --json --lang zh", "/api/estimate?model=14b&quant=Q5_K_M&context=16k&kv_type=q8_0&parallel=2&use=coding&lang=zh")]
    [InlineData("estimate 671b:Q4_K_M --flash-attn off --ubatch 256 --json", "/api/estimate?model=671b:Q4_K_M&flash_attn=off&ubatch=256")]
    [InlineData("models --json", "/api/models")]
    [InlineData("detect --json", "/api/machine")]
    [InlineData("machines rtx 30 --kind gpu --json", "/api/machines?q=rtx%2030&kind=gpu")]
    [InlineData("advise --json", "/api/upgrade")]
    [InlineData("export 7b --target docker-compose --json", "/api/export?target=docker-compose&model=7b")]
    [InlineData("list --json", "/api/local_models")]
    public async Task The_page_is_told_byte_for_byte_what_the_command_line_prints(string line, string path)
    {
        await using var page = await PageOf();
        CliRun run = await CliRun.Of(line);
        ShouldBeTheSame(await page.GetAsync(path), run.Out);
        if (line.StartsWith("recommend", StringComparison.Ordinal) || line.StartsWith("estimate", StringComparison.Ordinal))
        {
            run = await CliRun.Of([.. line.Split(' '), "--machine", Described], cancellationToken: TestContext.Current.CancellationToken);
            ShouldBeTheSame(await page.GetAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "machine=" + Uri.EscapeDataString(Described)), run.Out);
        }
    }

    [Fact]
    public async Task What_was_measured_counts_on_the_page_as_on_the_command_line()
    {
        var services = new FakeServices();
        await CliRun.Of("testdrive 7b --json", services);
        await using var page = await PageOf(services);
        string told = await page.GetAsync("/api/estimate?model=7b");
        ShouldBeTheSame(told, (await CliRun.Of("estimate 7b --json", services)).Out);
        JsonDocument.Parse(told).RootElement.GetProperty("speed").GetProperty("basis").GetString().ShouldBe("measured");
    }

    [Theory]
    [InlineData("web --port 70000")]
    [InlineData("web --port some")]
    public async Task A_port_that_is_none_is_refused(string line)
    {
        CliRun run = await CliRun.Of(line);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("--port");
    }

    [Fact]
    public async Task The_page_starts_says_where_it_is_in_one_line_and_ends_in_good_order()
    {
        if (!PageServer.HasPage)
        {
            Assert.Skip("this build carries no page");
        }

        using var stop = new CancellationTokenSource();
        stop.CancelAfter(TimeSpan.FromSeconds(2));
        CliRun run = await CliRun.Of(["web", "--port", "0", "--json"], cancellationToken: stop.Token);
        run.ExitCode.ShouldBe(0);
        run.Out.Trim().Split('\n').Length.ShouldBe(1);
        run.Json.GetProperty("url").GetString().ShouldBe($"http://127.0.0.1:{run.Json.GetProperty("port")}/");
    }

    [Fact]
    public void A_browser_is_opened_only_where_somebody_sees_it()
    {
        Browser.Command("http://127.0.0.1/", name => name is "CI" or "DISPLAY" ? "1" : null).ShouldBeNull();
        Browser.Command("http://127.0.0.1/", name => name is "DISPLAY" ? ":0" : null)![^1].ShouldBe("http://127.0.0.1/");
        if (OperatingSystem.IsLinux())
        {
            Browser.Command("http://127.0.0.1/", _ => null).ShouldBeNull();
            Browser.TryOpen(["there-is-no-such-program", "http://127.0.0.1/"]).ShouldBeFalse();
        }
    }

    private static void ShouldBeTheSame(string page, string line)
    {
        string? different = page.Split('\n').Zip(line.Split('\n')).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.First.Trim()} on the page, {pair.Second.Trim()} on the command line").FirstOrDefault();
        (page == line).ShouldBeTrue(different);
        page.Length.ShouldBeGreaterThan(10);
    }

    private static async Task<RunningPage> PageOf(FakeServices? services = null) =>
        new(await PageServer.StartAsync(services ?? new FakeServices(), CliApplication.Version, 0, TestContext.Current.CancellationToken));

    private sealed class RunningPage(PageServer server) : IAsyncDisposable
    {
        private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });

        public Task<string> GetAsync(string path) => client.GetStringAsync(new Uri(server.Address, path), TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await server.DisposeAsync();
        }
    }
}

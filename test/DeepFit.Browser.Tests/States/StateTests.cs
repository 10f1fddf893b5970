using System.Text.RegularExpressions;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.States;

/// <summary>What each view says when there is nothing to show yet, or nothing works.</summary>
public sealed class StateTests(BrowserHost host) : PageTest(host)
{
    [Fact]
    public async Task Without_an_engine_it_plans_and_says_why_it_cannot_drive()
    {
        _ = Host.Browser;
        string empty = Directory.CreateTempSubdirectory("deepfit-no-engine-").FullName;
        await using WebRun server = await WebRun.StartAsync(models: true, ("DEEPFIT_ENGINE_FOLDER", empty));
        await InBrowserAsync(server, new Look(), async page =>
        {
            var planner = new PlannerPage(page);
            await planner.OpenAsync("?machine=rtx%204090");
            (await planner.ReadAsync()).Speed.ShouldContain("tokens/s");

            await page.GotoAsync("/test-drive");
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is no engine here that could run a model" })).ToBeVisibleAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start the test-drive" })).ToHaveCountAsync(0);
            await Views.KeepAsync(page, "state-no-engine-en-light-1440");
            await Views.CheckAccessAsync(page, "no engine");

            await page.GotoAsync("/deploy");
            await page.GetByRole(AriaRole.Button, new() { Name = "Start tiny.gguf F16" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Start it" }).ClickAsync();
            await Assertions.Expect(page.GetByText(new Regex("engine", RegexOptions.IgnoreCase)).First).ToBeVisibleAsync();
            await Views.KeepAsync(page, "state-no-engine-deploy-en-light-1440");
        });
        Directory.Delete(empty);
    }

    [Fact]
    public async Task Without_a_network_a_download_says_so()
    {
        _ = Host.Browser;
        await using WebRun server = await WebRun.StartAsync();
        await InBrowserAsync(server, new Look(), async page =>
        {
            await page.GotoAsync("/deploy?model=1.5b&quant=Q4_K_M");
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Download ·") }).ClickAsync();
            ILocator pull = page.GetByRole(AriaRole.Article, new() { Name = "1.5b Q4_K_M" });
            await Assertions.Expect(pull.GetByRole(AriaRole.Alert)).ToContainTextAsync(new Regex("network|reach|connect", RegexOptions.IgnoreCase), new() { Timeout = 120_000 });
            await Assertions.Expect(pull.GetByRole(AriaRole.Button, new() { Name = "Go on" })).ToBeVisibleAsync();
            await Views.KeepAsync(page, "state-no-network-en-light-1440");
            await Views.CheckAccessAsync(page, "no network");
            await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
            await Assertions.Expect(pull.GetByRole(AriaRole.Alert)).ToContainTextAsync(new Regex("[\u4E00-\u9FFF]{4}"));
        });
    }

    [Fact]
    public Task Where_nothing_fits_it_says_what_would_help() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync("?machine=" + Uri.EscapeDataString("1 GB"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing fits" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Nothing runs on this machine, so there is nothing to draw.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("main .unfit").First).ToBeVisibleAsync();
        (await planner.ReadAsync()).Status.ShouldStartWith("Not enough");
        await Views.KeepAsync(page, "state-nothing-fits-en-light-1440");
        await Views.CheckWidthAsync(page, "nothing fits");
        await Views.CheckAccessAsync(page, "nothing fits");
    });

    [Fact]
    public async Task A_server_that_is_gone_is_told_and_found_again_in_every_view()
    {
        _ = Host.Browser;
        await using WebRun server = await WebRun.StartAsync(models: true);
        await server.DeployAsync(Models.Tiny);
        foreach (Views view in Views.All.Where(view => view.Name is not "chat"))
        {
            await InBrowserAsync(server, new Look(), async page =>
            {
                await page.GotoAsync(view.Path);
                await Assertions.Expect(page.Locator("main h1")).ToBeVisibleAsync();
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await server.KillAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync(); // asks anew
                ILocator alert = page.GetByRole(AriaRole.Alert).First;
                await Assertions.Expect(alert).ToContainTextAsync("DeepFit 没有应答");
                await Views.KeepAsync(page, $"state-gone-{view.Name}-zh-light-1440");
                await Views.CheckAccessAsync(page, "gone " + view.Name);

                await server.RestartAsync();
                await alert.GetByRole(AriaRole.Button, new() { Name = "重试" }).ClickAsync();
                await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
                await Assertions.Expect(page.Locator("main h1")).ToBeVisibleAsync();
            });
        }
    }

    [Fact]
    public async Task A_chat_outlives_its_server_and_goes_on_when_it_is_back()
    {
        _ = Host.Browser;
        await using WebRun server = await WebRun.StartAsync(models: true);
        await server.DeployAsync(Models.Tiny);
        await InBrowserAsync(server, new Look(), async page =>
        {
            await page.GotoAsync("/chat");
            var chat = new ChatPage(page);
            await chat.AskAsync("Hello");
            await server.KillAsync();
            await Assertions.Expect(page.GetByText("DeepFit does not answer. What was said is still here.")).ToBeVisibleAsync();
            await Assertions.Expect(chat.Answer).ToContainTextAsync(ThinkingAnswer.Text);
            await chat.SendAsync("Are you there?");
            await Assertions.Expect(chat.Answer.GetByRole(AriaRole.Alert)).ToContainTextAsync("DeepFit does not answer");

            await server.RestartAsync();
            await Assertions.Expect(page.GetByText("What was said is still here.")).ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
            await Assertions.Expect(chat.Answer).ToContainTextAsync("is irrational"); // "R1" of the first answer holds a 1
        });
    }

    [Fact]
    public async Task Where_there_is_nothing_yet_each_view_says_how_to_begin()
    {
        _ = Host.Browser;
        await using WebRun server = await WebRun.StartAsync();
        foreach ((string path, string says) in ((string, string)[])
            [("/deploy", "No model is here yet"), ("/test-drive", "Nothing has been measured here yet."), ("/chat", "A conversation needs a running model.")])
        {
            await InBrowserAsync(server, new Look(), async page =>
            {
                await page.GotoAsync(path);
                await Assertions.Expect(page.GetByText(says)).ToBeVisibleAsync();
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await Views.KeepAsync(page, $"state-empty-{path[1..]}-en-light-1440");
                await Views.CheckAccessAsync(page, "empty " + path);
            });
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/test-drive")]
    [InlineData("/deploy")]
    [InlineData("/chat")]
    [InlineData("/report")]
    public Task What_takes_its_time_is_announced_until_it_is_there(string path) => InBrowserAsync(async page =>
    {
        var go = new TaskCompletionSource();
        await page.RouteAsync("**/api/**", async route =>
        {
            await go.Task;
            await route.ContinueAsync();
        });
        ILocator loading = page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Loading" });
        try
        {
            await page.GotoAsync(path);
            await Assertions.Expect(loading.First).ToBeVisibleAsync();
        }
        finally
        {
            go.SetResult(); // a page does not close over a request that hangs
        }

        await Assertions.Expect(loading).ToHaveCountAsync(0);
    });
}

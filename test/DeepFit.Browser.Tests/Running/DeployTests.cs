using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Running;

/// <summary>Models are started, watched, measured, talked to and stopped from the page.</summary>
public sealed class DeployTests(BrowserHost host) : PageTest(host)
{
    private const string Name = Models.Tiny + " F16";

    [Fact]
    public async Task A_model_is_started_watched_verified_talked_to_and_stopped()
    {
        _ = Host.Browser;
        await using WebRun server = await WebRun.StartAsync(models: true);
        await InBrowserAsync(server, new Look(), async page =>
        {
            await page.GotoAsync("/deploy");
            await Assertions.Expect(page.GetByText("Nothing runs yet.")).ToBeVisibleAsync();
            ILocator card = await StartAsync(page);
            Process process = await ProcessAsync(card);
            process.ProcessName.ShouldBe("deepfit");
            await Assertions.Expect(card.Locator("dl > div").Filter(new() { HasText = "System memory it needs now" })).ToContainTextAsync(new Regex(@"\d+ MiB"));
            long shown = (await server.GetAsync("api/deployments")).GetProperty("deployments")[0].GetProperty("memory_bytes").GetInt64();
            JsonElement listed = (await server.CliAsync("ps"))[0];
            ((double)shown).ShouldBe(listed.GetProperty("needed_bytes").GetInt64(), 0.2 * shown); // it may have grown in between
            shown.ShouldBeLessThan(listed.GetProperty("process_memory").GetProperty("resident_bytes").GetInt64());
            string address = (await card.Locator("code").TextContentAsync())!;
            new Uri(address).IsLoopback.ShouldBeTrue();

            await card.GetByRole(AriaRole.Button, new() { Name = "Log" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync(new Regex("\\S"));

            await card.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
            ILocator weights = card.GetByRole(AriaRole.Row, new() { Name = "Weights" });
            await Assertions.Expect(weights).ToContainTextAsync("kept", new() { Timeout = 90_000 });
            await Assertions.Expect(card.GetByRole(AriaRole.Row)).ToHaveCountAsync(8);
            await Assertions.Expect(card.Locator(".verdict")).ToContainTextAsync(new Regex("\\S"));
            await Views.KeepAsync(page, "state-verified-en-light-1440");
            await Views.CheckAccessAsync(page, "verified");

            await card.GetByRole(AriaRole.Link, new() { Name = "Chat" }).ClickAsync();
            var chat = new ChatPage(page);
            await chat.AskAsync("你好，世界");
            await Assertions.Expect(chat.Answer).ToContainTextAsync(ThinkingAnswer.Text);
            await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Deploy" }).ClickAsync();

            await card.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
            await Assertions.Expect(page.GetByText("Ended before (1)")).ToBeVisibleAsync();
            await process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        });
    }

    [Fact]
    public async Task A_server_that_was_killed_is_shown_as_crashed_and_can_be_started_again()
    {
        _ = Host.Browser;
        await using WebRun server = await WebRun.StartAsync(models: true);
        await InBrowserAsync(server, new Look(), async page =>
        {
            await page.GotoAsync("/deploy");
            ILocator card = await StartAsync(page);
            (await ProcessAsync(card)).Kill();
            await Assertions.Expect(card.Locator(".state")).ToHaveTextAsync("crashed");
            await Assertions.Expect(card.Locator(".fault")).ToContainTextAsync("The log shows the last that it said.");
            await Views.KeepAsync(page, "state-crashed-en-light-1440");
            await Views.CheckAccessAsync(page, "crashed");

            await card.GetByRole(AriaRole.Button, new() { Name = "Start again" }).ClickAsync();
            await Assertions.Expect(page.Locator(".state.running")).ToHaveTextAsync("running");
        });
    }

    /// <summary>Starts the tiny model as a person does.</summary>
    private static async Task<ILocator> StartAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Start " + Name }).ClickAsync();
        ILocator form = page.GetByRole(AriaRole.Form);
        await form.GetByLabel("Context for each request").SelectOptionAsync("4096");
        await form.GetByRole(AriaRole.Button, new() { Name = "Start it" }).ClickAsync();
        ILocator card = page.GetByRole(AriaRole.Article, new() { Name = Name });
        await Assertions.Expect(card.Locator(".state")).ToHaveTextAsync("running");
        return card;
    }

    /// <summary>The process that the card names.</summary>
    private static async Task<Process> ProcessAsync(ILocator card) =>
        Process.GetProcessById(int.Parse((await card.Locator("dl > div").Filter(new() { HasText = "Process" }).Locator("dd").TextContentAsync())!.Trim(), CultureInfo.InvariantCulture));
}

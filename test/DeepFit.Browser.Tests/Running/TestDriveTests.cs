using System.Text.Json;
using System.Text.RegularExpressions;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Running;

/// <summary>A shortened model of a version's true shapes is driven from the page.</summary>
public sealed class TestDriveTests(BrowserHost host) : PageTest(host)
{
    [Fact]
    public async Task A_version_is_driven_with_progress_and_its_speed_stands_beside_the_prediction()
    {
        _ = Host.Browser;
        await using WebRun server = await WebRun.StartAsync();
        await InBrowserAsync(server, new Look(), async page =>
        {
            await page.GotoAsync("/test-drive");
            await Assertions.Expect(page.GetByText("Nothing has been measured here yet.")).ToBeVisibleAsync();
            await page.GetByLabel("Version").SelectOptionAsync("1.5b");
            await page.GetByLabel("Quantization").SelectOptionAsync("Q4_K_M");
            ILocator start = page.GetByRole(AriaRole.Button, new() { Name = "Start the test-drive" });
            await start.ClickAsync();
            ILocator bar = page.GetByRole(AriaRole.Progressbar);
            await Assertions.Expect(bar).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator(".phase")).ToContainTextAsync(new Regex(@"[1-9]\d*%"), new() { Timeout = 60_000 });
            await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
            await Assertions.Expect(page.GetByText("The test-drive was stopped")).ToBeVisibleAsync();

            await start.ClickAsync();
            // it goes on, and is found again, when the page is loaded anew
            await Assertions.Expect(bar).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Assertions.Expect(bar).ToBeVisibleAsync();
            ILocator result = page.GetByRole(AriaRole.Status).Filter(new() { HasText = "1.5b Q4_K_M, measured" });
            await Assertions.Expect(result).ToBeVisibleAsync(new() { Timeout = 120_000 });
            ILocator generation = result.Locator(".speed").Filter(new() { HasText = "Generation" });
            (double measured, double predicted) = (await FigureAsync(generation, "Measured"), await FigureAsync(generation, "Predicted"));
            measured.ShouldBeGreaterThan(0);
            predicted.ShouldBeGreaterThan(0);
            await Views.KeepAsync(page, "state-test-driven-en-light-1440");
            await Views.CheckAccessAsync(page, "test-driven");

            JsonElement[] history = [.. (await server.GetAsync("api/testdrives")).GetProperty("history").EnumerateArray()];
            if (history.Length > 0)
            {
                await Assertions.Expect(result).ToContainTextAsync("Kept");
                ILocator row = page.GetByRole(AriaRole.Row, new() { Name = "1.5b Q4_K_M" });
                await Assertions.Expect(row).ToContainTextAsync(Shown.Rate(history[0].GetProperty("generation_tps")));
                await Assertions.Expect(generation).ToContainTextAsync(Shown.Rate(history[0].GetProperty("generation_tps")));
            }
            else
            {
                // other programs had the processor: that is told, and nothing stays
                await Assertions.Expect(result).ToContainTextAsync("Not kept.");
                await Assertions.Expect(page.GetByText("Nothing has been measured here yet.")).ToBeVisibleAsync();
            }
        });
    }

    [Fact]
    public Task What_was_measured_before_stands_in_the_history_beside_its_prediction() => InBrowserAsync(async page =>
    {
        await page.GotoAsync("/test-drive");
        ILocator row = page.GetByRole(AriaRole.Row, new() { Name = "7b Q4_K_M" });
        JsonElement past = (await (await Host.ServerAsync()).GetAsync("api/testdrives")).GetProperty("history")[0];
        await Assertions.Expect(row).ToContainTextAsync(Shown.Rate(past.GetProperty("generation_tps")));
        await Assertions.Expect(row).ToContainTextAsync(Shown.Rate(past.GetProperty("estimated").GetProperty("generation_tps")));
    });

    private static async Task<double> FigureAsync(ILocator speed, string name) => double.Parse(
        (await speed.Locator("dl > div").Filter(new() { HasText = name }).Locator("strong").TextContentAsync())!, System.Globalization.CultureInfo.InvariantCulture);
}

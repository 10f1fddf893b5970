using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests;

/// <summary>Every view, in both languages, light and dark, at a phone's width and a desk's: for anybody to use, and kept to be looked at.</summary>
public sealed class ViewTests(BrowserHost host) : PageTest(host)
{
    public static TheoryData<string, string, bool> Looks()
    {
        var data = new TheoryData<string, string, bool>();
        foreach (Views view in Views.All)
        {
            foreach (Look look in Look.All)
            {
                data.Add(view.Name, look.Locale, look.Dark);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task A_view_is_for_everybody_and_as_wide_as_its_window(string name, string locale, bool dark)
    {
        (WebRun server, _) = await Host.ServerAsync(Models.Tiny);
        var look = new Look(locale, dark);
        await InBrowserAsync(server, look, async page =>
        {
            await page.GotoAsync(Views.All.Single(one => one.Name == name).Path);
            await ReadyAsync(page, look, name);
            (await page.EvaluateAsync<string>("() => document.documentElement.lang")).ShouldBe(look.Chinese ? "zh-CN" : "en");
            foreach (int width in (int[])[Look.Desk, Look.Phone])
            {
                string what = $"{name}-{(look with { Width = width }).Name}";
                await page.SetViewportSizeAsync(width, Look.Height(width));
                await Views.KeepAsync(page, what);
                await Views.CheckWidthAsync(page, what);
                if (width == Look.Desk || !dark)
                {
                    // colours are the same at either width
                    await Views.CheckAccessAsync(page, what);
                }
            }
        });
    }

    /// <summary>Waits until a view shows all that it has to show.</summary>
    private static async Task ReadyAsync(IPage page, Look look, string name)
    {
        await Assertions.Expect(page.Locator("main h1")).ToBeVisibleAsync();
        if (name == "chat")
        {
            await page.GetByRole(AriaRole.Textbox).FillAsync(look.Chinese ? "你好，你是谁？" : "Hello, who are you?");
            await Assertions.Expect(page.Locator("form button[type=submit]")).ToBeEnabledAsync(); // once it knows of the model
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator(".turn .answer[aria-busy=false]")).ToContainTextAsync("What can I do for you?");
        }

        if (name == "planner")
        {
            // what is drawn when it comes near
            await page.Locator("[role=img]").ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(page.Locator("canvas").First).ToBeVisibleAsync();
            await page.EvaluateAsync("() => scrollTo(0, 0)");
        }

        await page.WaitForFunctionAsync("() => document.querySelector('main [aria-busy=true], main .loading') === null");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }
}

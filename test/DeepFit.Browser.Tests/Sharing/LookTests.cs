using System.Text.RegularExpressions;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Sharing;

/// <summary>The page speaks the person's language and follows the light they sit in.</summary>
public sealed class LookTests(BrowserHost host) : PageTest(host)
{
    [Theory]
    [InlineData("zh-CN", "哪个 DeepSeek")]
    [InlineData("zh-TW", "哪个 DeepSeek")]
    [InlineData("en-GB", "Which DeepSeek")]
    [InlineData("fr-FR", "Which DeepSeek")]
    public Task It_begins_in_the_browsers_language(string locale, string title) => InBrowserAsync(
        async page =>
        {
            await page.GotoAsync("/");
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(title);
        },
        new Look(locale));

    [Fact]
    public Task The_language_is_switched_in_place_and_kept() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync("?machine=rtx%204090&model=14b&quant=Q4_K_M");
        PlannerPage.Cell english = await planner.ReadAsync();
        await page.EvaluateAsync("() => { window.here = true; }");
        await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("哪个 DeepSeek");
        await planner.SettleAsync();
        PlannerPage.Cell chinese = await planner.ReadAsync();
        chinese.Title.ShouldBe(english.Title);
        chinese.Memory["权重"].ShouldBe(english.Memory["Weights"]);
        await Assertions.Expect(planner.Details.Locator(".reason")).ToContainTextAsync(new Regex("[\u4E00-\u9FFF]{2}"));
        (await page.EvaluateAsync<bool>("() => window.here === true && document.documentElement.lang === 'zh-CN'")).ShouldBeTrue();
        string rest = await page.EvaluateAsync<string>("() => [...document.querySelectorAll('main button, main label, main h2, main h3, main legend')].map((one) => one.textContent.trim()).filter((text) => /^[A-Za-z ]{12,}$/.test(text)).join(', ')");
        rest.ShouldBe("", "these stayed English");

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("哪个 DeepSeek");
    });

    [Fact]
    public Task It_is_dark_as_the_system_is_until_another_look_is_chosen_which_is_kept() => InBrowserAsync(
        async page =>
        {
            await page.GotoAsync("/learn");
            (await BrightnessAsync(page)).ShouldBeLessThan(60);
            ILocator theme = page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Appearance") });
            await theme.ClickAsync();
            await Assertions.Expect(theme).ToHaveAccessibleNameAsync("Appearance: Light");
            (await BrightnessAsync(page)).ShouldBeGreaterThan(200);
            await page.ReloadAsync();
            await Assertions.Expect(theme).ToHaveAccessibleNameAsync("Appearance: Light");
            (await BrightnessAsync(page)).ShouldBeGreaterThan(200);
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await theme.ClickAsync();
            await Assertions.Expect(theme).ToHaveAccessibleNameAsync("Appearance: Dark");
            (await BrightnessAsync(page)).ShouldBeLessThan(60);
        },
        new Look(Dark: true));

    [Fact]
    public Task The_keyboard_alone_leads_through_the_page() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync("?machine=rtx%204090");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        var seen = new List<string>();
        do
        {
            await page.Keyboard.PressAsync("Tab");
            seen.Add(await page.EvaluateAsync<string>("() => { const one = document.activeElement; return one.classList.contains('skip') || one === document.body ? '' : one.getAttribute('role') || one.type || one.tagName; }"));
        }
        while (seen[^1].Length > 0 && seen.Count < 200);

        foreach (string kind in (string[])["tab", "select-one", "range", "number", "gridcell", "button"])
        {
            seen.ShouldContain(kind);
        }

        // one stop for the whole table: arrows move within it
        seen.Count(one => one == "gridcell").ShouldBe(1);
    });

    /// <summary>How bright the page's ground is, 0 to 255.</summary>
    private static Task<double> BrightnessAsync(IPage page) => page.EvaluateAsync<double>("""
        async () => {
          // what changes is shown with the next picture
          for (let picture = 0; picture < 2; picture++) await new Promise((done) => requestAnimationFrame(done));
          const context = document.createElement('canvas').getContext('2d');
          context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
          context.fillRect(0, 0, 1, 1);
          const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
          return (red + green + blue) / 3;
        }
        """);
}

using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Support;

/// <summary>A view of the page.</summary>
/// <param name="Name">What its screenshots are called.</param>
/// <param name="Path">Its address.</param>
internal sealed record Views(string Name, string Path)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Views> All { get; } =
        [new("planner", "/"), new("learn", "/learn"), new("test-drive", "/test-drive"), new("deploy", "/deploy"), new("chat", "/chat"), new("report", "/report")];

    /// <summary>axe finds nothing serious or critical in what the page shows now; what is less is told.</summary>
    public static async Task CheckAccessAsync(IPage page, string what)
    {
        AxeResult result = await page.RunAxe();
        result.Passes.Length.ShouldBeGreaterThan(5, "axe looked at nothing");
        string[] found = [.. result.Violations.Select(one => $"{what}: {one.Impact} {one.Id}: {one.Help} ({string.Join(" | ", one.Nodes.Take(4).Select(node => $"{node.Target} {node.Html} {string.Join("; ", node.Any.Select(check => check.Message).Take(1))}"))})")];
        foreach (string line in found)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }

        result.Violations.Where(one => one.Impact is "serious" or "critical").ShouldBeEmpty(string.Join('\n', found));
    }

    /// <summary>The page is no wider than its window; what is wide scrolls within itself.</summary>
    public static async Task CheckWidthAsync(IPage page, string what)
    {
        string[] wide = await page.EvaluateAsync<string[]>("""
            () => {
              const room = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= room) return [];
              const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > room + 1).map((one) => `${one.tagName} ${one.className}`);
              return wide.length > 0 ? wide.slice(-5) : ['something'];
            }
            """);
        wide.ShouldBeEmpty($"{what} is wider than its window");
    }

    /// <summary>Keeps how the whole page looks.</summary>
    public static async Task KeepAsync(IPage page, string name)
    {
        // what is fixed to the window's edge belongs at the end of the picture, not in its middle
        PageViewportSizeResult window = page.ViewportSize!;
        int height = await page.EvaluateAsync<int>("() => document.documentElement.scrollHeight");
        bool fills = await page.Locator(".thread").CountAsync() > 0;
        if (!fills)
        {
            await page.SetViewportSizeAsync(window.Width, Math.Max(height, window.Height));
        }

        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Artifacts.File("screenshots", name + ".png"), FullPage = !fills, Animations = ScreenshotAnimations.Disabled });
        await page.SetViewportSizeAsync(window.Width, window.Height);
    }
}

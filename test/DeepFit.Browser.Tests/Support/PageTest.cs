using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Support;

/// <summary>
/// What every test of the page does: it opens a browser of its own, and beside what it tests it finds that nothing was asked of another host, that the page threw nothing, and that its policy
/// stopped nothing.
/// </summary>
public abstract partial class PageTest(BrowserHost host)
{
    // what Chromium says of a request that was refused or had no answer; whether that was right is the test's matter
    private const string Refused = "Failed to load resource";

    // what a script of the page never ends has no time limit of Playwright's
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private protected BrowserHost Host { get; } = host;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens a page of a server and does something with it.</summary>
    private protected async Task InBrowserAsync(WebRun server, Look look, Func<IPage, Task> test)
    {
        await using IBrowserContext context = await Host.Browser.NewContextAsync(look.Options(server.Address));
        context.SetDefaultTimeout(BrowserHost.Patience);
        var strays = new List<string>();
        var faults = new List<string>();
        context.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out Uri? url) && url.Scheme is not ("data" or "blob") && url.Authority != server.Address.Authority)
            {
                strays.Add(request.Url);
            }
        };
        context.WebError += (_, error) => faults.Add(error.Error);
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.StartsWith(Refused, StringComparison.Ordinal))
            {
                faults.Add(message.Text);
            }
        };
        IPage page = await context.NewPageAsync();
        try
        {
            await test(page).WaitAsync(Longest, Token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await TellAsync(page, [.. faults, .. strays]);
            throw;
        }

        strays.ShouldBeEmpty("the page asked another host");
        faults.ShouldBeEmpty("the page threw, or its policy stopped something");
    }

    /// <summary>Opens a page of the shared server.</summary>
    private protected async Task InBrowserAsync(Func<IPage, Task> test, Look? look = null) => await InBrowserAsync(await Host.ServerAsync(), look ?? new Look(), test);

    [GeneratedRegex("[^a-zA-Z0-9_]+")]
    private static partial Regex Unsafe();

    /// <summary>What a failed test leaves: how the page looked, and what it complained of.</summary>
    private static async Task TellAsync(IPage page, List<string> faults)
    {
        try
        {
            string name = Unsafe().Replace(TestContext.Current.TestMethod?.MethodName ?? "test", "_");
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Artifacts.File("screenshots/failed", name + ".png"), FullPage = true });
            TestContext.Current.TestOutputHelper?.WriteLine($"{page.Url}\n{string.Join('\n', faults)}");
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            // the page is gone; what the test itself says is told
        }
    }
}

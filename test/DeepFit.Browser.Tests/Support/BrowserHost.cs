using DeepFit.Browser.Tests.Support;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Server.Page;
using Microsoft.Playwright;
using Xunit.Sdk;
using Xunit.v3;

// One browser, one engine: a machine has only so many cores.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(BrowserHost))]

namespace DeepFit.Browser.Tests.Support;

/// <summary>The browser of all tests, and the server that those share which change nothing that another would miss.</summary>
public sealed class BrowserHost : IAsyncLifetime
{
    /// <summary>A name of an attacker's that leads to this machine.</summary>
    internal const string Rebound = "evil.example";

    /// <summary>How long anything may take to come about, in milliseconds; a busy machine is slow, and that is no fault of the page.</summary>
    internal const float Patience = 45_000;

    private IPlaywright? playwright;
    private IBrowser? browser;
    private Task<WebRun>? shared;
    private readonly Dictionary<string, Task<string>> deployed = [];

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium.Path,
            // no name leads out of this machine
            Args = [$"--host-resolver-rules=MAP {Rebound} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", "--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>The browser.</summary>
    internal IBrowser Browser
    {
        get
        {
            Assert.SkipWhen(Missing is not null, Missing ?? "");
            return browser!;
        }
    }

    private static string? Missing { get; } =
        Chromium.Path is null ? $"no Chromium is installed (and {Chromium.Variable} names none)"
        : !PageServer.HasPage ? "the build carries no page (npm was missing, or -p:DeepFitPage=none)"
        : !NativeEngine.IsPresent ? "the build restored no engine for this platform"
        : OperatingSystem.IsWindows() ? "signals are POSIX's"
        : null;

    /// <summary>The server with the tests' models that most tests share.</summary>
    internal Task<WebRun> ServerAsync()
    {
        _ = Browser;
        return shared ??= WebRun.StartAsync(models: true);
    }

    /// <summary>The same, and the id of a model that runs there.</summary>
    internal async Task<(WebRun Server, string Deployment)> ServerAsync(string model)
    {
        WebRun server = await ServerAsync();
        if (!deployed.TryGetValue(model, out Task<string>? id))
        {
            deployed[model] = id = server.DeployAsync(model);
        }

        return (server, await id);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        if (shared is not null)
        {
            await (await shared).DisposeAsync();
        }
    }
}

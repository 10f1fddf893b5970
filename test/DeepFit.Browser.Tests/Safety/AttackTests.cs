using System.Net;
using System.Text;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Safety;

/// <summary>Other sites, open in the same browser, get nothing of the page's server and change nothing there.</summary>
public sealed class AttackTests(BrowserHost host) : PageTest(host)
{
    private const string Order = """{"variant":"1.5b","quantization":"Q4_K_M"}""";

    [Theory]
    [InlineData("localhost")] // another site
    [InlineData("127.0.0.1")] // the same site, another origin
    [InlineData(BrowserHost.Rebound)] // a name that leads here
    public async Task Another_sites_page_can_neither_read_nor_order_anything(string name)
    {
        WebRun server = await Host.ServerAsync();
        string token = await server.TokenAsync();
        string target = server.Address.AbsoluteUri;
        await using var site = new OtherSite($$"""
            <!doctype html><title>elsewhere</title>
            <form method="post" action="{{target}}api/pulls" enctype="text/plain" target="nowhere"><input name='{"variant":"1.5b","quantization":"Q4_K_M","x":"' value='"}'></form>
            <iframe name="nowhere"></iframe><iframe id="framed" src="{{target}}"></iframe><script src="{{target}}api/session"></script><img id="icon" src="{{target}}icon.svg">
            <script>
              const order = '{{Order}}';
              const tries = {
                read: () => fetch('{{target}}api/session').then((answer) => answer.text()),
                index: () => fetch('{{target}}').then((answer) => answer.text()),
                order: () => fetch('{{target}}api/pulls', { method: 'POST', body: order, headers: { 'content-type': 'application/json' } }).then((answer) => answer.text()),
                withToken: () => fetch('{{target}}api/pulls', { method: 'POST', body: order, headers: { 'content-type': 'application/json', 'x-deepfit-token': '{{token}}' } }).then((answer) => answer.text()),
                simple: () => fetch('{{target}}api/pulls', { method: 'POST', body: order, mode: 'no-cors' }).then((answer) => answer.text()),
                events: () => new Promise((done, failed) => { const events = new EventSource('{{target}}api/testdrives/x/events'); events.onopen = done; events.onerror = () => failed(new Error('closed')); }),
              };
              window.tried = Promise.all(Object.entries(tries).map(async ([name, attempt]) => {
                try { return `${name}: ${await attempt()}`; } catch (error) { return `${name}: failed`; }
              }));
              document.forms[0].submit();
            </script>
            """);
        await using IBrowserContext context = await Host.Browser.NewContextAsync();
        IPage page = await context.NewPageAsync();
        await page.GotoAsync($"http://{name}:{site.Port}/");
        string[] tried = await page.EvaluateAsync<string[]>("() => window.tried");
        tried.ShouldBe(["read: failed", "index: failed", "order: failed", "withToken: failed", "simple: failed", "events: failed"]);
        (await page.EvaluateAsync<int>("() => document.getElementById('icon').naturalWidth")).ShouldBe(0);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        foreach (IFrame frame in page.Frames.Skip(1))
        {
            (await frame.ContentAsync()).ShouldNotContain("deepfit-token");
        }

        (await server.GetAsync("api/pulls")).GetProperty("pulls").EnumerateArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_was_led_to_this_machine_gets_nothing()
    {
        WebRun server = await Host.ServerAsync();
        await using IBrowserContext context = await Host.Browser.NewContextAsync();
        IPage page = await context.NewPageAsync();
        foreach (string path in (string[])["/", "/api/session", "/icon.svg", "/deploy"])
        {
            IResponse answer = (await page.GotoAsync($"http://{BrowserHost.Rebound}:{server.Address.Port}{path}"))!;
            answer.Status.ShouldBe(403, path);
            (await answer.TextAsync()).ShouldNotContain(await server.TokenAsync());
        }

        // the same name is let in where it is this machine's own
        (await page.GotoAsync($"http://localhost:{server.Address.Port}/"))!.Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_would_change_something_is_refused_without_the_token_or_from_elsewhere()
    {
        WebRun server = await Host.ServerAsync();
        string token = await server.TokenAsync();
        string own = server.Address.GetLeftPart(UriPartial.Authority);
        foreach ((string? origin, string? name, string? sent, HttpStatusCode expected) in ((string?, string?, string?, HttpStatusCode)[])
        [
            (null, null, null, HttpStatusCode.Forbidden),
            (own, null, "0" + token[1..], token[0] == '0' ? HttpStatusCode.Conflict : HttpStatusCode.Forbidden),
            ("http://evil.example", null, token, HttpStatusCode.Forbidden),
            ("null", null, token, HttpStatusCode.Forbidden),
            (null, "evil.example", token, HttpStatusCode.Forbidden),
            (own, null, token, HttpStatusCode.Conflict), // the model is not here, which is the first thing that stops it
        ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "api/deployments")) { Content = new StringContent("""{"model":"7b","quantization":"Q4_K_M"}""", Encoding.UTF8, "application/json") };
            request.Headers.Host = name;
            request.Headers.TryAddWithoutValidation("Origin", origin);
            request.Headers.TryAddWithoutValidation("X-DeepFit-Token", sent);
            using HttpResponseMessage answer = await server.SendAsync(request);
            answer.StatusCode.ShouldBe(expected, $"{origin} {name} {sent}");
        }
    }

    [Fact]
    public async Task The_pages_policy_runs_no_code_but_its_own_files_and_reaches_no_other_host()
    {
        WebRun server = await Host.ServerAsync();
        await using var site = new OtherSite("<p>reached</p>");
        await using IBrowserContext context = await Host.Browser.NewContextAsync();
        IPage page = await context.NewPageAsync();
        IResponse answer = (await page.GotoAsync(server.Address.AbsoluteUri))!;
        (await answer.HeaderValueAsync("content-security-policy"))!.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        string[] blocked = await page.EvaluateAsync<string[]>($$"""
            async () => {
              const blocked = [];
              document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
              const add = (tag, members) => document.body.append(Object.assign(document.createElement(tag), members));
              add('script', { textContent: 'window.taken = 1' });
              add('style', { textContent: 'body { display: none }' });
              add('img', { src: 'http://127.0.0.1:{{site.Port}}/pixel.png' });
              add('script', { src: 'http://127.0.0.1:{{site.Port}}/code.js' });
              add('iframe', { src: 'http://127.0.0.1:{{site.Port}}/' });
              document.body.insertAdjacentHTML('beforeend', '<p onclick="window.taken = 2" id="press">x</p><form action="http://127.0.0.1:{{site.Port}}/" id="form"></form>');
              document.getElementById('press').click();
              document.getElementById('form').submit();
              await fetch('http://127.0.0.1:{{site.Port}}/').catch(() => undefined);
              await new Promise((done) => setTimeout(done, 300));
              return [...new Set(blocked)].sort();
            }
            """);
        blocked.ShouldBe(["connect-src", "form-action", "frame-src", "img-src", "script-src-attr", "script-src-elem", "style-src-elem"]);
        (await page.EvaluateAsync<bool>("() => 'taken' in window || getComputedStyle(document.body).display === 'none'")).ShouldBeFalse();
        site.Asked.ShouldBeEmpty();
    }
}

using System.Globalization;
using DeepFit.Browser.Tests.Support;
using DeepFit.Server.Page;

namespace DeepFit.Browser.Tests.Planner;

/// <summary>How soon new figures stand there, and how much a browser must load before the first.</summary>
public sealed class PaceTests(BrowserHost host) : PageTest(host)
{
    /// <summary>All scripts of the page together, compressed by gzip, in bytes.</summary>
    private const int ScriptBudget = 350_000;

    /// <summary>Milliseconds to the first paint, on loopback.</summary>
    private const double PaintBudget = 1000;

    /// <summary>A machine under load paints late for reasons that are not the page's: the best of so many loads counts.</summary>
    private const int Loads = 5;

    [Fact]
    public Task Every_move_of_the_slider_brings_new_figures_and_how_soon_is_told() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync("?machine=rtx%204090,%2064%20GB&model=14b&quant=Q4_K_M&context=1024");
        double[][] moves = await planner.Slider.EvaluateAsync<double[][]>("""
            async (slider) => {
              const shown = () => document.querySelector('[aria-labelledby=memory-title] table').textContent;
              const cells = () => document.querySelector('main [role=grid] tbody').textContent;
              const next = (what, before) => new Promise((done, late) => {
                const giveUp = setTimeout(() => late(new Error('no new figures after 5 s')), 5000);
                const look = () => {
                  if (what() === before) return;
                  observer.disconnect();
                  clearTimeout(giveUp);
                  done(performance.now());
                };
                const observer = new MutationObserver(look);
                observer.observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
              });
              const moves = [];
              for (let move = 0; move < 15; move++) {
                const at = Number(slider.value);
                const up = move % 10 < 5;
                slider.value = String(up ? at + 1 : at - 1);
                const details = next(shown, shown());
                const start = performance.now();
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                moves.push([(await details) - start]);
                await new Promise((rest) => setTimeout(rest, 150));
              }
              return moves;
            }
            """);
        double[] sorted = [.. moves.Select(move => move[0]).Order()];
        sorted.Length.ShouldBe(15);
        await Artifacts.TellAsync("figures-after-a-move", string.Create(
            CultureInfo.InvariantCulture, $"milliseconds from a move of the slider to new figures in detail: median {sorted[7]:0}, from {sorted[0]:0} to {sorted[^1]:0} (the aim: under 50)"));
    });

    [Fact]
    public Task Scripts_stay_within_their_budget() => InBrowserAsync(async page =>
    {
        var asked = new HashSet<string>();
        page.Request += (_, request) => asked.Add(new Uri(request.Url).AbsolutePath);
        await new PlannerPage(page).OpenAsync();
        (string Path, int Bytes)[] scripts = Scripts();
        int all = scripts.Sum(script => script.Bytes);
        int first = scripts.Where(script => asked.Contains(script.Path) && !IsChart(script.Path)).Sum(script => script.Bytes);
        int chart = scripts.Where(script => IsChart(script.Path)).Sum(script => script.Bytes);
        await Artifacts.TellAsync("sizes", string.Create(
            CultureInfo.InvariantCulture, $"scripts, compressed by gzip: {first:N0} bytes for the planner, {all - chart:N0} for all views, {chart:N0} for the chart, which is loaded when it comes near, {all:N0} together"));
        first.ShouldBeInRange(10_000, ScriptBudget);
        (all - chart).ShouldBeInRange(first, ScriptBudget);
        scripts.ShouldAllBe(script => script.Bytes < ScriptBudget);
    });

    [Fact]
    public async Task The_first_paint_comes_within_a_second()
    {
        WebRun server = await Host.ServerAsync();
        var paints = new List<double>();
        while (paints.Count < Loads && !paints.Any(paint => paint < PaintBudget))
        {
            // nothing is kept from load to load: each has a browser of its own
            await InBrowserAsync(server, new Look(), async page =>
            {
                await page.GotoAsync("/");
                paints.Add(await page.EvaluateAsync<double>("""
                    () => new Promise((done) => new PerformanceObserver((list, observer) => {
                      const paint = list.getEntriesByName('first-contentful-paint')[0];
                      if (paint) { observer.disconnect(); done(paint.startTime); }
                    }).observe({ type: 'paint', buffered: true }))
                    """));
            });
        }

        await Artifacts.TellAsync("first-paint", string.Create(CultureInfo.InvariantCulture, $"first paint with content after {paints.Min():0} ms (of {string.Join(", ", paints.Select(paint => paint.ToString("0", CultureInfo.InvariantCulture)))})"));
        paints.Min().ShouldBeLessThan(PaintBudget);
    }

    private static bool IsChart(string path) => path.StartsWith("/assets/chart-", StringComparison.Ordinal);

    /// <summary>The scripts that the program carries, and what each takes by gzip.</summary>
    private static (string Path, int Bytes)[] Scripts()
    {
        const string start = "page";
        System.Reflection.Assembly assembly = typeof(PageServer).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(start + "/", StringComparison.Ordinal) && name.EndsWith(".js.gz", StringComparison.Ordinal))
                .Select(name => (name[start.Length..^".gz".Length], (int)assembly.GetManifestResourceStream(name)!.Length)),
        ];
    }
}

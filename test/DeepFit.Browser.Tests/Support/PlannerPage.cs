using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Support;

/// <summary>The planner, as a person sees it.</summary>
internal sealed partial class PlannerPage(IPage page)
{
    /// <summary>The figures of the chosen cell.</summary>
    /// <param name="Title">Version and quantization.</param>
    /// <param name="Status">Whether it runs, or what is short.</param>
    /// <param name="Speed">Tokens per second, and its interval.</param>
    /// <param name="Score">The score, and its interval.</param>
    /// <param name="Memory">The rows of the table of memory, each with what its cells say.</param>
    public sealed record Cell(string Title, string Status, string Speed, string SpeedInterval, string Score, string ScoreInterval, IReadOnlyDictionary<string, string[]> Memory);

    public ILocator Slider => page.GetByRole(AriaRole.Slider);

    public ILocator Details => page.GetByRole(AriaRole.Complementary);

    /// <summary>Opens it, with a query.</summary>
    public async Task OpenAsync(string query = "")
    {
        await page.GotoAsync("/" + query);
        await SettleAsync();
    }

    /// <summary>Chooses a machine of the catalogue, as a person does.</summary>
    public async Task ChooseMachineAsync(string words, string name)
    {
        await page.GetByRole(AriaRole.Tab, new() { Name = "Catalogue" }).ClickAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync(words);
        await page.Locator("li").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) }).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("machine="));
        await SettleAsync();
    }

    /// <summary>Chooses a cell.</summary>
    public async Task ChooseCellAsync(string variant, string quantization)
    {
        await CellAt(variant, quantization).ClickAsync();
        await Assertions.Expect(CellAt(variant, quantization)).ToHaveAttributeAsync("aria-selected", "true");
        await SettleAsync();
    }

    /// <summary>A cell of the table.</summary>
    public ILocator CellAt(string variant, string quantization) => page.Locator($"[role=gridcell][data-cell='{variant} {quantization}']");

    /// <summary>Waits until nothing is being asked.</summary>
    public async Task SettleAsync()
    {
        await Assertions.Expect(page.Locator("main [role=grid]")).ToBeVisibleAsync();
        await page.EvaluateAsync("""
            () => new Promise((done) => {
              let calm = 0;
              const look = () => {
                calm = document.querySelector('main [aria-busy=true], main .loading') === null ? calm + 1 : 0;
                if (calm >= 4) done(); else setTimeout(look, 30);
              };
              look();
            })
            """);
    }

    /// <summary>What the details say.</summary>
    public async Task<Cell> ReadAsync()
    {
        JsonElement read = await Details.EvaluateAsync<JsonElement>("""
            (details) => {
              const text = (node) => (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
              const part = (id) => details.querySelector(`[aria-labelledby=${id}]`);
              return {
                title: text(details.querySelector('h2')),
                status: text(details.querySelector('.status')),
                speed: text(part('speed-title')?.querySelector('.big')),
                speedInterval: text(part('speed-title')?.querySelector('.range')),
                score: text(part('quality-title')?.querySelector('.big')),
                scoreInterval: text(part('quality-title')?.querySelector('.range')),
                memory: [...details.querySelectorAll('[aria-labelledby=memory-title] tbody tr')].map((row) => [...row.children].map(text)),
              };
            }
            """);
        string Of(string name) => read.GetProperty(name).GetString()!;
        return new Cell(
            Of("title"), Of("status"), Of("speed"), Of("speedInterval"), Of("score"), Of("scoreInterval"),
            read.GetProperty("memory").EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.GetString()!).ToArray()).ToDictionary(row => row[0], row => row[1..]));
    }

    /// <summary>The command that the page says prints the same, without its first word.</summary>
    public async Task<string[]> CommandAsync()
    {
        string shell = (await Details.Locator("pre code").TextContentAsync())!;
        return [.. Words().Matches(shell).Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Value).Skip(1)];
    }

    /// <summary>A member of the address's query.</summary>
    public string? Query(string name) => HttpUtility.ParseQueryString(new Uri(page.Url).Query)[name];

    /// <summary>Holds what is shown against the command line's JSON of the same configuration.</summary>
    public static void Check(Cell shown, JsonElement cli)
    {
        JsonElement speed = cli.GetProperty("speed");
        JsonElement quality = cli.GetProperty("quality");
        shown.Title.ShouldEndWith(cli.GetProperty("quantization").GetString()!);
        if (cli.GetProperty("fits").GetBoolean())
        {
            shown.Status.ShouldBeOneOf("Runs", "Too slow for the use", "Context too short");
        }
        else
        {
            shown.Status.ShouldStartWith("Not enough");
        }

        shown.Speed.ShouldBe(Shown.Rate(speed.GetProperty("generation_tps")) + " tokens/s");
        shown.SpeedInterval.ShouldBe(Shown.Interval(Shown.Rate(speed.GetProperty("generation_tps_low")), Shown.Rate(speed.GetProperty("generation_tps_high"))));
        shown.Score.ShouldBe(Shown.Score(quality.GetProperty("score")) + " of 100");
        shown.ScoreInterval.ShouldBe(Shown.Interval(Shown.Score(quality.GetProperty("score_low")), Shown.Score(quality.GetProperty("score_high"))));
        JsonElement[] devices = [.. cli.GetProperty("memory").GetProperty("devices").EnumerateArray()];
        foreach ((string row, string field) in (ReadOnlySpan<(string, string)>)
            [("Weights", "weights_bytes"), ("K/V cache", "kv_cache_bytes"), ("Compute", "compute_bytes"), ("Other", "overhead_bytes"), ("Total", "total_bytes"), ("Available", "available_bytes")])
        {
            shown.Memory[row].ShouldBe([.. devices.Select(device => Shown.Bytes(device.GetProperty(field)))], row);
        }
    }

    [GeneratedRegex("'([^']*)'|[^\\s']+")]
    private static partial Regex Words();
}

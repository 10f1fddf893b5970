using System.Buffers.Binary;
using System.Xml.Linq;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Sharing;

/// <summary>A plan is handed to somebody else: as an address, a picture, a paper.</summary>
public sealed class ShareTests(BrowserHost host) : PageTest(host)
{
    private const string Query = "?machine=2x%20rtx%203090%2C%2064%20GB%20ddr4-3200&use=coding&context=16384&kv_type=q8_0&users=2&model=32b&quant=Q4_K_M";

    [Fact]
    public async Task An_address_holds_the_whole_plan_in_either_language()
    {
        WebRun server = await Host.ServerAsync();
        string link = "";
        PlannerPage.Cell first = null!;
        await InBrowserAsync(server, new Look(), async page =>
        {
            await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
            var planner = new PlannerPage(page);
            await planner.OpenAsync(Query);
            await Assertions.Expect(page.GetByLabel("Use", new() { Exact = true })).ToHaveValueAsync("coding");
            await Assertions.Expect(page.GetByLabel("K/V cache", new() { Exact = true })).ToHaveValueAsync("q8_0");
            await Assertions.Expect(page.GetByLabel("Users at a time")).ToHaveValueAsync("2");
            await Assertions.Expect(planner.Slider).ToHaveAttributeAsync("aria-valuetext", "16K tokens");
            await Assertions.Expect(page.GetByLabel("The machine in words")).ToHaveValueAsync("2x rtx 3090, 64 GB ddr4-3200");
            await Assertions.Expect(planner.CellAt("32b", "Q4_K_M")).ToHaveAttributeAsync("aria-selected", "true");
            first = await planner.ReadAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Copy link" }).ClickAsync();
            link = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        });

        link.ShouldStartWith(server.Address.AbsoluteUri);
        await InBrowserAsync(server, new Look("zh-CN"), async page =>
        {
            var planner = new PlannerPage(page);
            await planner.OpenAsync(new Uri(link).Query);
            PlannerPage.Cell again = await planner.ReadAsync();
            again.Title.ShouldBe(first.Title);
            again.Speed.Split(' ')[0].ShouldBe(first.Speed.Split(' ')[0]);
            again.Score.Split(' ')[0].ShouldBe(first.Score.Split(' ')[0]);
            again.Memory["合计"].ShouldBe(first.Memory["Total"]);
        });
    }

    [Fact]
    public Task The_chart_is_saved_as_a_picture_and_as_a_drawing() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync(Query);
        await page.Locator("[role=img]").ScrollIntoViewIfNeededAsync();
        byte[] png = await SaveAsync(page, "PNG", "png");
        png.AsSpan(0, 8).ToArray().ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)).ShouldBeGreaterThan(600);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)).ShouldBeGreaterThan(300);

        byte[] svg = await SaveAsync(page, "SVG", "svg");
        XElement drawing = XDocument.Load(new MemoryStream(svg)).Root!;
        drawing.Name.LocalName.ShouldBe("svg");
        drawing.Descendants().Count(one => one.Name.LocalName == "path").ShouldBeGreaterThan(30);
        string[] texts = drawing.Descendants().Where(one => one.Name.LocalName == "text").Select(one => one.Value).ToArray();
        texts.ShouldContain("tokens/s");
        texts.ShouldContain(text => text.StartsWith("2 × RTX 3090, 64 GB · Coding · 16,384 tokens · ★ ", StringComparison.Ordinal));
    });

    [Fact]
    public Task The_report_is_printed_without_what_only_a_screen_needs() => InBrowserAsync(async page =>
    {
        await page.GotoAsync("/report" + Query);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Print or save as PDF" })).ToBeEnabledAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Article)).ToContainTextAsync("RTX 3090");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        foreach (string screenOnly in (string[])["header:has(nav)", "main .tools", "body > * footer, body > footer"])
        {
            await Assertions.Expect(page.Locator(screenOnly).First).ToBeHiddenAsync();
        }

        await Assertions.Expect(page.GetByText("Address of the plan")).ToBeVisibleAsync();
        byte[] pdf = await page.PdfAsync(new() { Path = Artifacts.File("screenshots", "report.pdf"), Format = "A4", PrintBackground = true });
        pdf.AsSpan(0, 5).ToArray().ShouldBe("%PDF-"u8.ToArray());
        pdf.Length.ShouldBeGreaterThan(20_000);
    });

    [Fact]
    public Task A_plan_is_taken_to_other_programs_as_the_command_line_exports_it() => InBrowserAsync(async page =>
    {
        await page.GotoAsync("/deploy?model=14b&quant=Q4_K_M");
        await page.GetByRole(AriaRole.Tab, new() { Name = "systemd" }).ClickAsync();
        ILocator file = page.GetByRole(AriaRole.Tabpanel).Locator("pre").First;
        await Assertions.Expect(file).ToContainTextAsync("[Service]");
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Tabpanel).GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync());
        (await File.ReadAllTextAsync((await download.PathAsync())!, Token)).ShouldBe(await file.TextContentAsync());
    });

    [Theory]
    [InlineData("en-US", "ollama", "&model=14b&quant=Q4_K_M", "14b", "--quant", "Q4_K_M")]
    [InlineData("zh-CN", "docker-compose", "&model=14b&quant=Q4_K_M&machine=RTX%203090,%2064%20GB", "14b", "--machine", "RTX 3090, 64 GB")] // of this machine each process measures the speed anew
    [InlineData("en-US", "kubernetes", "&model=32b&machine=4x%20h100,%20512%20GB", "32b", "--machine", "4x h100, 512 GB")]
    public async Task A_file_is_copied_as_the_command_line_writes_it(string locale, string target, string query, string variant, string option, string value)
    {
        WebRun server = await Host.ServerAsync();
        var look = new Look(locale);
        string written = (await server.CliAsync("export", variant, "--target", target, option, value, "--lang", look.Chinese ? "zh" : "en")).GetProperty("files")[0].GetProperty("content").GetString()!;
        await InBrowserAsync(server, look, async page =>
        {
            await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
            await page.GotoAsync("/deploy?" + query.TrimStart('&'));
            await page.GetByRole(AriaRole.Tab, new() { Name = target, Exact = true }).ClickAsync();
            ILocator panel = page.GetByRole(AriaRole.Tabpanel);
            await Assertions.Expect(panel.Locator("pre").First).ToContainTextAsync(written.Split('\n')[0]);
            await panel.GetByRole(AriaRole.Button, new() { Name = look.Chinese ? "复制" : "Copy", Exact = true }).First.ClickAsync();
            await Assertions.Expect(panel.GetByRole(AriaRole.Button, new() { Name = look.Chinese ? "已复制" : "Copied" })).ToBeVisibleAsync();
            (await page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(written);
        });
    }

    private static async Task<byte[]> SaveAsync(IPage page, string button, string kind)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync());
        download.SuggestedFilename.ShouldBe("deepfit-2-RTX-3090-64-GB." + kind);
        await download.SaveAsAsync(Artifacts.File("screenshots", "chart." + kind));
        return await File.ReadAllBytesAsync(Artifacts.File("screenshots", "chart." + kind), Token);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Planner;

/// <summary>What a person sees after turning a knob is what the command line says of the same plan.</summary>
public sealed class FigureTests(BrowserHost host) : PageTest(host)
{
    private const string Words = "RTX 4090, 64 GB";

    [Fact]
    public Task A_machine_of_the_catalogue_and_a_cell_are_chosen_and_the_figures_are_the_command_lines() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync();
        PlannerPage.Cell here = await planner.ReadAsync();

        await planner.ChooseMachineAsync("4090", "RTX 4090");
        planner.Query("machine").ShouldBe("RTX 4090");
        PlannerPage.Cell there = await planner.ReadAsync();
        there.ShouldNotBe(here);
        await CheckPickAsync(page, planner);

        await planner.ChooseCellAsync("14b", "Q4_K_M");
        PlannerPage.Cell chosen = await planner.ReadAsync();
        chosen.Title.ShouldContain("14B");
        chosen.Speed.ShouldNotBe(there.Speed);
        await CheckAsync(planner);
        planner.Query("model").ShouldBe("14b");

        await planner.ChooseCellAsync("70b", "F16");
        (await planner.ReadAsync()).Status.ShouldStartWith("Not enough");
        await CheckAsync(planner);
    });

    [Fact]
    public Task The_context_is_moved_with_the_keyboard_and_the_mouse_and_the_figures_follow() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync($"?machine={Uri.EscapeDataString(Words)}&model=14b&quant=Q4_K_M&context=4096");
        PlannerPage.Cell before = await planner.ReadAsync();
        await CheckAsync(planner);

        await planner.Slider.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await planner.SettleAsync();
        planner.Query("context").ShouldBe("8192");
        await Assertions.Expect(planner.Slider).ToHaveAttributeAsync("aria-valuetext", "8K tokens");
        PlannerPage.Cell longer = await planner.ReadAsync();
        longer.Memory["K/V cache"].ShouldNotBe(before.Memory["K/V cache"]);
        longer.Memory["Weights"].ShouldBe(before.Memory["Weights"]);
        await CheckAsync(planner);

        await page.Keyboard.PressAsync("End");
        await planner.SettleAsync();
        planner.Query("context").ShouldBe("131072");
        await CheckAsync(planner);

        LocatorBoundingBoxResult box = (await planner.Slider.BoundingBoxAsync())!;
        await page.Mouse.ClickAsync(box.X + 1, box.Y + (box.Height / 2));
        await planner.SettleAsync();
        planner.Query("context").ShouldBe("1024");
        await CheckAsync(planner);
    });

    [Fact]
    public Task Use_cache_type_and_users_each_change_the_figures_to_the_command_lines() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync($"?machine={Uri.EscapeDataString(Words)}&model=32b&quant=Q4_K_M");
        foreach ((string control, string value, string name) in ((string, string, string)[])[("Use", "coding", "use"), ("K/V cache", "q4_0", "kv_type")])
        {
            PlannerPage.Cell before = await planner.ReadAsync();
            await page.GetByLabel(control, new() { Exact = true }).SelectOptionAsync(value);
            await planner.SettleAsync();
            planner.Query(name).ShouldBe(value);
            (await planner.ReadAsync()).ShouldNotBe(before, control);
            await CheckAsync(planner);
        }

        string[] cache = (await planner.ReadAsync()).Memory["K/V cache"];
        await page.GetByRole(AriaRole.Button, new() { Name = "One user more" }).ClickAsync();
        await planner.SettleAsync();
        planner.Query("users").ShouldBe("2");
        (await planner.ReadAsync()).Memory["K/V cache"].ShouldNotBe(cache);
        await CheckAsync(planner);
    });

    [Fact]
    public Task A_machine_in_words_is_understood_as_it_is_typed_and_a_wrong_word_gets_the_nearest() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Compose" }).ClickAsync();
        await page.GetByLabel("The machine in words").FillAsync("2x rtx 3090, 64 GB ddr4-3200");
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("RTX 3090");
        await planner.SettleAsync();
        await CheckPickAsync(page, planner);
        await CheckAsync(planner);

        await page.GetByLabel("The machine in words").FillAsync("rtx 4090 ti super");
        await page.GetByRole(AriaRole.Alert).First.GetByRole(AriaRole.Button, new() { Name = "RTX 4070 Ti SUPER", Exact = true }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("machine=RTX\\+4070\\+Ti\\+SUPER$"));
        await planner.SettleAsync();
        await CheckAsync(planner);
    });

    [Fact]
    public Task Arrow_keys_move_through_the_table_and_the_details_follow() => InBrowserAsync(async page =>
    {
        var planner = new PlannerPage(page);
        await planner.OpenAsync($"?machine={Uri.EscapeDataString(Words)}&model=7b&quant=Q4_K_M");
        await planner.CellAt("7b", "Q4_K_M").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await planner.SettleAsync();
        planner.Query("model").ShouldBe("8b");
        await CheckAsync(planner);
        await page.Keyboard.PressAsync("ArrowRight");
        await planner.SettleAsync();
        planner.Query("quant").ShouldNotBe("Q4_K_M");
        await Assertions.Expect(planner.CellAt("8b", planner.Query("quant")!)).ToBeFocusedAsync();
        await CheckAsync(planner);
    });

    /// <summary>The chosen cell is what the command that the page names prints.</summary>
    private async Task CheckAsync(PlannerPage planner)
    {
        WebRun server = await Host.ServerAsync();
        string[] command = await planner.CommandAsync();
        command[0].ShouldBe("estimate");
        if (planner.Query("model") is { } model)
        {
            command[1].ShouldBe(model);
        }

        PlannerPage.Check(await planner.ReadAsync(), await server.CliAsync(command));
    }

    /// <summary>The pick is the command line's.</summary>
    private async Task CheckPickAsync(IPage page, PlannerPage planner)
    {
        WebRun server = await Host.ServerAsync();
        JsonElement pick = (await server.CliAsync("--machine", planner.Query("machine")!)).GetProperty("pick");
        ILocator shown = page.GetByRole(AriaRole.Region, new() { NameRegex = new Regex(pick.GetProperty("quantization").GetString() + "$") });
        await Assertions.Expect(shown).ToContainTextAsync(Shown.Rate(pick.GetProperty("speed").GetProperty("generation_tps")));
        await Assertions.Expect(shown).ToContainTextAsync(Shown.Bytes(pick.GetProperty("memory").GetProperty("total_bytes")));
        await Assertions.Expect(shown).ToContainTextAsync(Shown.Score(pick.GetProperty("quality").GetProperty("score")));
        await Assertions.Expect(planner.CellAt(pick.GetProperty("variant").GetString()!, pick.GetProperty("quantization").GetString()!)).ToHaveAttributeAsync("aria-selected", "true");
    }
}

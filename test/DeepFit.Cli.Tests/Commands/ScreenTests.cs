using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Hardware;

namespace DeepFit.Cli.Tests.Commands;

public sealed class ScreenTests
{
    private static readonly string[] Lines =
    [
        "", "recommend --use coding", "--use long-context", "--users 4 --use batch", "estimate 7b", "estimate 671b --quant IQ2_XXS --kv-type q8_0 --context 32k",
        "estimate 14b --flash-attn off", "estimate 70b --gpu-layers auto", "estimate 1.5b --basis simulated", "estimate 7b --train qlora", "estimate 671b --train lora", "estimate 14b --train full --grad-checkpoint off --flash-attn off",
        "detect", "doctor", "models", "models 1.5b", "models 671b-0528", "compare 7b 14b",
        "compare 7b 8b 14b --use coding", "compare 1.5b:Q8_0 7b 14b 32b 671b-0528:IQ1_S", "estimate 32b --use reasoning --context 2048",
        "compare 1.5b 671b", "compare 671b:IQ1_S 8b-0528:F16", "testdrive 7b", "--help", "estimate --help", "testdrive --help", "compare --help", "--version",
        "machines rtx 40", "machines --kind cpu epyc 9", "machines --kind system aws", "machines apple", "machines h100 --sources", "machines --help", "machines --show rtx-4090",
        "--machine mac-m4-max-64", "estimate 7b --machine rtx-4060-ti", "compare 7b 14b --machine 8xh100",
    ];

    public static TheoryData<string, string, string> Screens()
    {
        var data = new TheoryData<string, string, string>();
        foreach (string machine in (string[])["laptop", "workstation", "tiny", "apple"])
        {
            foreach (string language in (string[])["en", "zh"])
            {
                foreach (string line in Lines)
                {
                    data.Add(line, language, machine);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task No_line_of_any_screen_is_wider_than_80_columns(string line, string language, string machine)
    {
        foreach (bool terminal in (bool[])[false, true])
        {
            CliRun run = await CliRun.Of($"{line} --lang {language}", new FakeServices { Machine = Machine(machine) }, terminal);
            run.ExitCode.ShouldBeOneOf(0, 3);
            run.Out.ShouldNotBeEmpty();
            ScreenWidth.ShouldFit(run.Out, 80);
        }
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task A_screen_speaks_one_language(string line, string language, string machine)
    {
        CliRun run = await CliRun.Of($"{line} --lang {language}", new FakeServices { Machine = Machine(machine) });
        IsChinese(run.Out).ShouldBe(language == "zh" && line != "--version");
        if (line.StartsWith("testdrive ", StringComparison.Ordinal))
        {
            (run.Error.Length > 0 && IsChinese(run.Error) != (language == "zh")).ShouldBeFalse("the warning is in the other language");
        }
        else
        {
            run.Error.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("estimate 7b")]
    [InlineData("detect")]
    [InlineData("models")]
    [InlineData("compare 7b 14b")]
    public async Task Redirected_screens_have_no_escape_codes_and_no_blanks_at_line_ends(string line)
    {
        CliRun run = await CliRun.Of(line);
        run.Out.ShouldNotContain('\u001b');
        run.Out.Split('\n').ShouldAllBe(text => !text.EndsWith(' '));
    }

    [Theory]
    [InlineData("--no-color", "", "")]
    [InlineData("", "NO_COLOR", "1")]
    [InlineData("", "TERM", "dumb")]
    public async Task A_terminal_gets_no_colour_when_nobody_wants_it(string option, string variable, string value)
    {
        CliRun coloured = await CliRun.Of("estimate 7b", terminal: true);
        CliRun plain = await CliRun.Of($"estimate 7b {option}", terminal: true, environment: (variable, value));
        coloured.Out.ShouldContain("\u001b[");
        plain.Out.ShouldNotContain('\u001b');
    }

    [Fact]
    public async Task Without_colour_textures_tell_the_parts_of_a_bar_apart()
    {
        CliRun plain = await CliRun.Of("estimate 14b --context 32k");
        string bar = plain.Out.Split('\n').First(line => line.Contains("█▓", StringComparison.Ordinal));
        bar.ShouldContain('▓');
        bar.ShouldContain('▒');
        plain.Out.ShouldContain("█ weights 8.37 + ▓ cache 6.00 + ▒ compute");
    }

    [Fact]
    public async Task A_narrow_terminal_is_kept_to_as_well()
    {
        CliRun run = await CliRun.Of("estimate 7b --lang zh", terminal: true, width: 66);
        ScreenWidth.ShouldFit(run.Out, 66);
    }

    [Fact]
    public async Task A_recommendation_shows_the_machine_the_pick_and_a_row_for_every_variant()
    {
        CliRun run = await CliRun.Of("--lang en");
        run.Out.ShouldContain("22.4 GiB available of 24.0 GiB (container limit)");
        run.Out.ShouldContain("60 GB/s measured");
        run.Out.ShouldContain("Recommended for chat");
        run.Out.ShouldContain("deepfit testdrive");
        string[] rows = [.. run.Out.Split('\n').Where(line => line.Contains("✓ yes", StringComparison.Ordinal) || line.Contains("✗ no", StringComparison.Ordinal))];
        rows.Length.ShouldBe(9);
        rows.ShouldContain(row => row.Contains("671b ", StringComparison.Ordinal) && row.Contains("✗ no", StringComparison.Ordinal) && row.Contains("RAM", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_next_command_shows_the_very_configuration_that_was_picked()
    {
        FakeServices services = new FakeServices().With("ws.json", """{ "memory": { "total_bytes": "64 GiB" }, "gpus": [ { "name": "NVIDIA GeForce RTX 3090" } ] }""");
        CliRun run = await CliRun.Of("--users 2 --machine ws.json", services);
        string flat = Flat(run.Out.Replace("│", "", StringComparison.Ordinal));
        string command = flat[flat.IndexOf("deepfit estimate", StringComparison.Ordinal)..flat.IndexOf(" shows how", StringComparison.Ordinal)];
        command.ShouldContain("--parallel 2");
        command.ShouldEndWith("--machine ws.json");
        CliRun shown = await CliRun.Of(command["deepfit ".Length..] + " --json", services);
        CliRun picked = await CliRun.Of("--users 2 --machine ws.json --json", services);
        shown.Json.GetProperty("memory").GetProperty("total_bytes").GetInt64()
            .ShouldBe(picked.Json.GetProperty("pick").GetProperty("memory").GetProperty("total_bytes").GetInt64());
    }

    [Fact]
    public async Task A_measured_pick_says_so_and_asks_for_no_test_drive()
    {
        var services = new FakeServices();
        CliRun before = await CliRun.Of("--json", services);
        string variant = before.Json.GetProperty("pick").GetProperty("variant").GetString()!;
        string quantization = before.Json.GetProperty("pick").GetProperty("quantization").GetString()!;
        await CliRun.Of($"testdrive {variant} --quant {quantization}", services);
        CliRun after = await CliRun.Of($"estimate {variant} --quant {quantization}", services);
        after.Out.ShouldContain("measured here");
        after.Out.ShouldNotContain("deepfit testdrive");
    }

    [Fact]
    public async Task An_estimate_shows_the_formula_of_the_cache()
    {
        CliRun grouped = await CliRun.Of("estimate 7b --context 8192 --kv-type q8_0");
        Flat(grouped.Out).ShouldContain("28 layers × (4 K heads × 128 × 1.0625 B + 4 V heads × 128 × 1.0625 B) × 8192 tokens");
        CliRun latent = await CliRun.Of("estimate 671b --context 32k");
        Flat(latent.Out).ShouldContain("2.14 GiB = 61 layers × 576 × 2 B × 32768 tokens");
    }

    [Fact]
    public async Task An_estimate_sets_the_rule_of_thumb_beside_the_exact_figure()
    {
        CliRun run = await CliRun.Of("estimate 7b");
        foreach (string part in (string[])["4 B (32-bit floats)", "2 B (16-bit floats)", "1 B (8 bits)", "0.5 B (4 bits)", "28.4 GiB", "4.36 GiB", "Q4_K"])
        {
            run.Out.ShouldContain(part);
        }
    }

    private static bool IsChinese(string text) => text.Any(c => c is >= '\u4E00' and <= '\u9FFF');

    /// <summary>The screen with its line breaks undone.</summary>
    private static string Flat(string screen) => string.Join(' ', screen.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static MachineProfile Machine(string name) => name switch
    {
        "workstation" => Machines.Workstation,
        "tiny" => Machines.Tiny,
        "apple" => Machines.Apple,
        _ => Machines.Laptop,
    };
}

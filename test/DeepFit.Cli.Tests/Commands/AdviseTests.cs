using System.Text.Json;
using DeepFit.Cli.Tests.Support;

namespace DeepFit.Cli.Tests.Commands;

public sealed class AdviseTests
{
    [Fact]
    public async Task Hardware_for_a_goal_is_printed_with_its_price_its_speed_and_how_sure_that_is()
    {
        CliRun run = await CliRun.Of("advise --want 14b --min-tps 20 --vendor nvidia --form desktop --json");
        run.ExitCode.ShouldBe(0);
        run.Error.ShouldBeEmpty();
        JsonElement d = run.Json;
        d.GetProperty("goal").GetProperty("variants")[0].GetString().ShouldBe("14b");
        d.GetProperty("goal").GetProperty("min_tps").GetDouble().ShouldBe(20);
        JsonElement[] options = [.. d.GetProperty("options").EnumerateArray()];
        options.ShouldNotBeEmpty();
        foreach (JsonElement option in options)
        {
            JsonElement hardware = option.GetProperty("hardware");
            hardware.GetProperty("vendor").GetString().ShouldBe("nvidia");
            hardware.GetProperty("assumes").GetArrayLength().ShouldBeGreaterThan(0);
            JsonElement configuration = option.GetProperty("configurations")[0];
            configuration.GetProperty("speed").GetProperty("generation_tps").GetDouble().ShouldBeGreaterThanOrEqualTo(20);
            bool surely = configuration.GetProperty("speed").GetProperty("generation_tps_low").GetDouble() >= 20;
            option.GetProperty("certainty").GetString().ShouldBe(surely ? "surely" : "probably");
        }

        options[0].GetProperty("hardware").GetProperty("price_usd").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_nothing_reaches_ends_with_exit_code_3_and_the_closest()
    {
        CliRun run = await CliRun.Of("advise --want 70b:Q8_0 --min-tps 900 --form mac --json");
        run.ExitCode.ShouldBe(3);
        run.Json.GetProperty("options").GetArrayLength().ShouldBe(0);
        run.Json.GetProperty("goal").GetProperty("quantization").GetString().ShouldBe("Q8_0");
        run.Json.GetProperty("closest")[0].GetProperty("speed_share").GetDouble().ShouldBeInRange(0.001, 1);
    }

    [Fact]
    public async Task Without_a_goal_the_single_changes_of_this_machine_are_printed()
    {
        CliRun run = await CliRun.Of("advise --json");
        run.ExitCode.ShouldBe(0);
        JsonElement d = run.Json;
        d.GetProperty("machine").GetProperty("name").GetString().ShouldBe("laptop");
        d.GetProperty("before").GetProperty("fits").GetBoolean().ShouldBeTrue();
        d.GetProperty("changes")[0].GetProperty("after").GetProperty("speed").GetProperty("generation_tps").GetDouble().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public async Task Screens_keep_to_80_columns_and_one_language(string language)
    {
        foreach ((string line, FakeServices services) in ((string, FakeServices)[])
            [
                ("advise --want 32b --min-tps 20 --context 32k --vendor nvidia", new FakeServices()),
                ("advise --want 671b,70b --form server", new FakeServices()),
                ("advise --want 671b --min-tps 500 --form mac", new FakeServices()),
                ("advise", new FakeServices()),
                ("advise", new FakeServices { Machine = Machines.Tiny }),
                ("advise", new FakeServices { Machine = Machines.Apple }),
                ("advise", new FakeServices { Machine = Machines.Workstation }),
            ])
        {
            CliRun run = await CliRun.Of($"{line} --lang {language}", services);
            run.ExitCode.ShouldBeOneOf(0, 3);
            ScreenWidth.ShouldFit(run.Out, 80);
            run.Out.Any(c => c is >= '\u4E00' and <= '\u9FFF').ShouldBe(language == "zh");
            run.Out.Split('\n').ShouldAllBe(text => !text.EndsWith(' '));
        }
    }

    [Fact]
    public async Task A_recommendation_of_nothing_leads_here()
    {
        CliRun run = await CliRun.Of("--lang en", new FakeServices { Machine = Machines.Tiny });
        run.Out.ShouldContain("deepfit advise");
    }
}

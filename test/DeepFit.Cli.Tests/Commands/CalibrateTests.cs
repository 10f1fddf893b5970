using System.Text.Json;
using DeepFit.Cli.Tests.Support;

namespace DeepFit.Cli.Tests.Commands;

public class CalibrateTests
{
    [Fact]
    public async Task The_layers_are_kept_and_estimates_stand_on_them()
    {
        var services = new FakeServices();
        CliRun run = await CliRun.Of("calibrate --json", services);
        run.ExitCode.ShouldBe(0);
        JsonElement document = run.Json;
        document.GetProperty("kept").GetBoolean().ShouldBeTrue();
        document.GetProperty("layers").GetArrayLength().ShouldBe(5);
        document.GetProperty("estimates")[0].GetProperty("basis").GetString().ShouldBe("calibrated");
        services.Kept.Count.ShouldBe(5);
        services.Kept.ShouldAllBe(m => m.OneLayer);

        CliRun estimate = await CliRun.Of("estimate 14b --json", services);
        estimate.Json.GetProperty("speed").GetProperty("basis").GetString().ShouldBe("calibrated");
    }

    [Theory]
    [InlineData("en", "What that changes")]
    [InlineData("zh", "带来的变化")]
    public async Task The_screen_shows_the_layers_and_what_they_change(string language, string expected)
    {
        CliRun run = await CliRun.Of($"calibrate --lang {language}", new FakeServices());
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldContain(expected);
        run.Out.ShouldContain("Q4_K");
    }

    [Fact]
    public async Task A_busy_machine_keeps_nothing_and_says_so()
    {
        var services = new FakeServices { CpuShare = 0.4 };
        CliRun run = await CliRun.Of("calibrate --json", services);
        run.ExitCode.ShouldBe(0);
        services.Kept.ShouldBeEmpty();
        run.Json.GetProperty("kept").GetBoolean().ShouldBeFalse();
        run.Error.ShouldContain("40%");
    }

    [Fact]
    public async Task No_layer_at_all_is_a_failure_with_a_way_out()
    {
        CliRun run = await CliRun.Of("calibrate", new FakeServices { CalibrationLayers = 0 });
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Close other programs");
    }

    [Theory]
    [InlineData("--device", "gpu", "There is no GPU here")]
    [InlineData("--device", "tpu", "--device")]
    [InlineData("--seconds", "0", "--seconds")]
    public async Task Wrong_options_are_named(string option, string value, string expected)
    {
        CliRun run = await CliRun.Of($"calibrate {option} {value}", new FakeServices());
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(expected);
    }
}

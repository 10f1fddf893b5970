using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Engine.Tests.LlamaCpp.Inference;

[Collection(DeepFit.Engine.Tests.LlamaCpp.Engine.Collection)]
public sealed class EngineGuardTests(TinyEngine tiny) : IClassFixture<TinyEngine>
{
    [Theory]
    [InlineData("kill -ABRT $$", EngineFailure.Crashed, "signal 6")]
    [InlineData("kill -SEGV $$", EngineFailure.Crashed, "signal 11")]
    [InlineData("kill -KILL $$", EngineFailure.OutOfMemory, "signal 9")]
    public async Task A_crash_is_told_with_the_plan_that_led_to_it(string end, EngineFailure failure, string how)
    {
        DeepFit.Engine.Tests.LlamaCpp.Engine.RequireShell();
        EngineFailedException? told = null;

        int exitCode = await EngineGuard.RunAsync(
            [$"printf '%s\\n' 'model.gguf --gpu-layers 12' 'GGML_ASSERT(x) failed' > \"$DEEPFIT_CRASH_NOTE\"; {end}"],
            e => told = e,
            new EngineCommand("/bin/sh", ["-c"], new Dictionary<string, string?>()));

        exitCode.ShouldBe(1);
        told.ShouldNotBeNull().Failure.ShouldBe(failure);
        told.Text.En.ShouldContain("model.gguf --gpu-layers 12");
        told.Text.En.ShouldContain("GGML_ASSERT(x) failed");
        told.Text.En.ShouldContain(how);
        told.Text.Zh.ShouldContain("model.gguf --gpu-layers 12");
    }

    [Fact]
    public void Only_an_engine_that_says_so_ran_out_of_memory_and_who_was_killed_may_have()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are POSIX's");
        EngineFailedException killed = EngineGuard.Crashed(137, ["model.gguf", "#loaded"]);
        killed.Failure.ShouldBe(EngineFailure.OutOfMemory);
        killed.Text.En.ShouldStartWith("The engine was killed while it was running (signal 9), as a system does");
        killed.Text.Zh.ShouldContain("被终止");
        EngineGuard.Crashed(134, ["model.gguf", "ErrorOutOfDeviceMemory"]).Text.En.ShouldStartWith("The engine ran out of memory while the model was being loaded");
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("kill -TERM $$", 143)]
    public async Task An_end_that_is_no_crash_passes_its_exit_code_on(string end, int expected)
    {
        DeepFit.Engine.Tests.LlamaCpp.Engine.RequireShell();

        int exitCode = await EngineGuard.RunAsync(
            [end], _ => Assert.Fail("no crash"), new EngineCommand("/bin/sh", ["-c"], new Dictionary<string, string?>()));

        exitCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_model_that_would_not_fit_is_refused_before_it_is_loaded_unless_forced()
    {
        MachineBudget small = new()
        {
            Target = EstimationTarget.CpuOnly,
            Devices = [],
            RamUsable = new ByteSize(ByteSize.MiB),
            GpuUsable = [],
        };

        DoesNotFitException refused = await Should.ThrowAsync<DoesNotFitException>(() => tiny.LoadAsync(settings: s => s with { Budget = small }));
        refused.LimitedBy.ShouldBe("ram");
        refused.Text.En.ShouldContain("--force");

        await using InferenceEngine forced = await tiny.LoadAsync(settings: s => s with { Budget = small, Force = true });
        forced.PredictedMemory.Devices[0].Total.Bytes.ShouldBeGreaterThan(ByteSize.MiB);
    }

    [Fact]
    public async Task Loading_can_be_cancelled_and_tells_how_far_it_is()
    {
        DeepFit.Engine.Tests.LlamaCpp.Engine.Require();
        using var cancel = new CancellationTokenSource();
        var seen = new List<double>();
        var progress = new Told(share =>
        {
            seen.Add(share);
            cancel.Cancel();
        });

        await Should.ThrowAsync<OperationCanceledException>(() =>
            InferenceEngine.LoadAsync(new InferenceSettings { ModelPath = tiny.Path(), Options = new RuntimeOptions { Context = 256 } }, progress, cancel.Token));

        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(s => s >= 0 && s <= 1);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        UserErrorException error = await Should.ThrowAsync<UserErrorException>(() =>
            InferenceEngine.LoadAsync(new InferenceSettings { ModelPath = "/nowhere/r1.gguf" }, null, TestContext.Current.CancellationToken));

        error.Text.En.ShouldContain("/nowhere/r1.gguf");
    }

    private sealed class Told(Action<double> act) : IProgress<double>
    {
        public void Report(double value) => act(value);
    }
}

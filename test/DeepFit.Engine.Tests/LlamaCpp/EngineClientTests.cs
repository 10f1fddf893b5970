using DeepFit.Core.Estimation;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Tests.LlamaCpp;

[Collection(Engine.Collection)]
public class EngineClientTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_reply_is_found_behind_noise()
    {
        EngineReply? reply = EngineClient.ParseReply($"ggml_vulkan: found {EngineChild.Marker}{{\"progress\":{{\"phase\":\"prompt\",\"fraction\":0.5}}}}");
        reply.ShouldNotBeNull().Progress.ShouldBe(new EngineProgress("prompt", 0.5, null));
    }

    [Theory]
    [InlineData("ggml_vulkan: Found 1 Vulkan devices:")]
    [InlineData("")]
    [InlineData(EngineChild.Marker + "{\"progress\":")]
    public void Noise_is_no_reply(string line) => EngineClient.ParseReply(line).ShouldBeNull();

    [Theory]
    [InlineData("ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 99999999999", true)]
    [InlineData("ErrorOutOfDeviceMemory", true)]
    [InlineData("terminate called after throwing an instance of 'std::bad_alloc'", true)]
    [InlineData("llama_model_load: error loading model hyperparameters", false)]
    public void Lines_about_memory_are_known(string line, bool memory) => EngineClient.IsOutOfMemory([line]).ShouldBe(memory);

    [Fact]
    public void A_signal_is_a_crash_with_the_last_words()
    {
        EngineFailedException error = EngineClient.Ended(139, ["loading", "MESA: error: lost device"]).ShouldBeOfType<EngineFailedException>();
        error.Failure.ShouldBe(EngineFailure.Crashed);
        error.Text.En.ShouldContain("MESA: error: lost device");
        error.LastLines.Count.ShouldBe(2);
    }

    [Fact]
    public void A_killed_child_ran_out_of_memory() =>
        EngineClient.Ended(137, []).ShouldBeOfType<EngineFailedException>().Failure.ShouldBe(EngineFailure.OutOfMemory);

    [Fact]
    public void A_tensor_too_large_for_a_device_is_a_refusal() =>
        EngineClient.Ended(134, ["/build/ggml-backend.cpp:941: pre-allocated tensor (cache_k_l17) in a buffer (Vulkan0) that cannot run the operation (NONE)"])
            .ShouldBeOfType<ConfigurationRefusedException>().Text.En.ShouldContain("cache_k_l17");

    [Fact]
    public async Task A_child_that_crashes_takes_nothing_with_it()
    {
        Engine.RequireShell();
        EngineFailedException error = await Should.ThrowAsync<EngineFailedException>(() =>
            Shell("echo 'the driver says goodbye' >&2; kill -SEGV $$").AskAsync("devices", new EngineRequest(), Long, TestContext.Current.CancellationToken));
        error.Failure.ShouldBe(EngineFailure.Crashed);
        error.LastLines.ShouldContain("the driver says goodbye");
    }

    [Fact]
    public async Task A_child_that_only_makes_noise_is_a_failure()
    {
        Engine.RequireShell();
        await Should.ThrowAsync<EngineFailedException>(() =>
            Shell("echo noise; exit 3").AskAsync("devices", new EngineRequest(), Long, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_child_that_hangs_is_stopped()
    {
        Engine.RequireShell();
        EngineFailedException error = await Should.ThrowAsync<EngineFailedException>(() =>
            Shell("sleep 600").AskAsync("devices", new EngineRequest(), TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        error.Failure.ShouldBe(EngineFailure.TimedOut);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_said_so()
    {
        Engine.Require();
        var client = new EngineClient(new EngineCommand("/nonexistent/deepfit", [], new Dictionary<string, string?>()));
        EngineUnavailableException error = await Should.ThrowAsync<EngineUnavailableException>(() =>
            client.AskAsync("devices", new EngineRequest(), Long, TestContext.Current.CancellationToken));
        error.Text.En.ShouldContain("/nonexistent/deepfit");
    }

    private static EngineClient Shell(string script) => new(new EngineCommand("/bin/sh", ["-c", script], new Dictionary<string, string?>()));
}

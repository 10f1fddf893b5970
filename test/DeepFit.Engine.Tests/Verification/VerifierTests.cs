using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.Tests.LlamaCpp.Inference;
using DeepFit.Engine.Verification;

namespace DeepFit.Engine.Tests.Verification;

[Collection(DeepFit.Engine.Tests.LlamaCpp.Engine.Collection)]
public sealed class VerifierTests(TinyEngine tiny) : IClassFixture<TinyEngine>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_buffers_of_a_real_model_come_as_promised()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(slots: 2);
        var promise = new Promise { Memory = engine.PredictedMemory, Speed = (_, _) => Speed(100, 10) };

        VerificationReport report = await RunAsync(new Verifier(new EngineUnderTest(engine), promise));

        foreach (string name in (string[])["weights", "kv_cache", "compute"])
        {
            PromiseCheck check = report.Checks.Single(c => c.Name == name);
            check.Device.ShouldBe("CPU");
            check.Outcome.ShouldBe(PromiseOutcome.Kept, $"{name}: {check.Predicted} and {check.Actual}");
            check.Actual.ShouldNotBeNull().ShouldBeGreaterThan(0);
        }

        report["prompt_tps"]!.Actual.ShouldNotBeNull().ShouldBeGreaterThan(0);
        report["generation_tps"]!.Actual.ShouldNotBeNull().ShouldBeGreaterThan(0);
        report["seconds_to_first_token"]!.Actual.ShouldNotBeNull().ShouldBeGreaterThan(0);
        report.Smoke.Reasoning.ShouldContain("用户在问候我");
        report.Smoke.Answer.ShouldStartWith("你好！");
        report.Smoke.Judged.ShouldBeFalse(); // its answer is not 42
        report.Smoke.Outcome.ShouldBe(PromiseOutcome.Kept);
        report.PromptTokens.ShouldBeGreaterThan(30);
        report.Rounds.ShouldBe(3);
    }

    [Fact]
    public async Task Everything_as_promised_holds_and_teaches_the_estimates()
    {
        VerificationReport report = await RunAsync(new Verifier(Model(), Promise()));

        report.Holds.ShouldBeTrue();
        report.Checks.ShouldAllBe(c => c.Outcome == PromiseOutcome.Kept);
        report.SpeedBasis.ShouldBe(EstimateBasis.Estimated);
        SpeedMeasurement learned = Verifier.Learn(report, "7b", new RuntimeOptions(), DateTimeOffset.UnixEpoch).ShouldNotBeNull();
        (learned.Variant, learned.Quantization, learned.Basis).ShouldBe(("7b", "Q4_K_M", EstimateBasis.Verified));
        learned.GenerationTps.ShouldBe(10, 1e-6);
        learned.PromptTps.ShouldBe(100, 1e-6);
        learned.ContextDepth.ShouldBe(report.PromptTokens + (report.GeneratedTokens / 2));

        // and the estimate afterwards says so
        ModelVariant variant = ModelCatalog.Default.Find("7b");
        MachineProfile machine = MachineFile.Read("""{ "name": "pc", "memory": { "total_bytes": "32 GiB", "bandwidth_bytes_per_second": "60 GB/s" }, "cpu": { "physical_cores": 8 } }""", "test");
        SpeedEstimate after = new SpeedEstimator(machine, null, [learned]).Estimate("7b", variant.Layout(Quantizations.Find("Q4_K_M")), new RuntimeOptions());
        after.Basis.ShouldBe(EstimateBasis.Verified);
        after.GenerationTps.ShouldBeInRange(8, 11); // 10 at another depth
    }

    [Theory]
    [InlineData(6, PromiseOutcome.Broken)]
    [InlineData(8.5, PromiseOutcome.Kept)]
    [InlineData(20, PromiseOutcome.Better)]
    public async Task A_speed_is_held_against_its_interval(double generation, PromiseOutcome outcome)
    {
        VerificationReport report = await RunAsync(new Verifier(Model(generation), Promise()));

        report["generation_tps"]!.Outcome.ShouldBe(outcome);
        report.Holds.ShouldBe(outcome != PromiseOutcome.Broken);
    }

    [Theory]
    [InlineData(0, PromiseOutcome.Kept)]
    [InlineData(40, PromiseOutcome.Kept)] // the program's own
    [InlineData(80, PromiseOutcome.Broken)]
    public async Task The_process_may_take_what_was_promised_and_what_the_program_itself_takes(double moreMiB, PromiseOutcome outcome)
    {
        ServerStatusDocument status = Status(Promise().Memory.Devices[0].Total + ByteSize.FromMiB(moreMiB));
        VerificationReport report = await RunAsync(new Verifier(new ScriptedModel { Status = status }, Promise()));

        report["process_memory"]!.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task Pages_of_the_file_that_were_copied_elsewhere_do_not_count_as_needed()
    {
        ServerStatusDocument status = Status(new ByteSize(0)) with
        {
            ProcessMemory = new ProcessMemoryDocument(ByteSize.GiB * 3, null, ByteSize.GiB, ByteSize.GiB * 2),
            ModelPagesBytes = ByteSize.GiB * 3 / 2,
            CopiedWeightsBytes = ByteSize.GiB,
        };
        VerificationReport report = await RunAsync(new Verifier(new ScriptedModel { Status = status }, Promise()));

        report["process_memory"]!.Actual.ShouldBe(1.5 * ByteSize.GiB);
    }

    [Fact]
    public async Task Where_the_system_does_not_tell_pages_apart_more_than_promised_proves_nothing()
    {
        ServerStatusDocument status = Status(new ByteSize(0)) with { ProcessMemory = new ProcessMemoryDocument(ByteSize.GiB * 30, null, null, null), ModelPagesBytes = null };
        VerificationReport report = await RunAsync(new Verifier(new ScriptedModel { Status = status }, Promise()));

        report["process_memory"]!.Outcome.ShouldBe(PromiseOutcome.Unknown);
        report.Holds.ShouldBeTrue();
    }

    [Fact]
    public async Task A_buffer_that_is_larger_than_promised_breaks_the_promise_and_a_smaller_one_does_not()
    {
        MemoryEstimate promised = Promise().Memory;
        DeviceMemory row = promised.Devices[0];
        VerificationReport report = await RunAsync(new Verifier(Model(), Promise() with
        {
            Memory = promised with { Devices = [row with { Compute = row.Compute - ByteSize.FromMiB(1), KvCache = row.KvCache + ByteSize.FromMiB(1) }] },
        }));

        report["compute"]!.Outcome.ShouldBe(PromiseOutcome.Broken);
        report["kv_cache"]!.Outcome.ShouldBe(PromiseOutcome.Better);
        report["weights"]!.Outcome.ShouldBe(PromiseOutcome.Kept);
    }

    [Theory]
    [InlineData("", "42", true, PromiseOutcome.Broken)]
    [InlineData("Hm.", "", true, PromiseOutcome.Broken)]
    [InlineData("Hm.", "", false, PromiseOutcome.Unknown)] // cut off in the middle of its thought
    [InlineData("Hm.", "It is 41.", true, PromiseOutcome.Broken)]
    [InlineData("Hm.", "It is **42**.", true, PromiseOutcome.Kept)]
    public async Task The_answer_needs_reasoning_and_must_be_right_where_the_model_can_know_it(string reasoning, string answer, bool ended, PromiseOutcome outcome)
    {
        var model = new ScriptedModel { Status = Status(Promise().Memory.Devices[0].Total), Reasoning = reasoning, Answer = answer, Ended = ended };
        VerificationReport report = await RunAsync(new Verifier(model, Promise()));

        report.Smoke.Outcome.ShouldBe(outcome);
        report.Holds.ShouldBe(outcome != PromiseOutcome.Broken);
    }

    [Fact]
    public async Task Speeds_are_not_judged_while_the_server_answers_others_or_other_programs_take_the_cores()
    {
        var model = new ScriptedModel { Status = Status(Promise().Memory.Devices[0].Total), GenerationTps = 1, Others = 2 };
        VerificationReport others = await RunAsync(new Verifier(model, Promise()));
        others.Disturbance.ShouldBe(Disturbance.OtherRequests);

        VerificationReport programs = await RunAsync(new Verifier(Model(1), Promise(), () => _ => 0.4));
        programs.Disturbance.ShouldBe(Disturbance.OtherPrograms);
        foreach (VerificationReport report in (VerificationReport[])[others, programs])
        {
            report["generation_tps"]!.Outcome.ShouldBe(PromiseOutcome.Unknown);
            report.Holds.ShouldBeTrue();
            Verifier.Learn(report, "7b", new RuntimeOptions(), DateTimeOffset.UnixEpoch).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(5, 0.95, PromiseOutcome.Broken)]
    [InlineData(5, 0.85, PromiseOutcome.Unknown)]
    [InlineData(10, 0.85, PromiseOutcome.Kept)]
    public async Task A_speed_below_its_promise_is_broken_only_where_the_cores_were_the_engines_own(double tps, double share, PromiseOutcome outcome)
    {
        VerificationReport report = await RunAsync(new Verifier(Model(tps), Promise(), () => _ => share));
        report["generation_tps"]!.Outcome.ShouldBe(outcome);
        report.Disturbance.ShouldBe(outcome == PromiseOutcome.Unknown ? Disturbance.OtherPrograms : Disturbance.None);
    }

    [Fact]
    public async Task Prompts_begin_differently_every_time_and_leave_room_in_the_context()
    {
        ScriptedModel model = Model();
        await RunAsync(new Verifier(model, Promise()));

        string[] texts = [.. model.Trials.Where(t => !t.IsQuestion).Select(t => t.Text)];
        texts.Length.ShouldBe(4); // one to warm up
        texts.Select(t => t[..8]).Distinct().Count().ShouldBe(4);
        model.Trials.ShouldAllBe(t => t.MaxTokens + (t.Text.Length / 5) < 4096);
    }

    private static async Task<VerificationReport> RunAsync(Verifier verifier)
    {
        VerificationReport? report = null;
        await foreach (VerificationProgress progress in verifier.RunAsync(Token))
        {
            report = progress.Report ?? report;
        }

        return report.ShouldNotBeNull();
    }

    private static Promise Promise() => new()
    {
        Memory = new MemoryEstimate(EstimateBasis.Estimated, [new DeviceMemory("CPU", ByteSize.FromGiB(4), ByteSize.FromMiB(448), ByteSize.FromMiB(150), ByteSize.FromMiB(60))]),
        Speed = (_, _) => Speed(100, 10),
        CanAnswer = true,
    };

    private static ScriptedModel Model(double generation = 10) => new() { Status = Status(Promise().Memory.Devices[0].Total), GenerationTps = generation };

    private static ServerStatusDocument Status(ByteSize own) => new()
    {
        Id = "abcd",
        Model = "DeepSeek-R1-Distill-Qwen-7B",
        Variant = "7b",
        Quantization = "Q4_K_M",
        Path = "/models/7b.gguf",
        Engine = "llama.cpp v0.4.0",
        Version = "1.0",
        ProcessId = 1,
        UptimeSeconds = 1,
        Context = 4096,
        RequestTokens = 4096,
        PredictedMemory = Promise().Memory.ToDocument(),
        ActualMemory = Promise().Memory.ToDocument(),
        MappedWeightsBytes = 0,
        CopiedWeightsBytes = 0,
        ModelPagesBytes = 0,
        ProcessMemory = new ProcessMemoryDocument(own.Bytes, own.Bytes, own.Bytes, 0),
        Statistics = new ServerStatisticsDocument
        {
            Slots = 1,
            BusySlots = 0,
            Waiting = 0,
            Completed = 0,
            Cancelled = 0,
            Failed = 0,
            Refused = 0,
            PromptTokens = 0,
            CachedTokens = 0,
            GeneratedTokens = 0,
            PromptTps = null,
            GenerationTps = null,
            CacheTokens = 0,
            CacheCapacity = 4096,
        },
    };

    private static SpeedEstimate Speed(double prompt, double generation) => new()
    {
        Basis = EstimateBasis.Estimated,
        PromptTps = prompt,
        PromptTpsLow = prompt * 0.8,
        PromptTpsHigh = prompt * 1.25,
        GenerationTps = generation,
        GenerationTpsLow = generation * 0.8,
        GenerationTpsHigh = generation * 1.25,
        SecondsToFirstToken = 1,
        SecondsToAnswer = 1,
        PromptTokens = 100,
        ReasoningTokens = 0,
        AnswerTokens = 64,
        Assumes = new BilingualText("-", "-"),
    };
}

using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;

namespace DeepFit.Cli.Tests.Commands;

/// <summary><c>ps</c>, <c>stop</c>, <c>logs</c> and <c>verify</c> with deployments in memory and a server of which only the answers exist.</summary>
public sealed class DeployTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepfit-deploy-").FullName;

    [Theory]
    [InlineData("en", "crashed", "out of memory", "1 that ended is not shown")]
    [InlineData("zh", "已崩溃", "内存不足", "另有 1 个已结束")]
    public async Task The_screen_of_ps_shows_what_runs_and_why_the_others_do_not(string language, params string[] expected)
    {
        CliRun run = await CliRun.Of($"ps --lang {language}", Services());

        run.ExitCode.ShouldBe(0);
        foreach (string text in expected)
        {
            run.Out.ShouldContain(text);
        }

        run.Out.ShouldContain("7b Q4_K_M");
        run.Out.ShouldContain("127.0.0.1:8484");
        run.Out.ShouldContain("1/4");
        run.Out.ShouldContain("7.9");
        run.Out.ShouldContain("`deepfit logs b2cd`");
        run.Out.ShouldNotContain("s7tu");
        ScreenWidth.ShouldFit(run.Out, 80);
        (await CliRun.Of($"ps --all --lang {language}", Services())).Out.ShouldContain("s7tu");
    }

    [Fact]
    public async Task The_document_of_ps_has_what_runs_with_its_statistics()
    {
        JsonElement ps = (await CliRun.Of("ps --json", Services())).Json;

        ps.GetArrayLength().ShouldBe(2);
        JsonElement running = ps[0];
        running.GetProperty("id").GetString().ShouldBe("kx3f");
        running.GetProperty("state").GetString().ShouldBe("running");
        running.GetProperty("url").GetString().ShouldBe("http://127.0.0.1:8484");
        running.GetProperty("statistics").GetProperty("busy_slots").GetInt32().ShouldBe(1);
        running.GetProperty("process_memory").GetProperty("resident_bytes").GetInt64().ShouldBeGreaterThan(0);
        running.GetProperty("needed_bytes").GetInt64().ShouldBe(Configuration().Memory.Total.Bytes); // as its status says: its own, and the pages of the model
        running.GetProperty("predicted_bytes").GetInt64().ShouldBe(Configuration().Memory.Total.Bytes);
        ps[1].GetProperty("state").GetString().ShouldBe("crashed");
        ps[1].GetProperty("statistics").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_key_is_asked_with_it_and_one_that_does_not_answer_is_said_to()
    {
        string key = Path.Combine(folder, "kx3f.key");
        await File.WriteAllTextAsync(key, "s3cret-s3cret-s3cret", TestContext.Current.CancellationToken);
        FakeServices services = Services(new FakeServer { Memory = Configuration().Memory, Key = "s3cret-s3cret-s3cret" });
        services.DeploymentStore.Change("kx3f", d => d with { KeyPath = key });
        (await CliRun.Of("ps", services)).Out.ShouldContain("0/4");

        services.DeploymentStore.Change("kx3f", d => d with { KeyPath = null });
        (await CliRun.Of("ps", services)).Out.ShouldContain("no answer");
    }

    [Fact]
    public async Task Nothing_to_show_says_how_to_begin()
    {
        CliRun run = await CliRun.Of("ps", new FakeServices());
        run.Out.ShouldContain("deepfit serve");
        (await CliRun.Of("ps --json", new FakeServices())).Json.GetArrayLength().ShouldBe(0);
        (await CliRun.Of("stop --all", new FakeServices())).ExitCode.ShouldBe(0);
        CliRun stop = await CliRun.Of("stop", new FakeServices());
        stop.ExitCode.ShouldBe(2);
        stop.Error.ShouldContain("deepfit ps --all");
    }

    [Fact]
    public async Task Logs_are_read_from_the_end()
    {
        string log = Path.Combine(folder, "b2cd.log");
        await File.WriteAllTextAsync(log, "one\ntwo\n三\n", TestContext.Current.CancellationToken);
        FakeServices services = Services();
        services.DeploymentStore.Change("b2cd", d => d with { LogPath = log });

        (await CliRun.Of("logs b2cd --lines 2", services)).Out.ShouldBe("two\n三\n");
        (await CliRun.Of("logs b2cd --follow", services)).Out.ShouldBe("one\ntwo\n三\n"); // it has ended: nothing more comes
        JsonElement json = (await CliRun.Of("logs b2 --json", services)).Json;
        json.GetProperty("lines").EnumerateArray().Select(l => l.GetString()).ShouldBe(["one", "two", "三"]);
        (await CliRun.Of("logs b2cd --follow --json", services)).ExitCode.ShouldBe(2);
        CliRun foreground = await CliRun.Of("logs kx3f", services);
        foreground.ExitCode.ShouldBe(1);
        foreground.Error.ShouldContain("terminal");
    }

    [Theory]
    [InlineData("stop kx3f --all", "--all")]
    [InlineData("stop kx3f --timeout soon", "--timeout")]
    [InlineData("logs kx3f --lines -1", "--lines")]
    [InlineData("logs kx3g", "kx3f")]
    [InlineData("verify 7c", "7b")]
    [InlineData("verify kx3f --model 7b", "--model")]
    public async Task Wrong_lines_are_said_with_the_way_out(string line, string expected)
    {
        CliRun run = await CliRun.Of(line, Services());
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(expected);
    }

    [Theory]
    [InlineData("en", "Every promise was kept.", "exact", "deepfit estimate 7b")]
    [InlineData("zh", "所有预测均符合。", "一致", "deepfit estimate 7b")]
    public async Task What_came_as_promised_is_verified_and_learned(string language, params string[] expected)
    {
        FakeServices services = Elsewhere(Expected());
        CliRun run = await CliRun.Of($"verify --lang {language}", services);

        run.ExitCode.ShouldBe(0, run.Out + run.Error);
        foreach (string text in expected)
        {
            run.Out.ShouldContain(text);
        }

        ScreenWidth.ShouldFit(run.Out, 80);
        services.Kept.ShouldHaveSingleItem().Basis.ShouldBe(EstimateBasis.Verified);
        JsonElement speed = (await CliRun.Of("estimate 7b --json", services)).Json.GetProperty("speed");
        speed.GetProperty("basis").GetString().ShouldBe("verified");
    }

    [Fact]
    public async Task Memory_that_came_is_learned_for_this_very_configuration_also_where_a_promise_was_broken()
    {
        MemoryEstimate promised = Configuration().Memory;
        var more = new ByteSize(promised.Devices[0].Compute.Bytes + (100 * ByteSize.MiB));
        FakeServices services = Elsewhere(new FakeServer { Memory = promised with { Devices = [promised.Devices[0] with { Compute = more }] } });

        JsonElement report = (await CliRun.Of("verify kx3f --json", services)).Json;

        report.GetProperty("promises").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "compute").GetProperty("outcome").GetString().ShouldBe("broken");
        report.GetProperty("learned_memory").GetBoolean().ShouldBeTrue();
        JsonElement memory = (await CliRun.Of("estimate 7b:Q4_K_M --context 4096 --json", services)).Json.GetProperty("memory");
        memory.GetProperty("basis").GetString().ShouldBe("verified");
        memory.GetProperty("devices")[0].GetProperty("compute_bytes").GetInt64().ShouldBe(more.Bytes);
        memory.GetProperty("devices")[0].GetProperty("available_bytes").GetInt64().ShouldBeGreaterThan(0);
        (await CliRun.Of("estimate 7b:Q4_K_M --context 8192 --json", services)).Json.GetProperty("memory").GetProperty("basis").GetString().ShouldBe("estimated");
        (await CliRun.Of("estimate 7b:Q4_K_M --context 4096 --machine rtx-4090 --json", services)).Json.GetProperty("memory").GetProperty("basis").GetString().ShouldBe("estimated");
        (await CliRun.Of("estimate 7b:Q4_K_M --context 4096 --lang zh", services)).Out.ShouldContain("验证");
    }

    [Fact]
    public async Task A_broken_promise_is_an_exit_code_of_1_and_named()
    {
        CliRun run = await CliRun.Of("verify kx3f --json", Elsewhere(new FakeServer { Memory = Configuration().Memory, GenerationTps = 0.1, Answer = "It is 41." }));

        run.ExitCode.ShouldBe(1);
        run.Json.GetProperty("holds").GetBoolean().ShouldBeFalse();
        run.Json.GetProperty("verdict").GetString()!.ShouldContain("generation, answer");
        run.Json.GetProperty("promises").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "generation_tps").GetProperty("outcome").GetString().ShouldBe("broken");
        run.Json.GetProperty("smoke").GetProperty("outcome").GetString().ShouldBe("broken");
    }

    [Fact]
    public async Task What_does_not_run_cannot_be_verified()
    {
        CliRun run = await CliRun.Of("verify b2cd", Services());
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("crashed");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Configuration Configuration()
    {
        ModelVariant variant = ModelCatalog.Default.Find("7b");
        var judge = new Judge(Machines.Laptop, []);
        var model = new PlannedModel("7b", variant.Layout(Quantizations.Find("Q4_K_M")), variant, "/models/7b.gguf");
        var options = new RuntimeOptions { Context = 4096, FewOutputs = true };
        return judge.Of(model, options, MemoryEstimator.Estimate(model.Layout, options, judge.Target));
    }

    // as fast as the estimate for the lengths that verification sends
    private static FakeServer Expected()
    {
        ModelVariant variant = ModelCatalog.Default.Find("7b");
        var model = new PlannedModel("7b", variant.Layout(Quantizations.Find("Q4_K_M")), variant, null);
        UseProfile use = UseProfile.Chat with { PromptTokens = 300, ReasoningTokens = 0, AnswerTokens = 60 };
        SpeedEstimate speed = new Judge(Machines.Laptop, [], use).Speed(model, new RuntimeOptions { Context = 4096 });
        return new FakeServer { Memory = Configuration().Memory, PromptTps = speed.PromptTps, GenerationTps = speed.GenerationTps };
    }

    // on another machine, so that the cores of this test's own process are not watched, which computes nothing
    private static FakeServices Elsewhere(FakeServer server)
    {
        FakeServices services = Services(server);
        services.DeploymentStore.Change("kx3f", d => d with { Host = "another", Address = "192.0.2.7" });
        return services;
    }

    private static FakeServices Services(FakeServer? server = null)
    {
        server ??= new FakeServer { Memory = Configuration().Memory, Busy = 1 };
        var services = new FakeServices { Servers = server.Client };
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var running = new Deployment
        {
            Id = "kx3f",
            Model = "DeepSeek-R1-Distill-Qwen-7B",
            Variant = "7b",
            Quantization = "Q4_K_M",
            ModelPath = "/models/7b.gguf",
            Host = Environment.MachineName,
            Process = ProcessIdentity.Current,
            Address = "127.0.0.1",
            Port = 8484,
            State = DeploymentState.Running,
            StartedAt = now.AddHours(-3.2),
            ReadyAt = now.AddHours(-3.1),
            Plan = DeploymentPlan.Of(Configuration()),
        };
        services.DeploymentStore.Add(running);
        services.DeploymentStore.Add(running with
        {
            Id = "b2cd",
            Variant = "14b",
            State = DeploymentState.Crashed,
            EndedAt = now.AddMinutes(-7),
            LogPath = "/nowhere/b2cd.log",
            Error = new BilingualText("The engine ran out of memory while it was running (signal 9).", "推理引擎在运行过程中内存不足（signal 9）。"),
        });
        services.DeploymentStore.Add(running with { Id = "s7tu", Variant = "8b", State = DeploymentState.Stopped, EndedAt = now.AddHours(-1) });
        services.Layouts["/models/7b.gguf"] = ModelCatalog.Default.Find("7b").Layout(Quantizations.Find("Q4_K_M"));
        return services;
    }
}

using System.Diagnostics;
using System.Text.Json;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Tests.Chat;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LocalModels;
using DeepFit.Server.Page;
using DeepFit.TestModels;

namespace DeepFit.Cli.Tests.Commands;

[Collection(RealRun.Collection)]
public sealed class UpCommandTests
{
    [Theory]
    [InlineData("up")]
    [InlineData("up 7b")]
    [InlineData("up 7b:Q4_K_M")]
    public async Task A_server_that_runs_is_used_and_nothing_is_pulled_or_started(string line)
    {
        await using var server = new FakeChatServer();
        FakeServices services = With(Running(server));
        JsonElement json = (await CliRun.Of($"{line} --no-verify --json --lang en", services)).Json;
        Outcomes(json).ShouldBe(["choose already", "serve already", "verify already"]);
        json.GetProperty("deployment").GetProperty("url").GetString().ShouldBe(server.Address);
        json.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        services.Store.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en", "✓ Serve", "deepfit stop kx3f", "--context has no effect")]
    [InlineData("zh", "✓ 服务", "deepfit stop kx3f", "--context 对它不起作用")]
    public async Task Each_step_is_a_line_and_what_goes_on_is_said(string language, string line, string stop, string noEffect)
    {
        await using var server = new FakeChatServer();
        CliRun run = await CliRun.Of($"up 7b --no-verify --context 4096 --lang {language}", With(Running(server)));
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldContain(line);
        run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(l => l.StartsWith('✓') || l.StartsWith(' '));
        run.Error.ReplaceLineEndings(" ").ShouldContain(stop);
        run.Error.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal).ShouldContain(noEffect.Replace(" ", "", StringComparison.Ordinal));
        ScreenWidth.ShouldFit(run.Out, 80);
        ScreenWidth.ShouldFit(run.Error, 80);
    }

    [Theory]
    [InlineData("up --web --json", "--json")]
    [InlineData("up --web --no-chat", "--no-chat")]
    public async Task The_page_at_the_end_does_not_go_with_what_leaves_the_chat_out(string line, string option)
    {
        var services = new FakeServices();
        CliRun run = await CliRun.Of(line + " --lang en", services);
        run.ExitCode.ShouldBe(2);
        (run.Out + run.Error).ShouldContain(option);
        services.Store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_page_opens_with_the_chat_of_the_server_and_leaves_the_server_running()
    {
        if (!PageServer.HasPage)
        {
            Assert.Skip("this build carries no page");
        }

        await using var server = new FakeChatServer();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(3));
        CliRun run = await CliRun.Of(["up", "7b", "--no-verify", "--web", "--lang", "en"], With(Running(server)), cancellationToken: stop.Token);
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldMatch(@"http://127\.0\.0\.1:\d+/chat\?deployment=kx3f");
        run.Error.ReplaceLineEndings(" ").ShouldContain("deepfit stop kx3f");
    }

    [Fact]
    public async Task A_server_of_another_model_or_quantization_is_not_used()
    {
        await using var server = new FakeChatServer();
        foreach (string model in (string[])["14b:Q4_K_M", "7b:Q8_0"])
        {
            FakeServices services = With(Running(server));
            services.Store.PullFails = new PullException("no_network", new BilingualText("no network", "没有网络"));
            JsonElement json = (await CliRun.Of($"up {model} --json --lang en", services)).Json;
            Outcomes(json).ShouldBe(["choose done", "pull failed"]);
            json.GetProperty("error").GetProperty("kind").GetString().ShouldBe("no_network");
            services.Store.Requests.Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task What_was_verified_since_the_start_is_not_verified_again()
    {
        await using var server = new FakeChatServer();
        FakeServices services = With(Running(server));
        services.Kept.Add(new SpeedMeasurement("7b", "Q4_K_M", 100, 0, 40, 8, 0.01, 0.01, EstimateBasis.Verified, "test", "llama.cpp", DateTimeOffset.UnixEpoch.AddYears(80)));
        Outcomes((await CliRun.Of("up --json", services)).Json)[2].ShouldBe("verify already");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_failed_verification()
    {
        await using var server = new FakeChatServer { Models = "<html>" };
        CliRun run = await CliRun.Of("up --json --lang en", With(Running(server)));
        run.ExitCode.ShouldBe(1);
        Outcomes(run.Json).ShouldBe(["choose already", "serve already", "verify failed"]);
        run.Json.GetProperty("deployment").GetProperty("id").GetString().ShouldBe("kx3f");
    }

    [Theory]
    [InlineData("en", "✗ Choose", "--force")]
    [InlineData("zh", "✗ 选择", "放不下")]
    public async Task What_does_not_fit_fails_before_anything_is_pulled(string language, string line, string says)
    {
        var services = new FakeServices { Machine = Machines.Tiny };
        CliRun run = await CliRun.Of($"up 14b --lang {language}", services);
        run.ExitCode.ShouldBe(3);
        run.Out.ShouldContain(line);
        run.Error.ShouldContain(says);
        services.Store.Requests.ShouldBeEmpty();
        (await CliRun.Of($"up --json --lang {language}", new FakeServices { Machine = Machines.Tiny })).JsonError.GetProperty("kind").GetString().ShouldBe("nothing_fits");
    }

    [Fact]
    public async Task A_server_is_started_with_what_was_planned_and_the_chat_goes_to_it()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "no /bin/sh");
        string folder = Directory.CreateTempSubdirectory("deepfit-up-").FullName;
        await using var server = new FakeChatServer();
        var services = new FakeServices
        {
            DeploymentFolder = folder,
            ServeCommand = new EngineCommand("/bin/sh", ["-c", $"echo \"$@\" > {folder}/arguments; exec sleep 60", "deepfit"], new Dictionary<string, string?>()),
        };
        services.Store.Models.Add(FakeModelStore.Model());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<Deployment> answering = AnswerAsync(services, folder, new Uri(server.Address).Port, stop.Token);
        try
        {
            CliRun run = await CliRun.Of(["up", "7b", "--context", "4k", "--kv-type", "q8_0", "--threads", "3", "--no-verify", "--json", "--lang", "en"], services, cancellationToken: stop.Token);
            run.ExitCode.ShouldBe(0, run.Out);
            Outcomes(run.Json).ShouldBe(["choose done", "pull already", "serve done", "verify already"]);
            run.Json.GetProperty("deployment").GetProperty("url").GetString().ShouldBe(server.Address);
            run.Json.GetProperty("configuration").GetProperty("context").GetInt32().ShouldBe(4096);
            string arguments = await File.ReadAllTextAsync(Path.Combine(folder, "arguments"), stop.Token);
            arguments.ShouldStartWith("serve 7b:Q4_K_M --port 0 --context 4096 --parallel 1 --kv-type-k q8_0 --kv-type-v q8_0 ");
            arguments.ShouldContain(" --threads 3");
            (await answering).Plan!.Options.Context.ShouldBe(4096);
        }
        finally
        {
            await stop.CancelAsync();
            foreach (Deployment left in services.DeploymentStore.All().Where(d => d.Process != ProcessIdentity.Current && d.Process.IsAlive))
            {
                using Process process = Process.GetProcessById(left.Process.Id);
                process.Kill();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_start_is_a_failed_step_with_its_own_words()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "no /bin/sh");
        string folder = Directory.CreateTempSubdirectory("deepfit-up-").FullName;
        var services = new FakeServices
        {
            DeploymentFolder = folder,
            ServeCommand = new EngineCommand("/bin/sh", ["-c", "echo 'Error: port 8080 is taken'; exit 1", "deepfit"], new Dictionary<string, string?>()),
        };
        services.Store.Models.Add(FakeModelStore.Model());
        CliRun run = await CliRun.Of("up 7b --port 8080 --json --lang en", services);
        run.ExitCode.ShouldBe(1);
        Outcomes(run.Json).ShouldBe(["choose done", "pull already", "serve failed"]);
        run.JsonError.GetProperty("message").GetString()!.ShouldContain("port 8080 is taken");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_whole_way_with_a_real_model_and_a_second_time_at_once()
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "the build restored no engine for this platform");
        Assert.SkipUnless(new CommandTree(Language.English).Root.Subcommands.Any(c => c.Name == "serve"), "there is no deepfit serve yet");
        using var models = new TinyModels();
        try
        {
            RealRun first = await RealRun.Of(["up", models.Model, "--context", "2048", "--no-chat", "--json"], models.Home);
            first.ExitCode.ShouldBe(0, first.Error);
            Outcomes(first.Document())[..3].ShouldBe(["choose done", "pull already", "serve done"]);
            Outcomes(first.Document())[3].ShouldBeOneOf("verify done", "verify broken"); // speeds of a busy machine are nobody's promise
            string url = first.Document().GetProperty("deployment").GetProperty("url").GetString()!;

            RealRun second = await RealRun.Of(["up", models.Model, "--no-chat", "--no-verify", "--json"], models.Home);
            Outcomes(second.Document()).ShouldBe(["choose already", "serve already", "verify already"]);
            second.Document().GetProperty("deployment").GetProperty("url").GetString().ShouldBe(url);

            RealRun asked = await RealRun.Of(["run", "--connect", url, "question 1", "--temperature", "0"], models.Home);
            asked.Out.ShouldBe(TinyModel.SecondAnswer.Split("</think>\n\n")[1] + "\n");
        }
        finally
        {
            (await RealRun.Of(["stop", "--all", "--timeout", "20"], models.Home)).ExitCode.ShouldBe(0);
        }
    }

    [Fact]
    public async Task An_interrupted_pull_says_that_the_same_command_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var services = new FakeServices();
        services.Store.Interrupt = stop;
        CliRun run = await CliRun.Of(["up", "7b:Q4_K_M", "--lang", "en"], services, cancellationToken: stop.Token);
        run.ExitCode.ShouldBe(130);
        run.Error.ReplaceLineEndings(" ").ShouldContain("`deepfit up 7b:Q4_K_M --lang en` goes on");
    }

    [Theory]
    [InlineData("up 7c", "7b")]
    [InlineData("up 7b --port 70000", "--port")]
    [InlineData("up 7b --parallel 0", "--parallel")]
    [InlineData("up ./absent.gguf", "absent.gguf")]
    public async Task Wrong_usage_names_the_thing_and_the_way_out(string line, string names)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            CliRun run = await CliRun.Of($"{line} --lang {language}", new FakeServices());
            run.ExitCode.ShouldBe(2);
            run.Error.ReplaceLineEndings(" ").ShouldContain(names);
            run.Error.Any(c => c is >= '\u4E00' and <= '\u9FFF').ShouldBe(language == "zh");
        }
    }

    // says in the server's place that it answers, once its process is there
    private static async Task<Deployment> AnswerAsync(FakeServices services, string folder, int port, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(50, cancellationToken);
            Deployment? starting = services.DeploymentStore.All().FirstOrDefault(d => d.Process != ProcessIdentity.Current);
            if (starting is not null && File.Exists(Path.Combine(folder, "arguments")))
            {
                return services.DeploymentStore.Change(starting.Id, d => d with { State = DeploymentState.Running, Address = "127.0.0.1", Port = port, ReadyAt = TimeProvider.System.GetUtcNow() })!;
            }
        }
    }

    private static string[] Outcomes(JsonElement json) =>
        [.. json.GetProperty("steps").EnumerateArray().Select(step => $"{step.GetProperty("step").GetString()} {step.GetProperty("outcome").GetString()}")];

    private static FakeServices With(Deployment deployment)
    {
        var services = new FakeServices();
        services.DeploymentStore.Add(deployment).ShouldBeTrue();
        return services;
    }

    private static Deployment Running(FakeChatServer server) => new()
    {
        Id = "kx3f",
        Model = "DeepSeek-R1-Distill-Qwen-7B",
        Variant = "7b",
        Quantization = "Q4_K_M",
        ModelPath = "/models/7b.gguf",
        Host = Environment.MachineName,
        Process = ProcessIdentity.Current,
        Address = "127.0.0.1",
        Port = new Uri(server.Address).Port,
        State = DeploymentState.Running,
        StartedAt = DateTimeOffset.UnixEpoch,
        ReadyAt = DateTimeOffset.UnixEpoch,
    };
}

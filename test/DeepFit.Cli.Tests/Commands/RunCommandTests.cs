using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Engine.LlamaCpp;
using DeepFit.TestModels;

namespace DeepFit.Cli.Tests.Commands;

/// <summary>The program as it is: a real engine, pipes and terminals.</summary>
[Collection(RealRun.Collection)]
public sealed class RunCommandTests(TinyModels models) : IClassFixture<TinyModels>
{
    private static readonly string Answer = TinyModel.ThinkingAnswer.Split("</think>\n\n")[1];
    private static readonly string Reasoning = TinyModel.ThinkingAnswer.Split("\n</think>")[0];
    private static readonly string Second = TinyModel.SecondAnswer.Split("</think>\n\n")[1];

    [Fact]
    public async Task A_question_is_answered_on_standard_output_and_nothing_else_is_there()
    {
        RealRun run = await RunAsync("hello there");
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldBe(Answer + "\n");
        run.Error.Split('\n').ShouldAllBe(line => line.Length == 0 || line.StartsWith("ggml_vulkan: ", StringComparison.Ordinal), "the engine's word on the device that the test forbids it");
    }

    [Fact]
    public async Task What_is_piped_in_belongs_to_the_question_and_reasoning_goes_to_standard_error_where_it_is_wanted()
    {
        // the digit that decides the answer comes through the pipe
        RealRun run = await RunAsync(["说说看", "--think", "show", "--verbose"], input: "第 1 题\n");
        run.Out.ShouldBe(Second + "\n");
        run.Error.ShouldContain(TinyModel.SecondAnswer.Split("\n</think>")[0] + "\n");
        run.Error.ShouldContain("thought for");
        run.Error.ShouldContain("tokens/s");
        (await RunAsync([], input: "1")).Out.ShouldBe(Second + "\n");
    }

    [Fact]
    public async Task Json_gives_one_document_with_answer_reasoning_tokens_and_times()
    {
        JsonElement json = (await RunAsync(["hello", "--json", "--seed", "7"])).Document();
        json.GetProperty("answer").GetString().ShouldBe(Answer);
        json.GetProperty("reasoning").GetString().ShouldBe(Reasoning);
        json.GetProperty("finish").GetString().ShouldBe("stop");
        json.GetProperty("seed").GetInt64().ShouldBe(7);
        json.GetProperty("path").GetString().ShouldBe(models.Model);
        JsonElement usage = json.GetProperty("usage");
        usage.GetProperty("generated_tokens").GetInt32().ShouldBe(new TinyModel().TokensOf(0) + 1);
        usage.GetProperty("reasoning_tokens").GetInt32().ShouldBeInRange(1, usage.GetProperty("generated_tokens").GetInt32() - 1);
        json.GetProperty("timings").GetProperty("generation_tps").GetDouble().ShouldBeGreaterThan(0);
        json.GetProperty("configuration").GetProperty("memory").GetProperty("total_bytes").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_answer_that_reaches_its_limit_says_so()
    {
        RealRun run = await RunAsync(["hello", "--max-tokens", "40"]);
        run.ExitCode.ShouldBe(0);
        Answer.ShouldStartWith(run.Out.TrimEnd());
        run.Error.ShouldContain("--max-tokens 40");
    }

    [Fact]
    public async Task A_prompt_over_the_context_is_refused_with_both_figures()
    {
        RealRun run = await RunAsync(["--context", "256", "--json"], input: string.Concat(Enumerable.Repeat("word ", 200)));
        run.ExitCode.ShouldBe(2);
        run.Document().GetProperty("error").GetProperty("kind").GetString().ShouldBe("context_length_exceeded");
        run.Error.ShouldContain("256");
    }

    [Theory]
    [InlineData("stranger.gguf", 2, "gemma3")]
    [InlineData("mute.gguf", 2, "vocabulary")]
    [InlineData("unheard.gguf", 2, "template")]
    [InlineData("absent.gguf", 2, "absent.gguf")]
    public async Task A_file_that_cannot_answer_is_refused_by_name(string file, int exitCode, string says)
    {
        string[] there = [models.Stranger, models.Mute, models.Unheard];
        there.Length.ShouldBe(3);
        RequireEngine();
        RealRun run = await RealRun.Of(["run", "--model", Path.Combine(models.Home, file), "hi"], models.Home);
        run.ExitCode.ShouldBe(exitCode, run.Error);
        run.Error.ReplaceLineEndings(" ").ShouldContain(says);
        run.Error.ShouldNotContain("   at ");
        run.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("run 7b hi --temperature 3", "--temperature")]
    [InlineData("run 7b hi --top-p 0", "--top-p")]
    [InlineData("run 7b hi --seed -1", "--seed")]
    [InlineData("run 7b hi --think loud", "fold")]
    [InlineData("run 7b hi --context 10", "--context")]
    [InlineData("run 7c hi", "7b")]
    [InlineData("run 7b", "question")]
    [InlineData("run 7b --json", "--json")]
    [InlineData("run --connect http://127.0.0.1:1 --context 4096 hi", "--connect")]
    [InlineData("run --connect ftp://example.org hi", "--connect")]
    [InlineData("run 7b hi --gpu-layers 10", "--gpu-layers")]
    public async Task Wrong_usage_names_the_thing_and_the_way_out(string line, string names)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            var services = new FakeServices();
            CliRun run = await CliRun.Of($"{line} --lang {language}", services);
            run.ExitCode.ShouldBe(2);
            run.Error.ReplaceLineEndings(" ").ShouldContain(language == "zh" && names == "question" ? "问题" : names);
            run.Error.Any(c => c is >= '\u4E00' and <= '\u9FFF').ShouldBe(language == "zh");
            services.Store.Requests.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("en", "--force")]
    [InlineData("zh", "放不下")]
    public async Task What_does_not_fit_is_refused_before_anything_is_pulled(string language, string says)
    {
        var services = new FakeServices { Machine = Machines.Tiny };
        CliRun run = await CliRun.Of($"run 14b:Q4_K_M hello --lang {language}", services);
        run.ExitCode.ShouldBe(3);
        run.Error.ShouldContain(says);
        ScreenWidth.ShouldFit(run.Error, 80);
        services.Store.Requests.ShouldBeEmpty();

        // forced, it is pulled; its file is none here, which is told
        CliRun forced = await CliRun.Of($"run 14b:Q4_K_M hello --force --lang {language}", services);
        forced.ExitCode.ShouldBe(2);
        services.Store.Requests.ShouldHaveSingleItem().Quantization!.Name.ShouldBe("Q4_K_M");
    }

    [Fact]
    public async Task A_pull_that_is_interrupted_says_which_command_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var services = new FakeServices();
        services.Store.Interrupt = stop;
        CliRun run = await CliRun.Of(["run", "7b:Q4_K_M", "what is it", "--lang", "en"], services, cancellationToken: stop.Token);
        run.ExitCode.ShouldBe(130);
        run.Error.ReplaceLineEndings(" ").ShouldContain("`deepfit run 7b:Q4_K_M \"what is it\" --lang en`");
    }

    [Theory]
    [InlineData("--api-key", "sk-a-secret-of-mine")]
    [InlineData("--api-key=sk-a-secret-of-mine")]
    [InlineData("--api-key:sk-a-secret-of-mine")]
    public async Task The_command_that_goes_on_is_said_without_the_key_since_it_may_go_to_a_log(params string[] key)
    {
        using var stop = new CancellationTokenSource();
        var services = new FakeServices();
        services.Store.Interrupt = stop;
        CliRun run = await CliRun.Of(["serve", "7b:Q4_K_M", "--port", "0", .. key, "--lang", "en"], services, cancellationToken: stop.Token);
        run.ExitCode.ShouldBe(130);
        run.Error.ReplaceLineEndings(" ").ShouldContain("`deepfit serve 7b:Q4_K_M --port 0 --api-key");
        run.Error.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_chat_on_a_terminal_takes_Chinese_edits_it_and_leaves_the_terminal_as_it_was()
    {
        RequireEngine();
        await using PtyRun chat = PtyRun.Start(["run", "--model", models.Model, "--temperature", "0", "--lang", "zh"], models.Home);
        await chat.SeeAsync(">>> ");
        await chat.TypeAsync("你好，世戒\x7f界\r");
        await chat.SeeAsync(Answer);
        await chat.SeeAsync("token/秒");
        await chat.SeeAsync(">>> ");
        await chat.TypeAsync("\x1b[A 1\r"); // the earlier message with a digit behind it: another answer
        await chat.SeeAsync("你好，世界 1");
        await chat.SeeAsync(Second);
        await chat.SeeAsync(">>> ");
        await chat.TypeAsync("\x04");
        (await chat.EndAsync()).ShouldBe(0, chat.Shown);
        chat.Shown.ShouldContain("\x1b[?2004l");
    }

    [Fact]
    public async Task Ctrl_C_stops_the_answer_and_the_chat_goes_on()
    {
        RequireEngine();
        await using PtyRun chat = PtyRun.Start(["run", "--model", models.Slow, "--temperature", "0", "--lang", "en"], models.Home);
        await chat.SeeAsync(">>> ");
        await chat.TypeAsync("go\r");
        await chat.SeeAsync("\u4E00\u4E01");
        await chat.TypeAsync("\x03");
        await chat.SeeAsync("· stopped");
        await chat.SeeAsync(">>> ");
        await chat.TypeAsync("/context\r");
        await chat.SeeAsync("Exchanges");
        await chat.SeeAsync(">>> ");
        await chat.TypeAsync("\x03");
        await chat.SeeAsync("Ctrl-D ends");
        await chat.TypeAsync("\x03");
        (await chat.EndAsync()).ShouldBe(0, chat.Shown);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_single_question_with_130()
    {
        RequireEngine();
        await using PtyRun question = PtyRun.Start(["run", "--model", models.Slow, "go", "--temperature", "0", "--lang", "en"], models.Home);
        await question.SeeAsync("\u4E00\u4E01");
        await question.TypeAsync("\x03");
        (await question.EndAsync()).ShouldBe(130, question.Shown);
    }

    [Fact]
    public async Task A_crash_of_the_engine_is_told_with_its_plan_and_gives_the_terminal_back()
    {
        RequireEngine();
        await using PtyRun chat = PtyRun.Start(["run", "--model", models.Model, "--context", "512", "--lang", "en"], models.Home);
        await chat.SeeAsync(">>> "); // the editor has the terminal now, raw
        await PtyRun.CrashAsync(models.Home);
        await chat.SeeAsync("The engine crashed");
        (await chat.EndAsync()).ShouldBe(1, chat.Shown);
        chat.Shown.ReplaceLineEndings(" ").ShouldContain("--context 512");
    }

    private static void RequireEngine() => Assert.SkipUnless(NativeEngine.IsPresent, "the build restored no engine for this platform");

    private Task<RealRun> RunAsync(string question) => RunAsync([question]);

    private Task<RealRun> RunAsync(string[] arguments, string? input = null)
    {
        RequireEngine();
        return RealRun.Of(["run", "--model", models.Model, .. arguments, "--temperature", "0"], models.Home, input);
    }
}

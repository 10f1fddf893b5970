using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Engine.Deployments;
using DeepFit.TestModels;

namespace DeepFit.Cli.Tests.Commands;

/// <summary><c>deepfit serve</c>: the process itself, with a tiny model.</summary>
[Collection(RealRun.Collection)]
public sealed class ServeCommandTests(TinyModels tiny) : IClassFixture<TinyModels>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_where_it_answers_answers_and_ends_in_good_order()
    {
        await using ServedRun run = await ServedRun.StartAsync(tiny, tiny.Model, "--parallel", "2", "--context", "1024", "--alias", "my-r1");

        run.Ready.GetProperty("event").GetString().ShouldBe("ready");
        run.Ready.GetProperty("request_tokens").GetInt32().ShouldBe(1024);
        run.Ready.GetProperty("needs_key").GetBoolean().ShouldBeFalse();
        run.Ready.GetProperty("model").GetString().ShouldBe("tiny");
        run.Ready.GetProperty("configuration").GetProperty("parallel").GetInt32().ShouldBe(2);
        using HttpResponseMessage answer = await run.AskAsync("1");
        JsonElement message = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("choices")[0].GetProperty("message");
        message.GetProperty("content").GetString().ShouldBe(TinyModel.SecondAnswer.Split("</think>")[1].Trim());
        JsonElement status = JsonDocument.Parse(await run.Client.GetStringAsync(new Uri("/deepfit/status", UriKind.Relative), Token)).RootElement;
        status.GetProperty("id").GetString().ShouldBe(run.Ready.GetProperty("id").GetString());
        (await run.Client.GetStringAsync(new Uri("/v1/models/my-r1", UriKind.Relative), Token)).ShouldContain("\"tiny\"");

        run.Signal("TERM");

        (int exitCode, string error) = await run.EndAsync();
        exitCode.ShouldBe(0);
        error.ShouldContain("POST /v1/chat/completions 200");
        error.ShouldNotContain("/deepfit/status");
        error.ShouldContain("Stopped.");
    }

    [Theory]
    [InlineData("en", "Ctrl-C stops it", "this machine alone", "Memory")]
    [InlineData("zh", "按 Ctrl-C 停止", "仅本机可访问", "内存")]
    public async Task The_screen_tells_the_plan_the_address_and_how_to_ask(string language, string last, params string[] expected)
    {
        await using ServedRun run = await ServedRun.ShowAsync(tiny, last, tiny.Model, "--lang", language);

        foreach (string text in expected)
        {
            run.Screen.ShouldContain(text);
        }

        run.Screen.ShouldContain("curl http://127.0.0.1:");
        ScreenWidth.ShouldFit(run.Screen, 80);
        run.Signal("TERM");
        (await run.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Closing_the_terminal_stops_it_in_good_order()
    {
        await using ServedRun run = await ServedRun.StartAsync(tiny, tiny.Model, "--context", "1024");

        run.Signal("HUP");

        (int exitCode, string error) = await run.EndAsync();
        exitCode.ShouldBe(0);
        error.ShouldContain("Stopped.");
    }

    [Fact]
    public async Task Stopping_finishes_what_runs_and_takes_nothing_new()
    {
        await using ServedRun run = await ServedRun.StartAsync(tiny, tiny.Slow, "--context", "8192");
        using HttpResponseMessage running = await run.AskAsync("x", most: 5000, stream: true);
        await using Stream body = await running.Content.ReadAsStreamAsync(Token);
        await body.ReadExactlyAsync(new byte[100], Token);

        run.Signal("TERM");
        using var reader = new StreamReader(body);
        string rest = await reader.ReadToEndAsync(Token);

        rest.ShouldContain("\"finish_reason\":\"stop\"");
        rest.ShouldEndWith("data: [DONE]\n\n");
        (await run.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_limit_to_its_patience_cuts_what_runs()
    {
        await using ServedRun run = await ServedRun.StartAsync(tiny, tiny.Slow, "--context", "32768", "--drain", "0");
        using HttpResponseMessage running = await run.AskAsync("x", most: 30000, stream: true);
        await using Stream body = await running.Content.ReadAsStreamAsync(Token);
        await body.ReadExactlyAsync(new byte[100], Token);

        run.Signal("TERM");

        (await run.EndAsync()).ExitCode.ShouldBe(0);
        await Should.ThrowAsync<Exception>(async () =>
        {
            using var reader = new StreamReader(body);
            (await reader.ReadToEndAsync(Token)).ShouldContain("[DONE]");
        });
    }

    [Fact]
    public async Task A_process_that_the_system_kills_is_told_with_its_plan()
    {
        await using ServedRun run = await ServedRun.StartAsync(tiny, tiny.Model, "--context", "1024");

        run.Signal("KILL", run.Ready.GetProperty("process_id").GetInt32());

        (int exitCode, string error) = await run.EndAsync();
        exitCode.ShouldBe(1);
        error.ReplaceLineEndings(" ").ShouldContain("--context 1024");
        error.ShouldContain("signal 9");
        RealRun ps = await RealRun.Of(["ps", "--all", "--json"], tiny.Home);
        ps.Document().EnumerateArray().Single(d => d.GetProperty("id").GetString() == run.Ready.GetProperty("id").GetString()).GetProperty("state").GetString().ShouldBe("crashed");
    }

    [Fact]
    public async Task A_key_from_a_file_is_asked_for()
    {
        string keys = Path.Combine(tiny.Home, "keys.txt");
        await File.WriteAllTextAsync(keys, "# ours\nfirst-key-of-enough-letters\nsecond-key-of-enough-letters\n", Token);
        await using ServedRun run = await ServedRun.StartAsync(tiny, tiny.Model, "--api-key-file", keys);

        run.Ready.GetProperty("needs_key").GetBoolean().ShouldBeTrue();
        using HttpResponseMessage without = await run.AskAsync("1");
        using HttpResponseMessage with = await run.AskAsync("1", key: "second-key-of-enough-letters");

        (without.StatusCode, with.StatusCode).ShouldBe((HttpStatusCode.Unauthorized, HttpStatusCode.OK));
        JsonElement ps = (await RealRun.Of(["ps", "--json"], tiny.Home)).Document();
        ps.EnumerateArray().Single(d => d.GetProperty("state").GetString() == "running").GetProperty("statistics").ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Fact]
    public async Task A_port_that_is_taken_and_files_that_cannot_be_served_are_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        foreach ((string[] arguments, int exitCode, string said) in ((string[], int, string)[])
        [
            ([tiny.Model, "--port", port], 1, port),
            ([tiny.Stranger], 2, "gemma3"),
            ([tiny.Mute, "--port", "0"], 2, "vocabulary"),
            ([Path.Combine(tiny.Home, "absent.gguf")], 2, "absent.gguf"),
        ])
        {
            RealRun run = await RealRun.Of(["serve", .. arguments, "--json"], tiny.Home);
            run.ExitCode.ShouldBe(exitCode, run.Error);
            run.Document().GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(said);
        }
    }

    [Theory]
    [InlineData("--host 0.0.0.0", "DEEPFIT_API_KEY")]
    [InlineData("--host somewhere", "somewhere")]
    [InlineData("--api-key short", "16")]
    [InlineData("--api-key a --api-key-file b", "not both")]
    [InlineData("--api-key-file /nowhere/key", "/nowhere/key")]
    [InlineData("--cors-origin chat.example", "chat.example")]
    [InlineData("--port 70000", "65535")]
    [InlineData("--parallel 0", "--parallel")]
    public async Task What_is_unsafe_or_makes_no_sense_is_refused_before_anything_is_started(string options, string said)
    {
        var services = new FakeServices();

        CliRun run = await CliRun.Of($"serve 7b {options} --lang en", services);

        run.ExitCode.ShouldBe(2);
        run.Error.ReplaceLineEndings(" ").ShouldContain(said);
        services.Store.Requests.ShouldBeEmpty();
        services.DeploymentStore.All().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_before_it_is_pulled()
    {
        var services = new FakeServices { Machine = Machines.Tiny };

        CliRun run = await CliRun.Of("serve 70b --port 0 --json", services);

        run.ExitCode.ShouldBe(3);
        run.JsonError.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("--force");
        services.Store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_here_is_pulled_and_what_then_fails_is_remembered()
    {
        var services = new FakeServices();

        // the store's file exists in name alone
        CliRun run = await CliRun.Of("serve 7b:Q4_K_M --port 0 --lang en", services);

        run.ExitCode.ShouldNotBe(0);
        services.Store.Requests.Single().Variant!.Id.ShouldBe("7b");
        Deployment left = services.DeploymentStore.All().Single();
        (left.State, left.Variant).ShouldBe((DeploymentState.Failed, "7b"));
        left.Error.ShouldNotBeNull();
    }
}

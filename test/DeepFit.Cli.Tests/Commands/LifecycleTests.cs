using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.LlamaCpp;
using DeepFit.TestModels;

namespace DeepFit.Cli.Tests.Commands;

/// <summary>A server's life as a person sees it: every command is a process of its own, the model is real and tiny.</summary>
[Collection(RealRun.Collection)]
public sealed class LifecycleTests(TinyModels tiny) : IClassFixture<TinyModels>
{
    private static readonly string Answer = TinyModel.SecondAnswer.Split("</think>")[1].Trim();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_ps_verify_logs_and_a_stop_that_lets_the_running_answer_end()
    {
        JsonElement up = await UpAsync();
        string id = up.GetProperty("id").GetString()!;
        using var client = new HttpClient { BaseAddress = new Uri(up.GetProperty("url").GetString()!), Timeout = TimeSpan.FromSeconds(90) };
        try
        {
            JsonElement shown = (await ShownAsync()).Single(d => d.GetProperty("id").GetString() == id);
            shown.GetProperty("state").GetString().ShouldBe("running");
            shown.GetProperty("url").GetString().ShouldBe(up.GetProperty("url").GetString());
            shown.GetProperty("statistics").GetProperty("slots").GetInt32().ShouldBe(1);
            shown.GetProperty("predicted_bytes").GetInt64().ShouldBeGreaterThan(new FileInfo(tiny.Model).Length);

            RealRun verified = await RealRun.Of(["verify", id, "--json"], tiny.Home);
            ShouldHold(verified);
            verified.Document().GetProperty("learned_memory").GetBoolean().ShouldBeTrue();
            JsonElement memory = (await DoAsync("estimate", tiny.Model, "--context", "16384", "--json")).Document().GetProperty("memory");
            memory.GetProperty("basis").GetString().ShouldBe("verified");
            memory.GetProperty("devices")[0].GetProperty("compute_bytes").GetInt64().ShouldBe(
                verified.Document().GetProperty("status").GetProperty("actual_memory").GetProperty("devices")[0].GetProperty("compute_bytes").GetInt64());

            (await AskAsync(client, "1", 500)).ShouldBe(Answer);
            JsonElement logs = (await DoAsync("logs", id, "--json")).Document();
            string.Concat(logs.GetProperty("lines").EnumerateArray()).ShouldContain("POST /v1/chat/completions 200");

            // so long that it still runs when the stop comes, on a fast machine and on a busy one
            double rate = verified.Document().GetProperty("promises").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "generation_tps").GetProperty("actual").GetDouble();
            int most = (int)Math.Clamp(3 * rate, 500, 15_000);
            using HttpResponseMessage running = await SendAsync(client, "1", most, stream: true);
            await using Stream body = await running.Content.ReadAsStreamAsync(Token);
            await body.ReadExactlyAsync(new byte[100], Token);
            Task<RealRun> stop = DoAsync("stop", id, "--timeout", "50", "--json");
            using var reader = new StreamReader(body);
            string rest = await reader.ReadToEndAsync(Token);
            await stop;

            rest.ShouldContain("\"finish_reason\":\"length\"");
            rest.ShouldContain($"\"predicted_n\":{most}");
            rest.ShouldEndWith("data: [DONE]\n\n");
            await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri("/health", UriKind.Relative), Token));
            (await ShownAsync()).ShouldNotContain(d => d.GetProperty("id").GetString() == id);
            JsonElement ended = (await ShownAsync("--all")).Single(d => d.GetProperty("id").GetString() == id);
            (ended.GetProperty("state").GetString(), ended.GetProperty("exit_code").GetInt32()).ShouldBe(("stopped", 0));
            (await DoAsync("logs", id)).Out.ShouldContain("Finishing 1 request");
        }
        finally
        {
            await RealRun.Of(["stop", "--all", "--force"], tiny.Home); // whatever is left
        }
    }

    [Fact]
    public async Task A_server_that_was_killed_is_said_to_have_crashed_and_up_starts_it_again()
    {
        JsonElement first = await UpAsync();
        try
        {
            string id = first.GetProperty("id").GetString()!;
            Kill(first.GetProperty("process_id").GetInt32());

            JsonElement crashed = await UntilAsync(id, "crashed");
            crashed.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("signal 9");
            crashed.GetProperty("exit_code").GetInt32().ShouldNotBe(0);
            RealRun verify = await RealRun.Of(["verify", id], tiny.Home);
            verify.ExitCode.ShouldBe(1);
            verify.Error.ShouldContain("crashed");
            (await RealRun.Of(["ps"], tiny.Home, language: "zh")).Out.ShouldContain("已崩溃");
            (await DoAsync("logs", id)).Out.ShouldContain("signal 9");

            JsonElement second = await UpAsync();
            second.GetProperty("id").GetString().ShouldNotBe(id);
            using var client = new HttpClient { BaseAddress = new Uri(second.GetProperty("url").GetString()!) };
            (await AskAsync(client, "1", 500)).ShouldBe(Answer);
        }
        finally
        {
            await RealRun.Of(["stop", "--all", "--force"], tiny.Home); // whatever is left
        }
    }

    [Fact]
    public async Task A_server_ends_in_good_order_where_the_process_that_watches_it_was_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the parent of a process is read of /proc");
        JsonElement up = await UpAsync();
        try
        {
            int server = up.GetProperty("process_id").GetInt32();
            string stat = await File.ReadAllTextAsync($"/proc/{server}/stat", Token);
            Kill(int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)); // proc_pid_stat(5), field 4: the parent

            JsonElement ended = await UntilAsync(up.GetProperty("id").GetString()!, "stopped");
            ended.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
            while (ProcessIdentity.Of(server) is not null)
            {
                await Task.Delay(50, Token); // it has said goodbye and is about to end
            }
        }
        finally
        {
            await RealRun.Of(["stop", "--all", "--force"], tiny.Home); // whatever is left
        }
    }

    [Fact]
    public async Task Two_servers_on_one_port_are_one_server_and_an_error()
    {
        await using ServedRun first = await ServedRun.StartAsync(tiny, tiny.Model, "--context", "1024", "--threads", "1");
        string port = first.Client.BaseAddress!.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        RealRun second = await RealRun.Of(["serve", tiny.Model, "--context", "1024", "--port", port, "--json"], tiny.Home);
        RealRun third = await RealRun.Of(["up", tiny.Tools, "--context", "1024", "--port", port, "--no-chat", "--no-verify", "--json"], tiny.Home, language: "zh");

        (second.ExitCode, third.ExitCode).ShouldBe((1, 1));
        second.Document().GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain($"Port {port} is taken");
        third.Document().GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(port);
        JsonElement[] all = await ShownAsync();
        all.Where(d => d.GetProperty("state").GetString() == "running").ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe(first.Ready.GetProperty("id").GetString());
        all.Count(d => d.GetProperty("state").GetString() == "failed" && d.GetProperty("error").GetString()!.Contains(port, StringComparison.Ordinal)).ShouldBe(2);
        (await AskAsync(first.Client, "1", 500)).ShouldBe(Answer);
    }

    [Fact]
    public async Task What_a_process_left_that_nobody_saw_die_is_in_nobodys_way()
    {
        int port = FreePort();
        string[] arguments = [tiny.Model, "--context", "1024", "--threads", "1"];
        string id;
        await using (ServedRun run = await ServedRun.StartAsync(tiny, port, arguments))
        {
            id = run.Ready.GetProperty("id").GetString()!;
            run.Signal("KILL"); // the parent, which would have told
            run.Signal("KILL", run.Ready.GetProperty("process_id").GetInt32());
            await run.EndAsync();
        }

        JsonElement left = await UntilAsync(id, "crashed");
        left.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        await using ServedRun next = await ServedRun.StartAsync(tiny, port, arguments);
        (await AskAsync(next.Client, "1", 500)).ShouldBe(Answer);
        next.Ready.GetProperty("id").GetString().ShouldNotBe(id);
    }

    [Fact]
    public async Task Without_layers_on_the_GPU_beside_it_nothing_is_taken_there_and_the_promise_holds()
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "the build restored no engine for this platform");
        const string First = "0";
        JsonElement machine = (await RealRun.Of(["detect", "--json"], tiny.Home, gpus: First)).Document();
        JsonElement[] gpus = [.. machine.GetProperty("engine_devices").EnumerateArray().Where(d => d.GetProperty("name").GetString()!.StartsWith("Vulkan", StringComparison.Ordinal))];
        Assert.SkipUnless(gpus.Length > 0, "there is no Vulkan device (Debian's mesa-vulkan-drivers has one)");
        try
        {
            RealRun up = await RealRun.Of(["up", tiny.Model, "--gpu-layers", "0", "--context", "1024", "--threads", "1", "--no-chat", "--json"], tiny.Home, gpus: First);
            JsonElement report = up.Document().GetProperty("verification");
            JsonElement[] memory = [.. report.GetProperty("promises").EnumerateArray().Where(p => p.GetProperty("unit").GetString() == "bytes")];
            memory.Length.ShouldBeGreaterThanOrEqualTo(3);
            memory.ShouldAllBe(p => p.GetProperty("outcome").GetString() != "broken");
            memory.ShouldAllBe(p => p.GetProperty("device").GetString() == null || p.GetProperty("device").GetString() == "CPU");
            report.GetProperty("status").GetProperty("actual_memory").GetProperty("devices").EnumerateArray().Skip(1).ShouldAllBe(d => d.GetProperty("total_bytes").GetInt64() == 0);
        }
        finally
        {
            await RealRun.Of(["stop", "--all", "--force"], tiny.Home); // whatever is left
        }
    }

    // speeds of a busy machine are nobody's promise: whether they were kept is not what is tried here
    private static void ShouldHold(RealRun run)
    {
        JsonElement report = run.Document();
        JsonElement[] promises = [.. report.GetProperty("promises").EnumerateArray()];
        foreach (string name in (string[])["weights", "kv_cache", "compute"])
        {
            JsonElement check = promises.Where(p => p.GetProperty("name").GetString() == name).ShouldHaveSingleItem();
            (check.GetProperty("device").GetString(), check.GetProperty("outcome").GetString()).ShouldBe(("CPU", "kept"), name);
            check.GetProperty("actual").GetInt64().ShouldBeInRange(check.GetProperty("low").GetInt64(), check.GetProperty("high").GetInt64());
        }

        promises.Single(p => p.GetProperty("name").GetString() == "process_memory").GetProperty("outcome").GetString().ShouldBe("kept");
        promises.Single(p => p.GetProperty("name").GetString() == "generation_tps").GetProperty("actual").GetDouble().ShouldBeGreaterThan(0);
        report.GetProperty("smoke").GetProperty("outcome").GetString().ShouldBe("kept");
        bool broken = promises.Any(p => p.GetProperty("outcome").GetString() == "broken");
        (report.GetProperty("holds").GetBoolean(), run.ExitCode).ShouldBe((!broken, broken ? 1 : 0));
        promises.Where(p => p.GetProperty("outcome").GetString() == "broken").ShouldAllBe(p => p.GetProperty("unit").GetString() != "bytes");
    }

    private static void Kill(int process)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-KILL", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> AskAsync(HttpClient client, string question, int most)
    {
        using HttpResponseMessage answer = await SendAsync(client, question, most, stream: false);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string question, int most, bool stream)
    {
        string body = $$"""{"messages":[{"role":"user","content":"{{question}}"}],"temperature":0,"max_tokens":{{most}},"stream":{{(stream ? "true,\"ignore_eos\":true" : "false")}}}""";
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private async Task<JsonElement> UpAsync()
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "the build restored no engine for this platform");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are POSIX's");

        // one thread, so that a busy machine does not make the threads wait for each other
        RealRun up = await DoAsync("up", tiny.Model, "--context", "16384", "--threads", "1", "--no-chat", "--no-verify", "--json");
        up.Document().GetProperty("steps").EnumerateArray().Single(s => s.GetProperty("step").GetString() == "serve").GetProperty("outcome").GetString().ShouldBe("done");
        return up.Document().GetProperty("deployment");
    }

    private async Task<RealRun> DoAsync(params string[] arguments)
    {
        RealRun run = await RealRun.Of(arguments, tiny.Home);
        run.ExitCode.ShouldBe(0, string.Join(' ', arguments) + ": " + run.Error + run.Out);
        return run;
    }

    private async Task<JsonElement[]> ShownAsync(params string[] more) => [.. (await DoAsync(["ps", "--json", .. more])).Document().EnumerateArray()];

    private async Task<JsonElement> UntilAsync(string id, string state)
    {
        while (true)
        {
            JsonElement found = (await ShownAsync("--all")).Single(d => d.GetProperty("id").GetString() == id);
            if (found.GetProperty("state").GetString() == state)
            {
                return found;
            }
        }
    }
}

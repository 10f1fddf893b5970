using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepFit.Server.Tests.OpenAi;

/// <summary>The server as a whole: its state, its figures, its queue, and clients that come and go.</summary>
[Collection(TinyServer.Collection)]
public sealed class ServingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_tells_loading_from_ready_and_requests_are_told_to_come_back()
    {
        await using TinyServer server = await TinyServer.StartAsync(loaded: false);
        server.Served.Progress = 0.25;

        JsonElement loading = await server.GetAsync("/health", HttpStatusCode.ServiceUnavailable);
        (loading.GetProperty("status").GetString(), loading.GetProperty("progress").GetDouble()).ShouldBe(("loading", 0.25));
        using HttpResponseMessage early = await server.PostAsync(TinyServer.Chat("1"));
        early.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        early.Headers.RetryAfter.ShouldNotBeNull();
        (await server.GetAsync("/v1/models")).GetProperty("data").GetArrayLength().ShouldBe(1);

        server.Served.Ready(server.Engine);
        (await server.GetAsync("/health")).GetProperty("status").GetString().ShouldBe("ok");
        await server.AskAsync(TinyServer.Chat("1"));

        server.Served.Stop();
        (await server.GetAsync("/health", HttpStatusCode.ServiceUnavailable)).GetProperty("status").GetString().ShouldBe("stopping");
        (await server.RefusalAsync(TinyServer.Chat("1"), HttpStatusCode.ServiceUnavailable)).GetProperty("code").GetString().ShouldBe("server_stopping");
    }

    [Fact]
    public async Task The_model_is_listed_with_what_is_known_of_it()
    {
        await using TinyServer server = await TinyServer.StartAsync(slots: 2, context: 512);

        JsonElement model = (await server.GetAsync("/v1/models")).GetProperty("data")[0];

        (model.GetProperty("id").GetString(), model.GetProperty("object").GetString(), model.GetProperty("quantization").GetString()).ShouldBe(("tiny:F16", "model", "F16"));
        model.GetProperty("context_length").GetInt32().ShouldBe(512);
        (await server.GetAsync("/v1/models/tiny:F16")).GetProperty("id").GetString().ShouldBe("tiny:F16");
        (await server.GetAsync("/v1/models/tiny")).GetProperty("id").GetString().ShouldBe("tiny:F16");
        (await server.GetAsync("/v1/models/owner/other", HttpStatusCode.NotFound)).GetProperty("error").GetProperty("code").GetString().ShouldBe("model_not_found");
        (await server.GetAsync("/version")).GetProperty("engine").GetString().ShouldNotBeNull().ShouldStartWith("llama.cpp");
    }

    [Fact]
    public async Task One_request_too_many_is_told_when_to_come_back()
    {
        await using TinyServer server = await TinyServer.StartAsync(queue: 1);
        using HttpResponseMessage running = await server.PostAsync(Endless());
        await using Stream first = await running.Content.ReadAsStreamAsync(Token);
        await TinyServer.UntilAsync(() => server.Engine.Statistics().BusySlots == 1);
        Task<JsonElement> waiting = server.AskAsync(TinyServer.Chat("1"));
        await TinyServer.UntilAsync(() => server.Engine.Statistics().Waiting == 1);

        using HttpResponseMessage refused = await server.PostAsync(TinyServer.Chat("2"));

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        JsonElement error = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("error");
        (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()).ShouldBe(("rate_limit_error", "rate_limit_exceeded"));
        first.Close();
        running.Dispose();
        (await waiting).GetProperty("choices").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_frees_its_slot(bool stream)
    {
        await using TinyServer server = await TinyServer.StartAsync(context: 16384);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        JsonObject body = Endless();
        body["stream"] = stream;
        body["max_tokens"] = 16000;
        Task<HttpResponseMessage> asked = server.PostAsync(body, cancellationToken: leave.Token);
        await TinyServer.UntilAsync(() => server.Engine.Statistics().GeneratedTokens > 5);
        if (stream)
        {
            (await asked).Dispose();
        }
        else
        {
            await leave.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => asked);
        }

        await TinyServer.UntilAsync(() => server.Engine.Statistics().BusySlots == 0);

        server.Engine.Statistics().Cancelled.ShouldBe(1);
        server.Engine.Statistics().GeneratedTokens.ShouldBeLessThan(16000);
        (await server.AskAsync(TinyServer.Chat("1"))).GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
    }

    [Fact]
    public async Task Stopping_finishes_what_runs()
    {
        await using TinyServer server = await TinyServer.StartAsync();
        Task<List<JsonElement>> running = server.StreamAsync(TinyServer.Chat("0 你好", ("ignore_eos", true), ("max_tokens", 600)));
        await TinyServer.UntilAsync(() => server.Engine.Statistics().GeneratedTokens > 5);

        server.Served.Stop();
        await server.Host.StopAsync(Token);

        List<JsonElement> pieces = await running;
        pieces[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("length");
        pieces[^1].GetProperty("timings").GetProperty("predicted_n").GetInt32().ShouldBe(600);
    }

    [Fact]
    public async Task An_engine_that_goes_away_is_told_in_the_stream()
    {
        await using TinyServer server = await TinyServer.StartAsync();
        Task<List<JsonElement>> running = server.StreamAsync(Endless());
        await TinyServer.UntilAsync(() => server.Engine.Statistics().GeneratedTokens > 5);

        await server.Engine.DisposeAsync();

        List<JsonElement> pieces = await running;
        pieces[^1].GetProperty("error").GetProperty("code").GetString().ShouldBe("server_stopping");
    }

    [Fact]
    public async Task A_prefix_that_comes_again_is_not_computed_again()
    {
        await using TinyServer server = await TinyServer.StartAsync();
        string shared = new('s', 200);
        JsonElement first = await server.AskAsync(TinyServer.Chat(shared + " 1 one"));

        JsonElement second = await server.AskAsync(TinyServer.Chat(shared + " 1 two"));
        JsonElement anew = await server.AskAsync(TinyServer.Chat(shared + " 1 two", ("cache_prompt", false)));

        Cached(first).ShouldBe(0);
        Cached(second).ShouldBeGreaterThan(200);
        Cached(anew).ShouldBe(0);
        Content(second).ShouldBe(Content(anew));
        int Cached(JsonElement answer) => answer.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
        string Content(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    [Fact]
    public async Task Metrics_count_what_was_done_in_Prometheus_form()
    {
        await using TinyServer server = await TinyServer.StartAsync(slots: 2);
        JsonElement answer = await server.AskAsync(TinyServer.Chat("1"));
        await server.StreamAsync(TinyServer.Completion("say 2"), "/v1/completions");
        await server.RefusalAsync(TinyServer.Chat("1", ("n", 2)));

        Dictionary<string, double> metrics = await MetricsAsync(server);

        metrics["""deepfit_requests_total{endpoint="chat",outcome="completed"}"""].ShouldBe(1);
        metrics["""deepfit_requests_total{endpoint="completions",outcome="completed"}"""].ShouldBe(1);
        metrics["""deepfit_requests_total{endpoint="chat",outcome="invalid"}"""].ShouldBe(1);
        metrics["deepfit_slots"].ShouldBe(2);
        (metrics["deepfit_slots_busy"], metrics["deepfit_requests_waiting"], metrics["deepfit_ready"]).ShouldBe((0, 0, 1));
        int generated = server.Model.TokensOf(1) + server.Model.TokensOf(2) + 2;
        metrics["deepfit_generated_tokens_total"].ShouldBe(generated);
        metrics["deepfit_reasoning_tokens_total"].ShouldBe(answer.GetProperty("usage").GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32());
        metrics["deepfit_first_token_seconds_count"].ShouldBe(2);
        metrics["""deepfit_first_token_seconds_bucket{le="+Inf"}"""].ShouldBe(2);
        metrics["deepfit_request_seconds_sum"].ShouldBeGreaterThanOrEqualTo(metrics["deepfit_first_token_seconds_sum"]);
        metrics["deepfit_cache_tokens"].ShouldBeInRange(1, metrics["deepfit_cache_capacity_tokens"]);
        metrics["process_resident_memory_bytes"].ShouldBeGreaterThan(1e6);
    }

    private static JsonObject Endless() => TinyServer.Chat("0", ("ignore_eos", true), ("max_tokens", 1900), ("stream", true));

    // reads the text as Prometheus would: every sample has a HELP and a TYPE before it, and no name twice
    private static async Task<Dictionary<string, double>> MetricsAsync(TinyServer server)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative), Token);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var values = new Dictionary<string, double>();
        string family = "", type = "";
        foreach (string line in (await response.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                (family, type) = (line.Split(' ')[2], line.Split(' ')[3]);
                continue;
            }

            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                continue;
            }

            int blank = line.LastIndexOf(' ');
            string name = line[..blank];
            string bare = name.Split('{')[0];
            (type == "histogram" ? bare.StartsWith(family + "_", StringComparison.Ordinal) : bare == family).ShouldBeTrue(line);
            values.Add(name, double.Parse(line[(blank + 1)..], CultureInfo.InvariantCulture));
        }

        return values;
    }
}

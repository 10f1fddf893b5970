using System.Text;
using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;
using DeepFit.Server.Hosting;
using DeepFit.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.Tests.Api;

public sealed class DeploymentApiTests
{
    private const string Key = "a-key-of-the-deployment-alone";

    private const string Body = """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""";

    private static readonly MemoryEstimate Memory = new(
        EstimateBasis.Estimated, [new DeviceMemory("CPU", ByteSize.FromGiB(4), ByteSize.FromMiB(448), ByteSize.FromMiB(150), ByteSize.FromMiB(60))]);

    [Fact]
    public async Task What_runs_is_listed_with_its_memory_and_what_has_ended_with_its_reason()
    {
        await using var served = await Served.StartAsync();
        served.Services.DeploymentStore.Add(Deployment("dead") with { State = DeploymentState.Crashed, Error = new("It broke.", "它坏了。"), StartedAt = DateTimeOffset.UnixEpoch });
        await using PageClient page = await PageClient.StartAsync(served.Services);
        JsonElement[] all = [.. (await page.JsonAsync("/api/deployments?lang=zh")).GetProperty("deployments").EnumerateArray()];
        all.Length.ShouldBe(2);
        all[0].GetProperty("id").GetString().ShouldBe("live");
        all[0].GetProperty("state").GetString().ShouldBe("running");
        all[0].GetProperty("address").GetString().ShouldBe(served.Address.GetLeftPart(UriPartial.Authority));
        all[0].GetProperty("pid").GetInt32().ShouldBe(Environment.ProcessId);
        all[0].GetProperty("memory_bytes").GetInt64().ShouldBe(Memory.Total.Bytes); // as its status says: its own, and the pages of the model

        all[1].GetProperty("state").GetString().ShouldBe("crashed");
        all[1].GetProperty("error").GetString().ShouldBe("它坏了。");
        all[1].GetProperty("address").ValueKind.ShouldBe(JsonValueKind.Null);
        all[1].GetProperty("memory_bytes").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_chat_is_handed_on_with_the_deployments_key_and_comes_back_piece_by_piece()
    {
        await using var served = await Served.StartAsync();
        await using PageClient page = await PageClient.StartAsync(served.Services);
        using HttpResponseMessage answer = await ChatAsync(page, "live", TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("data: first"); // while the rest is still to come
        served.Model.Gate.SetResult();
        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("data: last");
        served.Model.Body.ShouldBe(Body);
        served.Model.Authorization.ShouldBe("Bearer " + Key);
    }

    [Fact]
    public async Task When_the_page_goes_away_the_deployment_stops_answering()
    {
        await using var served = await Served.StartAsync();
        await using PageClient page = await PageClient.StartAsync(served.Services);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        HttpResponseMessage answer = await ChatAsync(page, "live", leave.Token);
        answer.Dispose();
        await leave.CancelAsync();
        await served.Model.Left.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_refusal_of_the_deployment_comes_back_as_it_is()
    {
        await using var served = await Served.StartAsync();
        served.Model.Refuses = true;
        await using PageClient page = await PageClient.StartAsync(served.Services);
        (int status, JsonElement json) = await page.SendAsync(HttpMethod.Post, "/api/deployments/live/chat/completions", Body);
        status.ShouldBe(429);
        json.GetProperty("error").GetProperty("message").GetString().ShouldBe("too many");
    }

    [Fact]
    public async Task What_does_not_answer_and_what_has_ended_is_told()
    {
        await using var served = await Served.StartAsync();
        served.Services.DeploymentStore.Add(Deployment("dead") with { State = DeploymentState.Stopped });
        served.Services.DeploymentStore.Add(Deployment("mute") with { Port = 1 });
        await using PageClient page = await PageClient.StartAsync(served.Services);
        (int status, JsonElement json) = await page.SendAsync(HttpMethod.Post, "/api/deployments/dead/chat/completions", Body);
        status.ShouldBe(409);
        PageClient.Error(json, "not_ready");
        (status, json) = await page.SendAsync(HttpMethod.Post, "/api/deployments/mute/chat/completions", Body);
        status.ShouldBe(502);
        PageClient.Error(json, "not_ready");
        (status, json) = await page.SendAsync(HttpMethod.Post, "/api/deployments/gone/chat/completions", Body);
        status.ShouldBe(404);
        PageClient.Error(json, "not_found");
        await page.ErrorAsync("/api/deployments/dead/verify", 500, "failed");
    }

    [Fact]
    public async Task A_model_that_is_not_here_is_to_be_pulled_first_and_one_that_does_not_fit_is_refused()
    {
        await using PageClient page = await PageClient.StartAsync();
        (int status, JsonElement json) = await page.SendAsync(HttpMethod.Post, "/api/deployments", """{ "model": "7b", "quantization": "Q4_K_M" }""");
        status.ShouldBe(409);
        PageClient.Error(json, "not_here").GetProperty("message").GetString()!.ShouldContain("Q4_K_M");
        page.Services.DeploymentStore.All().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_end_of_a_log_is_told()
    {
        string log = Path.GetTempFileName();
        await File.WriteAllTextAsync(log, "one\ntwo\nthree\n", TestContext.Current.CancellationToken);
        var services = new FakeServices();
        services.DeploymentStore.Add(Deployment("live") with { LogPath = log });
        await using PageClient page = await PageClient.StartAsync(services);
        JsonElement told = await page.JsonAsync("/api/deployments/live/log?lines=2&lang=en");
        told.GetProperty("lines").EnumerateArray().Select(l => l.GetString()).ShouldBe(["two", "three"]);
        await page.ErrorAsync("/api/deployments/live/log?lines=0", 400, "wrong_usage");
        File.Delete(log);
    }

    private static Task<HttpResponseMessage> ChatAsync(PageClient page, string id, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/deployments/{id}/chat/completions", UriKind.Relative)) { Content = new StringContent(Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-DeepFit-Token", page.Token);
        return page.AskForHeadersAsync(request, cancellationToken);
    }

    private static Deployment Deployment(string id) => new()
    {
        Id = id,
        Model = "DeepSeek-R1-Distill-Qwen-7B",
        Variant = "7b",
        Quantization = "Q4_K_M",
        Host = Environment.MachineName,
        Process = ProcessIdentity.Current,
        Address = "127.0.0.1",
        State = DeploymentState.Running,
        StartedAt = DateTimeOffset.UtcNow,
    };

    /// <summary>A deployment that is a server of the tests' own, with a key.</summary>
    private sealed class Served : IAsyncDisposable
    {
        private readonly ServerHost host;
        private readonly string keyPath = Path.GetTempFileName();

        private Served(ServerHost host, ModelModule model)
        {
            this.host = host;
            Model = model;
            File.WriteAllText(keyPath, Key);
            Services.DeploymentStore.Add(Deployment("live") with { Port = host.Address.Port, KeyPath = keyPath });
        }

        public FakeServices Services { get; } = new();

        public ModelModule Model { get; }

        public Uri Address => host.Address;

        public static async Task<Served> StartAsync()
        {
            var model = new ModelModule();
            return new Served(await ServerHost.StartAsync(new ServerOptions { Port = 0, ApiKeys = [Key] }, [model], TestContext.Current.CancellationToken), model);
        }

        public async ValueTask DisposeAsync()
        {
            Model.Gate.TrySetResult();
            await host.DisposeAsync();
            File.Delete(keyPath);
        }
    }

    /// <summary>Answers a chat in two pieces, the second when it may.</summary>
    private sealed class ModelModule : IServerModule
    {
        private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Left => left.Task;

        public string? Body { get; private set; }

        public string? Authorization { get; private set; }

        public bool Refuses { get; set; }

        public void Map(WebApplication app)
        {
            app.MapGet("/deepfit/status", (RequestDelegate)(context =>
            {
                using var stream = new MemoryStream();
                ContractJson.Write(stream, new FakeServer { Memory = Memory }.Status());
                context.Response.ContentType = "application/json";
                return context.Response.Body.WriteAsync(stream.ToArray()).AsTask();
            }));
            app.MapPost("/v1/chat/completions", (RequestDelegate)AnswerAsync);
        }

        private async Task AnswerAsync(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body);
            Body = await reader.ReadToEndAsync();
            Authorization = context.Request.Headers.Authorization;
            if (Refuses)
            {
                context.Response.StatusCode = 429;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("""{"error":{"message":"too many","message_zh":"太多"}}""");
                return;
            }

            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: first\n\n");
            await context.Response.Body.FlushAsync();
            try
            {
                await Gate.Task.WaitAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                left.TrySetResult();
                throw;
            }

            await context.Response.WriteAsync("data: last\n\n");
        }
    }
}

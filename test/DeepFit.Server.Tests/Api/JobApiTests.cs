using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Estimation;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LocalModels;
using DeepFit.Server.Tests.Support;

namespace DeepFit.Server.Tests.Api;

public sealed class JobApiTests
{
    private const string Drive = """{ "variant": "7b", "quantization": "Q4_K_M", "context_depth": 2048 }""";
    private const string Pull = """{ "variant": "7b" }""";

    [Fact]
    public async Task A_test_drive_tells_its_progress_and_its_result_beside_what_was_expected()
    {
        await using PageClient page = await PageClient.StartAsync();
        string id = await page.StartedAsync("/api/testdrives", Drive);
        (string name, JsonElement data) = (await Events(page, $"/api/testdrives/{id}/events?lang=zh"))[^1];
        name.ShouldBe("result", data.ToString());
        data.GetProperty("measured").GetProperty("generation_tps").GetDouble().ShouldBe(3.412);
        data.GetProperty("expected").GetProperty("generation_tps_low").GetDouble().ShouldBeGreaterThan(0);
        data.GetProperty("expected").GetProperty("assumes").GetString()!.ShouldContain(c => c > 0x2E80);
        data.GetProperty("kept").GetBoolean().ShouldBeTrue();
        page.Services.Driven.ShouldHaveSingleItem().ContextDepth.ShouldBe(2048);

        JsonElement history = await page.JsonAsync("/api/testdrives");
        history.GetProperty("running").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonElement past = history.GetProperty("history").EnumerateArray().ShouldHaveSingleItem();
        past.GetProperty("variant").GetString().ShouldBe("7b");
        past.GetProperty("generation_tps").GetDouble().ShouldBe(3.412);
        past.GetProperty("estimated").GetProperty("generation_tps").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Who_looks_after_the_end_gets_the_end()
    {
        await using PageClient page = await PageClient.StartAsync();
        string id = await page.StartedAsync("/api/testdrives", Drive);
        await Events(page, $"/api/testdrives/{id}/events");
        (await Events(page, $"/api/testdrives/{id}/events")).ShouldHaveSingleItem().Name.ShouldBe("result");
    }

    [Fact]
    public async Task What_was_measured_while_others_worked_is_told_and_not_kept()
    {
        await using PageClient page = await PageClient.StartAsync(new FakeServices { CpuShare = 0.5 });
        string id = await page.StartedAsync("/api/testdrives", Drive);
        JsonElement data = (await Events(page, $"/api/testdrives/{id}/events?lang=en"))[^1].Data;
        data.GetProperty("kept").GetBoolean().ShouldBeFalse();
        data.GetProperty("warning").GetString()!.ShouldContain("50%");
        (await page.JsonAsync("/api/testdrives")).GetProperty("history").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_second_test_drive_waits_its_turn_and_one_can_be_stopped()
    {
        var gate = new TaskCompletionSource();
        await using PageClient page = await PageClient.StartAsync(new FakeServices { TestDriveGate = gate.Task });
        string id = await page.StartedAsync("/api/testdrives", Drive);
        (int status, JsonElement json) = await page.SendAsync(HttpMethod.Post, "/api/testdrives", Drive);
        status.ShouldBe(409);
        PageClient.Error(json, "busy");
        JsonElement running = (await page.JsonAsync("/api/testdrives?lang=zh")).GetProperty("running");
        running.GetProperty("id").GetString().ShouldBe(id);

        Task<List<(string Name, JsonElement Data)>> events = Events(page, $"/api/testdrives/{id}/events");
        (await page.SendAsync(HttpMethod.Delete, $"/api/testdrives/{id}?lang=zh")).Status.ShouldBe(204);
        (string name, JsonElement data) = (await events)[^1];
        name.ShouldBe("failed");
        PageClient.Error(data, "cancelled");
        (await page.SendAsync(HttpMethod.Post, "/api/testdrives", Drive)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_page_that_goes_away_leaves_the_test_drive_running()
    {
        var gate = new TaskCompletionSource();
        await using PageClient page = await PageClient.StartAsync(new FakeServices { TestDriveGate = gate.Task });
        string id = await page.StartedAsync("/api/testdrives", Drive);
        await using (IAsyncEnumerator<(string, JsonElement)> looking = page.EventsAsync($"/api/testdrives/{id}/events").GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            (await looking.MoveNextAsync()).ShouldBeTrue();
        }

        gate.SetResult();
        (await Events(page, $"/api/testdrives/{id}/events"))[^1].Name.ShouldBe("result");
    }

    [Fact]
    public async Task A_test_drive_that_fails_says_why()
    {
        await using PageClient page = await PageClient.StartAsync(new FakeServices { TestDriveFails = new EngineFailedException(EngineFailure.OutOfMemory, new("Out of memory.", "内存不足。"), []) });
        string id = await page.StartedAsync("/api/testdrives", Drive);
        (string name, JsonElement data) = (await Events(page, $"/api/testdrives/{id}/events"))[^1];
        name.ShouldBe("failed");
        PageClient.Error(data, "failed").GetProperty("message").GetString().ShouldBe("Out of memory.");
    }

    [Theory]
    [InlineData("/api/testdrives", """{ "variant": "7c" }""")]
    [InlineData("/api/testdrives", """{ "variant": "7b", "context_depth": -1 }""")]
    [InlineData("/api/testdrives", """{ "variant": "7b", "context_depth": 900000 }""")]
    [InlineData("/api/testdrives", """{ "variant": "7b", "depth": 1 }""")]
    [InlineData("/api/testdrives", """{ }""")]
    [InlineData("/api/testdrives", """[]""")]
    [InlineData("/api/testdrives", """{ "variant": """)]
    [InlineData("/api/pulls", """{ "variant": "7b", "hub": "nowhere" }""")]
    [InlineData("/api/pulls", """{ "variant": "7b", "quantization": "Q9" }""")]
    [InlineData("/api/deployments", """{ "model": "7b", "parallel": 0 }""")]
    [InlineData("/api/deployments", """{ "model": "7b", "context": 5 }""")]
    [InlineData("/api/deployments", """{ "model": "/etc/passwd" }""")]
    public async Task An_order_that_makes_no_sense_is_refused_before_anything_starts(string path, string body)
    {
        await using PageClient page = await PageClient.StartAsync();
        (int status, JsonElement json) = await page.SendAsync(HttpMethod.Post, path, body);
        status.ShouldBe(400, json.ToString());
        PageClient.Error(json, "wrong_usage");
        page.Services.Driven.ShouldBeEmpty();
        page.Services.Store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pull_tells_its_progress_and_what_it_brought()
    {
        await using PageClient page = await PageClient.StartAsync();
        string id = await page.StartedAsync("/api/pulls", """{ "variant": "7b", "quantization": "q8_0", "hub": "modelscope" }""");
        (string name, JsonElement data) = (await Events(page, $"/api/pulls/{id}/events"))[^1];
        name.ShouldBe("done", data.ToString());
        data.GetProperty("model").GetProperty("quantization").GetString().ShouldBe("Q8_0");
        PullRequest request = page.Services.Store.Requests.ShouldHaveSingleItem();
        request.Hub.ShouldBe("modelscope");
        JsonElement pull = (await page.JsonAsync("/api/pulls")).GetProperty("pulls").EnumerateArray().ShouldHaveSingleItem();
        pull.GetProperty("state").GetString().ShouldBe("done");
        pull.GetProperty("result").GetProperty("was_here").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_pull_is_not_started_twice_and_one_can_be_stopped()
    {
        var services = new FakeServices();
        var gate = new TaskCompletionSource();
        services.Store.Gate = gate.Task;
        await using PageClient page = await PageClient.StartAsync(services);
        string id = await page.StartedAsync("/api/pulls", Pull);
        (int status, JsonElement json) = await page.SendAsync(HttpMethod.Post, "/api/pulls", Pull);
        status.ShouldBe(409);
        PageClient.Error(json, "busy");
        await page.StartedAsync("/api/pulls", """{ "variant": "14b" }""");

        Task<List<(string Name, JsonElement Data)>> events = Events(page, $"/api/pulls/{id}/events?lang=zh");
        (await page.SendAsync(HttpMethod.Delete, $"/api/pulls/{id}")).Status.ShouldBe(204);
        (string name, JsonElement data) = (await events)[^1];
        name.ShouldBe("failed");
        PageClient.Error(data, "cancelled");
        JsonElement stopped = (await page.JsonAsync("/api/pulls")).GetProperty("pulls").EnumerateArray().Single(p => p.GetProperty("id").GetString() == id);
        stopped.GetProperty("state").GetString().ShouldBe("stopped");
        stopped.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_pull_that_fails_says_why_in_the_list_too()
    {
        var services = new FakeServices();
        services.Store.PullFails = new PullException("no_space", new("The disk is full.", "磁盘已满。"));
        await using PageClient page = await PageClient.StartAsync(services);
        string id = await page.StartedAsync("/api/pulls", Pull);
        PageClient.Error((await Events(page, $"/api/pulls/{id}/events"))[^1].Data, "no_space");
        JsonElement pull = (await page.JsonAsync("/api/pulls")).GetProperty("pulls")[0];
        pull.GetProperty("state").GetString().ShouldBe("failed");
        pull.GetProperty("error").GetProperty("message_zh").GetString().ShouldBe("磁盘已满。");
    }

    [Fact]
    public async Task The_models_here_are_listed()
    {
        var services = new FakeServices();
        services.Store.Models.Add(FakeModelStore.Model());
        await using PageClient page = await PageClient.StartAsync(services);
        (await page.JsonAsync("/api/local_models?lang=zh")).GetProperty("models")[0].GetProperty("variant").GetString().ShouldBe("7b");
    }

    [Theory]
    [InlineData("GET", "/api/testdrives/abc/events")]
    [InlineData("DELETE", "/api/testdrives/abc")]
    [InlineData("GET", "/api/pulls/abc/events")]
    [InlineData("DELETE", "/api/pulls/abc")]
    [InlineData("DELETE", "/api/deployments/abc")]
    [InlineData("GET", "/api/deployments/abc/log")]
    public async Task What_is_not_there_is_not_found(string method, string path)
    {
        await using PageClient page = await PageClient.StartAsync();
        (int status, JsonElement json) = await page.SendAsync(new HttpMethod(method), path);
        status.ShouldBe(404);
        PageClient.Error(json, "not_found");
    }

    [Fact]
    public async Task A_rung_that_calibration_measured_is_no_test_drive()
    {
        var services = new FakeServices();
        services.Kept.Add(new SpeedMeasurement("7b", "Q4_K_M", 0, 0, 10, 5, 0.1, 0.1, EstimateBasis.Measured, "test", "llama.cpp", DateTimeOffset.UnixEpoch) { OneLayer = true });
        await using PageClient page = await PageClient.StartAsync(services);
        (await page.JsonAsync("/api/testdrives")).GetProperty("history").GetArrayLength().ShouldBe(0);
    }

    private static async Task<List<(string Name, JsonElement Data)>> Events(PageClient page, string path)
    {
        var events = new List<(string, JsonElement)>();
        await foreach ((string, JsonElement) happened in page.EventsAsync(path))
        {
            events.Add(happened);
        }

        return events;
    }
}

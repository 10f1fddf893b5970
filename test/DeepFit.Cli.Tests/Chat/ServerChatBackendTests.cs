using System.Text.Json;
using DeepFit.Cli.Chat;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Tests.Chat;

public sealed class ServerChatBackendTests : IAsyncLifetime
{
    private readonly FakeChatServer server = new();
    private readonly HttpClient client = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Reasoning_and_answer_come_apart_whole_and_with_the_servers_figures()
    {
        server.Events = [": a comment", FakeChatServer.Reasoning("想一想"), FakeChatServer.Reasoning("😀"), FakeChatServer.Content("你好"), FakeChatServer.Content("！"), FakeChatServer.End(), FakeChatServer.Usage, FakeChatServer.Done];
        ServerChatBackend backend = await ConnectAsync();
        backend.Model.ShouldBe(new ChatModel("deepseek-r1:7b", null, 4096));

        List<ChatPiece> pieces = await AskAsync(backend, new ChatSampling(0.5, 0.9, 7, 100));

        string.Concat(pieces.Where(p => p.Kind == ChunkKind.Reasoning).Select(p => p.Text)).ShouldBe("想一想😀");
        string.Concat(pieces.Where(p => p.Kind == ChunkKind.Answer).Select(p => p.Text)).ShouldBe("你好！");
        ChatOutcome outcome = pieces[^1].Outcome.ShouldNotBeNull();
        (outcome.Finish, outcome.PromptTokens, outcome.CachedTokens, outcome.ReasoningTokens, outcome.GeneratedTokens).ShouldBe((FinishReason.Stop, 11, 5, 9, 22));
        outcome.FirstTokenSeconds.ShouldNotBeNull();
        JsonElement sent = JsonDocument.Parse(server.Requests[1].Body).RootElement;
        sent.GetProperty("model").GetString().ShouldBe("deepseek-r1:7b");
        sent.GetProperty("messages")[0].GetProperty("content").GetString().ShouldBe("问题");
        (sent.GetProperty("temperature").GetDouble(), sent.GetProperty("top_p").GetDouble(), sent.GetProperty("seed").GetInt32(), sent.GetProperty("max_tokens").GetInt32()).ShouldBe((0.5, 0.9, 7, 100));
        sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_not_asked_for_is_left_to_the_server_and_the_key_is_sent()
    {
        server.Events = [FakeChatServer.Content("x"), FakeChatServer.End("length"), FakeChatServer.Done];
        ServerChatBackend backend = await ServerChatBackend.ConnectAsync(client, server.Address + "/v1/", "secret", null, TimeProvider.System, TestContext.Current.CancellationToken);
        List<ChatPiece> pieces = await AskAsync(backend, new ChatSampling());
        pieces[^1].Outcome!.Finish.ShouldBe(FinishReason.Length);
        pieces[^1].Outcome!.GeneratedTokens.ShouldBe(1, "without usage the pieces are counted");
        server.Requests.ShouldAllBe(request => request.Head.Contains("Authorization: Bearer secret"));
        server.Requests[1].Head.ShouldStartWith("POST /v1/chat/completions ");
        JsonDocument.Parse(server.Requests[1].Body).RootElement.TryGetProperty("temperature", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelling_hangs_up_and_keeps_what_came()
    {
        server.Events = [FakeChatServer.Content("half")];
        server.Hangs = true;
        ServerChatBackend backend = await ConnectAsync();
        using var stop = new CancellationTokenSource();
        var pieces = new List<ChatPiece>();
        await foreach (ChatPiece piece in backend.AskAsync([ChatTurn.User("q")], new ChatSampling(), stop.Token))
        {
            pieces.Add(piece);
            await stop.CancelAsync();
        }

        pieces.Select(piece => piece.Text).ShouldBe(["half", ""]);
        pieces[^1].Outcome!.Finish.ShouldBe(FinishReason.Cancelled);
        await server.HungUp.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"no key","code":"invalid_api_key"}}""", "DEEPFIT_API_KEY")]
    [InlineData(429, """{"error":{"message":"too many wait, try again in 5 s","code":"rate_limit_exceeded"}}""", "try again in 5 s")]
    [InlineData(500, "<html>oops</html>", "HTTP 500")]
    public async Task A_refusal_is_told_in_the_servers_words(int status, string body, string says)
    {
        server.Answer = (status, body);
        ServerChatBackend backend = await ConnectAsync();
        UserErrorException error = await Should.ThrowAsync<UserErrorException>(() => AskAsync(backend, new ChatSampling()));
        error.Text.En.ShouldContain(says);
        error.Text.Zh.ShouldContain(says);
    }

    [Fact]
    public async Task A_prompt_over_the_servers_context_is_told_as_such()
    {
        server.Answer = (400, """{"error":{"message":"The prompt has 9999 tokens","code":"context_length_exceeded"}}""");
        ServerChatBackend backend = await ConnectAsync();
        (await Should.ThrowAsync<GenerationRequestException>(() => AskAsync(backend, new ChatSampling()))).Code.ShouldBe("context_length_exceeded");
    }

    [Theory]
    [InlineData(true, "data: {\"choices\":[]}")]
    [InlineData(false, "data: {\"choices\":[]}")]
    [InlineData(false, "data: {\"error\":{\"message\":\"the engine crashed\"}}")]
    [InlineData(false, "data: not json")]
    public async Task An_answer_that_breaks_off_is_an_error(bool cuts, string last)
    {
        server.Events = [FakeChatServer.Content("half"), last];
        server.Cuts = cuts;
        ServerChatBackend backend = await ConnectAsync();
        await Should.ThrowAsync<OperationFailedException>(() => AskAsync(backend, new ChatSampling()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("""{"data":[]}""")]
    public async Task What_is_no_such_server_is_told(string models)
    {
        server.Models = models;
        (await Should.ThrowAsync<UserErrorException>(ConnectAsync)).Text.Zh.ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task Where_nobody_listens_that_is_told()
    {
        await server.DisposeAsync();
        (await Should.ThrowAsync<OperationFailedException>(ConnectAsync)).Text.En.ShouldContain("deepfit ps");
    }

    [Fact]
    public async Task Run_asks_a_server_and_prints_its_answer()
    {
        server.Events = [FakeChatServer.Reasoning("hm"), FakeChatServer.Content("答案"), FakeChatServer.End(), FakeChatServer.Usage, FakeChatServer.Done];
        CliRun run = await CliRun.Of(["run", "--connect", server.Address, "what", "is it", "--lang", "en"], cancellationToken: TestContext.Current.CancellationToken);
        run.ShouldBe(new CliRun(0, "答案\n", ""));
        JsonDocument.Parse(server.Requests[1].Body).RootElement.GetProperty("messages")[0].GetProperty("content").GetString().ShouldBe("what is it");
        JsonElement json = (await CliRun.Of(["run", "--connect", server.Address, "q", "--json"], cancellationToken: TestContext.Current.CancellationToken)).Json;
        (json.GetProperty("answer").GetString(), json.GetProperty("reasoning").GetString(), json.GetProperty("model").GetString()).ShouldBe(("答案", "hm", "deepseek-r1:7b"));
        json.GetProperty("usage").GetProperty("cached_tokens").GetInt32().ShouldBe(5);
        json.GetProperty("server").GetString().ShouldBe(server.Address);
        json.GetProperty("configuration").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private Task<ServerChatBackend> ConnectAsync() => ServerChatBackend.ConnectAsync(client, server.Address, null, null, TimeProvider.System, TestContext.Current.CancellationToken);

    private static async Task<List<ChatPiece>> AskAsync(ServerChatBackend backend, ChatSampling sampling)
    {
        var pieces = new List<ChatPiece>();
        await foreach (ChatPiece piece in backend.AskAsync([ChatTurn.User("问题")], sampling, TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
        }

        return pieces;
    }
}

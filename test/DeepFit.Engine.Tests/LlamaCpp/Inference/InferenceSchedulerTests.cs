using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Engine.Tests.LlamaCpp.Inference;

[Collection(DeepFit.Engine.Tests.LlamaCpp.Engine.Collection)]
public sealed class InferenceSchedulerTests(TinyEngine tiny) : IClassFixture<TinyEngine>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sixteen_clients_at_once_get_what_one_gets(bool unified)
    {
        await using InferenceEngine engine = await tiny.LoadAsync(slots: 8, context: 512, settings: s => s with { UnifiedCache = unified });
        string[] prompts = [.. Enumerable.Range(0, 16).Select(i => $"{new string('用', i * 5)} {i % 4} client {(char)('a' + i)}")];
        var alone = new string[4];
        for (int i = 0; i < 4; i++)
        {
            alone[i] = await Answer(engine, prompts[i]);
            alone[i].ShouldBe(tiny.Model.Answers[i]);
        }

        string[] together = await Task.WhenAll(prompts.Select(p => Task.Run(() => Answer(engine, p), Token)));

        for (int i = 0; i < together.Length; i++)
        {
            together[i].ShouldBe(alone[i % 4]);
        }

        InferenceStatistics statistics = engine.Statistics();
        (statistics.Completed, statistics.BusySlots, statistics.Waiting, statistics.Failed).ShouldBe((20, 0, 0, 0));
        statistics.Batches.ShouldBeLessThan(statistics.GeneratedTokens, "several requests shared a batch");
    }

    [Fact]
    public async Task A_prefix_is_reused_with_the_same_text()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(slots: 2);
        GenerationRequest first = InferenceEngineTests.Chat($"{new string('系', 60)} 1 first") with { SeparateReasoning = false };
        GenerationRequest second = InferenceEngineTests.Chat($"{new string('系', 60)} 1 second") with { SeparateReasoning = false };
        await engine.Start(first, Token).CollectAsync(Token);
        long processed = engine.Statistics().PromptTokens;

        GenerationResult reused = await engine.Start(second, Token).CollectAsync(Token);
        long withReuse = engine.Statistics().PromptTokens - processed;
        GenerationResult anew = await engine.Start(second with { ReusePrefix = false }, Token).CollectAsync(Token);

        reused.Usage.CachedTokens.ShouldBe(185); // the beginning, <｜User｜>, 60 characters of 3 bytes, " 1 ", and all up to where the prompts differ
        anew.Usage.CachedTokens.ShouldBe(0);
        withReuse.ShouldBe(reused.Usage.PromptTokens - reused.Usage.CachedTokens);
        (reused.Answer, reused.Usage.PromptTokens).ShouldBe((anew.Answer, anew.Usage.PromptTokens));
        reused.Answer.ShouldBe(tiny.Model.Answers[1]);
    }

    [Fact]
    public async Task The_same_prompt_again_processes_one_token()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        GenerationRequest request = InferenceEngineTests.Chat("same 2") with { SeparateReasoning = false };
        string first = (await engine.Start(request, Token).CollectAsync(Token)).Answer;

        GenerationResult again = await engine.Start(request, Token).CollectAsync(Token);

        again.Usage.CachedTokens.ShouldBe(again.Usage.PromptTokens - 1);
        again.Answer.ShouldBe(first);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_beginning_is_copied_from_a_slot_that_is_busy(bool unified)
    {
        await using InferenceEngine engine = await tiny.LoadAsync(slots: 2, settings: s => s with { UnifiedCache = unified });
        string shared = $"{new string('s', 100)} 3 ";
        await using Generation running = engine.Start(InferenceEngineTests.Chat(shared + "one") with { IgnoreEnd = true, MaxTokens = 1500 }, Token);
        await using IAsyncEnumerator<GenerationChunk> chunks = running.ReadAsync(Token).GetAsyncEnumerator(Token);
        await chunks.MoveNextAsync();

        GenerationResult other = await engine.Start(InferenceEngineTests.Chat(shared + "two") with { SeparateReasoning = false }, Token).CollectAsync(Token);

        running.Completion.IsCompleted.ShouldBeFalse();
        other.Usage.CachedTokens.ShouldBeGreaterThan(100);
        other.Answer.ShouldBe(tiny.Model.Answers[3]);
    }

    [Fact]
    public async Task Cancelling_frees_the_slot_at_the_next_token()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        using var cancel = new CancellationTokenSource();
        Generation endless = engine.Start(InferenceEngineTests.Chat("x") with { IgnoreEnd = true }, cancel.Token);
        await using IAsyncEnumerator<GenerationChunk> chunks = endless.ReadAsync(Token).GetAsyncEnumerator(Token);
        (await chunks.MoveNextAsync()).ShouldBeTrue();

        await cancel.CancelAsync();
        while (await chunks.MoveNextAsync())
        {
        }

        GenerationResult result = await endless.Completion;
        result.Finish.ShouldBe(FinishReason.Cancelled);
        result.Usage.GeneratedTokens.ShouldBeLessThan(1000);
        (await Answer(engine, "after 1")).ShouldBe(tiny.Model.Answers[1]);
        engine.Statistics().Cancelled.ShouldBe(1);
    }

    [Fact]
    public async Task One_request_too_many_is_refused_and_told_when_to_come_back()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(settings: s => s with { QueueLimit = 1 });
        await using Generation runs = engine.Start(InferenceEngineTests.Chat("a") with { IgnoreEnd = true }, Token);
        await using Generation waits = engine.Start(InferenceEngineTests.Chat("b"), Token);
        await using IAsyncEnumerator<GenerationChunk> chunks = runs.ReadAsync(Token).GetAsyncEnumerator(Token);
        await chunks.MoveNextAsync();

        QueueFullException refused = engine.Statistics().Waiting == 1
            ? Should.Throw<QueueFullException>(() => engine.Start(InferenceEngineTests.Chat("c"), Token))
            : throw new InvalidOperationException("the second request should wait");

        refused.RetryAfter.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        engine.Statistics().Refused.ShouldBe(1);
    }

    [Fact]
    public async Task Who_reads_slowly_delays_nobody_and_loses_nothing()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(slots: 2);
        await using Generation slow = engine.Start(InferenceEngineTests.Chat("slow") with { IgnoreEnd = true, MaxTokens = 900, SeparateReasoning = false }, Token);
        (await Answer(engine, "quick 1")).ShouldBe(tiny.Model.Answers[1]);
        slow.Completion.IsCompleted.ShouldBeFalse("its pieces wait to be read");

        GenerationResult result = await slow.CollectAsync(Token);

        result.Usage.GeneratedTokens.ShouldBe(900);
        result.Finish.ShouldBe(FinishReason.Length);
        result.Answer.ShouldStartWith(tiny.Model.Answers[0] + tiny.Model.Answers[0]);
    }

    [Fact]
    public async Task A_prompt_over_the_context_is_refused_and_an_answer_that_fills_it_ends()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(slots: 2, context: 256);

        GenerationRequestException refused = Should.Throw<GenerationRequestException>(() => engine.Start(InferenceEngineTests.Chat(new string('x', 400)), Token));
        (refused.Code, refused.Text.En.Contains("256", StringComparison.Ordinal)).ShouldBe(("context_length_exceeded", true));

        GenerationResult full = await engine.Start(InferenceEngineTests.Chat(new string('x', 200)) with { IgnoreEnd = true }, Token).CollectAsync(Token);
        (full.Finish, full.Usage.TotalTokens).ShouldBe((FinishReason.Length, 256));
    }

    [Fact]
    public async Task A_shared_cache_that_is_full_ends_the_youngest_and_lets_the_others_go_on()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(slots: 2, context: 256, settings: s => s with { UnifiedCache = true });
        GenerationRequest request = new() { Chat = [ChatTurn.User(new string('x', 150))], Sampling = SamplingOptions.Greedy, IgnoreEnd = true, MaxTokens = 250 };

        GenerationResult[] results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => engine.Start(request, Token).CollectAsync(Token)));

        results.Select(r => r.Finish).ShouldAllBe(f => f == FinishReason.Length);
        results.Max(r => r.Usage.GeneratedTokens).ShouldBe(250);
        results.Min(r => r.Usage.GeneratedTokens).ShouldBeInRange(1, 249);
        (await Answer(engine, "after 2")).ShouldBe(tiny.Model.Answers[2]);
    }

    [Fact]
    public async Task Draining_finishes_what_runs_and_takes_no_more()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        Task<string> running = Answer(engine, "1");
        Task<string> waiting = Answer(engine, "2");

        Task drained = engine.DrainAsync(Token);

        Should.Throw<ObjectDisposedException>(() => engine.Start(InferenceEngineTests.Chat("late"), Token));
        (await running, await waiting).ShouldBe((tiny.Model.Answers[1], tiny.Model.Answers[2]));
        await drained;
    }

    [Fact]
    public async Task Disposing_the_engine_ends_what_runs()
    {
        InferenceEngine engine = await tiny.LoadAsync();
        Generation endless = engine.Start(InferenceEngineTests.Chat("x") with { IgnoreEnd = true }, Token);

        await engine.DisposeAsync();

        (await endless.Completion).Finish.ShouldBe(FinishReason.Cancelled);
    }

    private static async Task<string> Answer(InferenceEngine engine, string prompt) =>
        (await engine.Start(InferenceEngineTests.Chat(prompt) with { SeparateReasoning = false }, Token).CollectAsync(Token)).Answer;
}

using System.Text.Json;
using DeepFit.Engine.Chat;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.Tests.LlamaCpp.Inference;
using DeepFit.TestModels;
using Microsoft.Extensions.AI;
using MeaiRole = Microsoft.Extensions.AI.ChatRole;

namespace DeepFit.Engine.Tests.Chat;

[Collection(DeepFit.Engine.Tests.LlamaCpp.Engine.Collection)]
public sealed class DeepFitChatClientTests(TinyEngine tiny) : IClassFixture<TinyEngine>
{
    private static readonly string[] Parts = TinyModel.SecondAnswer.Split("</think>");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_with_reasoning_apart_and_usage()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        using var client = new DeepFitChatClient(engine);

        ChatResponse response = await client.GetResponseAsync("count 1", cancellationToken: Token);

        response.Text.ShouldBe(Parts[1].Trim());
        response.Messages[0].Contents.OfType<TextReasoningContent>().Single().Text.ShouldBe(Parts[0].Trim());
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        UsageDetails usage = response.Usage.ShouldNotBeNull();
        usage.OutputTokenCount.ShouldBe(tiny.Model.TokensOf(1) + 1);
        usage.TotalTokenCount.ShouldBe(usage.InputTokenCount + usage.OutputTokenCount);
        usage.ReasoningTokenCount.ShouldNotBeNull().ShouldBeGreaterThan(0);
        client.GetService<ChatClientMetadata>().ShouldNotBeNull().DefaultModelId.ShouldBe("DeepFit tiny test model");
        client.GetService<InferenceEngine>().ShouldBeSameAs(engine);
    }

    [Fact]
    public async Task It_streams_the_same_and_ends_with_usage()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        using var client = new DeepFitChatClient(engine);
        var updates = new List<ChatResponseUpdate>();

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("count 1", cancellationToken: Token))
        {
            updates.Add(update);
        }

        updates.Count.ShouldBeGreaterThan(10);
        ChatResponse response = updates.ToChatResponse();
        response.Text.ShouldBe(Parts[1].Trim());
        string.Concat(response.Messages[0].Contents.OfType<TextReasoningContent>().Select(c => c.Text)).ShouldBe(Parts[0].Trim());
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.Usage!.OutputTokenCount.ShouldBe(tiny.Model.TokensOf(1) + 1);
    }

    [Fact]
    public async Task Options_reach_the_engine()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        using var client = new DeepFitChatClient(engine);
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}""");

        ChatResponse cut = await client.GetResponseAsync("1", new ChatOptions { MaxOutputTokens = 5, Temperature = 0 }, Token);
        ChatResponse stopped = await client.GetResponseAsync("2", new ChatOptions { StopSequences = ["\nEND"], Seed = 1 }, Token);
        ChatResponse json = await client.GetResponseAsync("1", new ChatOptions { Temperature = 0, ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) }, Token);

        cut.FinishReason.ShouldBe(ChatFinishReason.Length);
        stopped.Text.ShouldBe("First line.");
        using var answer = JsonDocument.Parse(json.Text);
        answer.RootElement.TryGetProperty("ok", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_function_is_called_and_its_result_goes_back()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(model: new TinyModel(template: ChatTemplates.DeepSeekR1Tools));
        using var client = new DeepFitChatClient(engine);
        var options = new ChatOptions { Temperature = 0, Tools = [AIFunctionFactory.Create((string city) => $"sunny in {city}", "get_weather")] };
        List<ChatMessage> talk = [new(MeaiRole.User, "weather 3")];

        ChatResponse first = await client.GetResponseAsync(talk, options, Token);

        first.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        FunctionCallContent call = first.Messages[0].Contents.OfType<FunctionCallContent>().Single();
        (call.Name, call.Arguments!["city"]!.ToString()).ShouldBe(("get_weather", "杭州"));
        talk.AddMessages(first);
        talk.Add(new ChatMessage(MeaiRole.Tool, [new FunctionResultContent(call.CallId, "sunny")]));
        (await client.GetResponseAsync(talk, options, Token)).Messages.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Where_the_answer_is_to_be_JSON_a_function_may_be_called_instead()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(model: new TinyModel(template: ChatTemplates.DeepSeekR1Tools));
        using var client = new DeepFitChatClient(engine);
        var options = new ChatOptions { Temperature = 0, ResponseFormat = ChatResponseFormat.Json, Tools = [AIFunctionFactory.Create((string city) => city, "get_weather")] };

        ChatResponse response = await client.GetResponseAsync("weather 3", options, Token);

        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        response.Messages[0].Contents.OfType<FunctionCallContent>().Single().Name.ShouldBe("get_weather");
    }

    [Fact]
    public async Task Cancelling_ends_the_stream_with_the_callers_token()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        using var client = new DeepFitChatClient(engine);
        using var cancel = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("1", cancellationToken: cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });

        (await client.GetResponseAsync("1", cancellationToken: Token)).Text.ShouldBe(Parts[1].Trim());
    }

    [Fact]
    public async Task A_function_that_must_be_called_is_called()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(model: new TinyModel(template: ChatTemplates.DeepSeekR1Tools));
        using var client = new DeepFitChatClient(engine);
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 400, Tools = [AIFunctionFactory.Create((bool warm) => warm, "get_weather")] };

        foreach (ChatToolMode mode in (ChatToolMode[])[ChatToolMode.RequireAny, ChatToolMode.RequireSpecific("get_weather")])
        {
            options.ToolMode = mode;
            options.AllowMultipleToolCalls = false;
            ChatResponse response = await client.GetResponseAsync("talk 1", options, Token); // it would rather talk
            response.Messages[0].Contents.OfType<FunctionCallContent>().ShouldHaveSingleItem().Name.ShouldBe("get_weather");
        }

        options.ToolMode = ChatToolMode.RequireSpecific("other");
        (await Should.ThrowAsync<GenerationRequestException>(() => client.GetResponseAsync("talk 1", options, Token))).Parameter.ShouldBe("tools");
    }

    [Fact]
    public async Task What_looks_like_a_call_and_is_none_is_told_in_a_stream_too()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(model: new TinyModel(
            ["Hm.\n</think>\n\nSo: <｜tool▁calls▁begin｜> is how calls begin."], ChatTemplates.DeepSeekR1Tools));
        using var client = new DeepFitChatClient(engine);
        var options = new ChatOptions { Temperature = 0, Tools = [AIFunctionFactory.Create((string city) => city, "get_weather")] };

        ChatResponse whole = await client.GetResponseAsync("x", options, Token);
        ChatResponse streamed = await client.GetStreamingResponseAsync("x", options, Token).ToChatResponseAsync(Token);

        whole.Text.ShouldBe("So: <｜tool▁calls▁begin｜> is how calls begin.");
        streamed.Text.ShouldBe(whole.Text);
    }

    [Fact]
    public async Task An_answer_that_the_engines_end_cuts_off_is_not_taken_for_a_whole_one()
    {
        InferenceEngine engine = await tiny.LoadAsync(model: new TinyModel([string.Concat(Enumerable.Range(1000, 300).Select(i => $"{i} "))]));
        using var client = new DeepFitChatClient(engine);
        await using IAsyncEnumerator<ChatResponseUpdate> stream = client.GetStreamingResponseAsync("x", new ChatOptions { Temperature = 0 }, Token).GetAsyncEnumerator(Token);
        (await stream.MoveNextAsync()).ShouldBeTrue();

        await engine.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
    }
}

using System.ClientModel;
using DeepFit.Cli.Tests.Support;
using OpenAI.Chat;

namespace DeepFit.Server.Tests.OpenAiClients;

/// <summary>What OpenAI's client for .NET makes of what goes wrong.</summary>
[Collection(ClientServers.Collection)]
public sealed class DotNetErrorTests(ClientServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("another-key-of-enough-letters", "not the one")]
    [InlineData(" ", "Bearer KEY")]
    public async Task A_key_that_is_wrong_or_missing_is_an_authentication_error(string key, string said)
    {
        foreach (bool stream in (bool[])[false, true])
        {
            ClientResultException e = await RefusedAsync(OpenAiClient.Chat(servers.Main, "my-r1", key), [new UserChatMessage("1")], OpenAiClient.Greedy(), stream);

            (e.Status, OpenAiClient.Error(e).Code).ShouldBe((401, "invalid_api_key"));
            e.Message.ShouldContain(said);
        }
    }

    [Fact]
    public async Task A_model_that_is_not_here_is_not_found()
    {
        ClientResultException e = await RefusedAsync(OpenAiClient.Chat(servers.Main, "gpt-4o"), [new UserChatMessage("1")], OpenAiClient.Greedy());

        (e.Status, OpenAiClient.Error(e).Code, OpenAiClient.Error(e).Param).ShouldBe((404, "model_not_found", "model"));
        e.Message.ShouldContain("my-r1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prompt_over_the_context_says_how_much_there_is(bool stream)
    {
        ClientResultException e = await RefusedAsync(OpenAiClient.Chat(servers.Main, "my-r1"), [new UserChatMessage(new string('长', ClientServers.Context))], OpenAiClient.Greedy(), stream);

        (e.Status, OpenAiClient.Error(e).Code, OpenAiClient.Error(e).Param).ShouldBe((400, "context_length_exceeded", "messages"));
        e.Message.ShouldContain("16384");
    }

    [Fact]
    public async Task What_makes_no_sense_is_named()
    {
        ChatClient client = OpenAiClient.Chat(servers.Main, "my-r1");
        ChatCompletionOptions several = OpenAiClient.Greedy();
        several.Patch.Set("$.n"u8, 2);
        foreach ((ChatCompletionOptions options, string param) in ((ChatCompletionOptions, string)[])
        [
            (new ChatCompletionOptions { Temperature = -1 }, "temperature"),
            (new ChatCompletionOptions { TopP = 2 }, "top_p"),
            (new ChatCompletionOptions { MaxOutputTokenCount = 0 }, "max_completion_tokens"),
            (new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 21 }, "top_logprobs"),
            (several, "n"),
        ])
        {
            ClientResultException e = await RefusedAsync(client, [new UserChatMessage("1")], options);
            (e.Status, OpenAiClient.Error(e).Param, OpenAiClient.Error(e).Type).ShouldBe((400, param, "invalid_request_error"));
        }

        ClientResultException image = await RefusedAsync(
            client, [new UserChatMessage(ChatMessageContentPart.CreateImagePart(new Uri("https://example.org/a.png")))], OpenAiClient.Greedy());
        (image.Status, OpenAiClient.Error(image).Param).ShouldBe((400, "messages[0].content[0].type"));
    }

    [Fact]
    public async Task A_full_queue_says_when_to_come_back_and_a_client_that_does_gets_its_answer()
    {
        ServedRun run = servers.Narrow;
        await using IAsyncEnumerator<StreamingChatCompletionUpdate> busy =
            OpenAiClient.Chat(run, "tiny").CompleteChatStreamingAsync([new UserChatMessage("1")], OpenAiClient.Endless(), Token).GetAsyncEnumerator(Token);
        (await busy.MoveNextAsync()).ShouldBeTrue();

        ClientResultException e = await RefusedAsync(OpenAiClient.Chat(run, "tiny"), [new UserChatMessage("1")], OpenAiClient.Greedy());
        Task<ClientResult<ChatCompletion>> patient = OpenAiClient.Of(run, retries: 20).GetChatClient("tiny").CompleteChatAsync([new UserChatMessage("1")], OpenAiClient.Greedy(), Token);
        await ClientServers.UntilAsync(run, "deepfit_requests_total{endpoint=\"chat\",outcome=\"refused\"}", 2, orMore: true);
        await busy.DisposeAsync();

        (e.Status, OpenAiClient.Error(e).Code).ShouldBe((429, "rate_limit_exceeded"));
        e.GetRawResponse()!.Headers.TryGetValue("Retry-After", out string? seconds).ShouldBeTrue();
        int.Parse(seconds!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        (await patient).Value.Content[0].Text.ShouldBe(OpenAiClient.Answers[1].Content);
    }

    private static async Task<ClientResultException> RefusedAsync(ChatClient client, ChatMessage[] messages, ChatCompletionOptions options, bool stream = false) =>
        await Should.ThrowAsync<ClientResultException>(async () =>
        {
            if (!stream)
            {
                await client.CompleteChatAsync(messages, options, Token);
            }

            await foreach (StreamingChatCompletionUpdate _ in client.CompleteChatStreamingAsync(messages, options, Token))
            {
            }
        });
}

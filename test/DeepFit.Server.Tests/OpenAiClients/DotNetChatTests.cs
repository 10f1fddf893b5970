using System.ClientModel;
using System.Text;
using DeepFit.Cli.Tests.Support;
using OpenAI.Chat;
using OpenAI.Models;

namespace DeepFit.Server.Tests.OpenAiClients;

/// <summary>OpenAI's client for .NET gets what it asks for.</summary>
[Collection(ClientServers.Collection)]
public sealed class DotNetChatTests(ClientServers servers)
{
    // so long that it is worth keeping for the next turn
    private const string Manners = "Be kind, be clear, and say at once where you are not sure of what you say; nobody minds that.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChatClient Client => OpenAiClient.Chat(servers.Main, "my-r1");

    [Fact]
    public async Task Models_are_listed_and_found_by_name()
    {
        OpenAIModelClient models = OpenAiClient.Of(servers.Main).GetOpenAIModelClient();

        OpenAIModel only = (await models.GetModelsAsync(Token)).Value.ShouldHaveSingleItem();

        (only.Id, only.OwnedBy).ShouldBe(("tools", "deepfit"));
        only.CreatedAt.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddHours(-1));
        (await models.GetModelAsync("my-r1", Token)).Value.Id.ShouldBe("tools");
        (await Should.ThrowAsync<ClientResultException>(() => models.GetModelAsync("gpt-4o", Token))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task An_answer_comes_byte_for_byte_with_its_reasoning_and_usage()
    {
        ChatCompletion answer = await Client.CompleteChatAsync([new UserChatMessage("你好")], OpenAiClient.Greedy(), Token);

        Encoding.UTF8.GetBytes(answer.Content.ShouldHaveSingleItem().Text).ShouldBe(Encoding.UTF8.GetBytes(OpenAiClient.Answers[0].Content));
        OpenAiClient.Reasoning(answer).ShouldBe(OpenAiClient.Answers[0].Reasoning);
        answer.Role.ShouldBe(ChatMessageRole.Assistant);
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Model.ShouldBe("tools");
        answer.Id.ShouldStartWith("chatcmpl-");
        answer.Refusal.ShouldBeNull();
        answer.ToolCalls.ShouldBeEmpty();
        answer.Usage.InputTokenCount.ShouldBeGreaterThan(6);
        answer.Usage.TotalTokenCount.ShouldBe(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
        answer.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBeInRange(1, answer.Usage.OutputTokenCount - 1);
        answer.Usage.InputTokenDetails.CachedTokenCount.ShouldBeInRange(0, answer.Usage.InputTokenCount - 1);
    }

    [Fact]
    public async Task A_stream_says_the_same_piece_by_piece_and_ends_with_the_usage()
    {
        ChatCompletion whole = await Client.CompleteChatAsync([new UserChatMessage("你好")], OpenAiClient.Greedy(), Token);
        var content = new StringBuilder();
        var reasoning = new StringBuilder();
        List<StreamingChatCompletionUpdate> pieces = [];

        await foreach (StreamingChatCompletionUpdate piece in Client.CompleteChatStreamingAsync([new UserChatMessage("你好")], OpenAiClient.Greedy(), Token))
        {
            pieces.Add(piece);
            content.Append(string.Concat(piece.ContentUpdate.Select(part => part.Text)));
            reasoning.Append(OpenAiClient.Reasoning(piece));
        }

        (reasoning.ToString(), content.ToString()).ShouldBe(OpenAiClient.Answers[0]);
        pieces.Count.ShouldBeGreaterThan(20);
        pieces.Select(piece => piece.CompletionId).Distinct().Count().ShouldBe(1);
        pieces[0].Role.ShouldBe(ChatMessageRole.Assistant);
        pieces.Select(piece => piece.FinishReason).OfType<ChatFinishReason>().ShouldHaveSingleItem().ShouldBe(ChatFinishReason.Stop);
        ChatTokenUsage usage = pieces.Select(piece => piece.Usage).OfType<ChatTokenUsage>().ShouldHaveSingleItem();
        pieces[^1].Usage.ShouldBe(usage);
        (usage.InputTokenCount, usage.OutputTokenCount).ShouldBe((whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount));
        usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(whole.Usage.OutputTokenDetails.ReasoningTokenCount);
    }

    [Fact]
    public async Task A_stop_sequence_and_a_limit_end_the_answer()
    {
        ChatCompletionOptions stop = OpenAiClient.Greedy();
        stop.StopSequences.Add("nothing");
        stop.StopSequences.Add("END");
        ChatCompletionOptions limit = OpenAiClient.Greedy();
        limit.MaxOutputTokenCount = 9;

        ChatCompletion stopped = await Client.CompleteChatAsync([new UserChatMessage("2")], stop, Token);
        ChatCompletion limited = await Client.CompleteChatAsync([new UserChatMessage("2")], limit, Token);

        (stopped.Content[0].Text, stopped.FinishReason).ShouldBe(("First line.\n", ChatFinishReason.Stop));
        (limited.Usage.OutputTokenCount, limited.FinishReason).ShouldBe((9, ChatFinishReason.Length));
    }

    [Fact]
    public async Task A_seed_repeats_what_chance_chose()
    {
        async Task<string> Say(long seed)
        {
            var options = new ChatCompletionOptions { Temperature = 2, TopP = 1, Seed = seed, MaxOutputTokenCount = 40 };
            options.LogitBiases[9] = 1; // an entry of its own form
            options.Patch.Set("$.temperature"u8, 50); // this model is very sure of itself
            ChatCompletion answer = await Client.CompleteChatAsync([new UserChatMessage("1")], options, Token);
            answer.SystemFingerprint.ShouldStartWith("deepfit-");
            return OpenAiClient.Reasoning(answer) + string.Concat(answer.Content.Select(part => part.Text));
        }

        string first = await Say(42);

        (await Say(42)).ShouldBe(first);
        (await Say(43)).ShouldNotBe(first);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Log_probabilities_spell_the_answer(bool stream)
    {
        ChatCompletionOptions options = OpenAiClient.Greedy();
        options.IncludeLogProbabilities = true;
        options.TopLogProbabilityCount = 3;
        List<ChatTokenLogProbabilityDetails> tokens = [];

        if (stream)
        {
            await foreach (StreamingChatCompletionUpdate piece in Client.CompleteChatStreamingAsync([new UserChatMessage("1")], options, Token))
            {
                tokens.AddRange(piece.ContentTokenLogProbabilities);
            }
        }
        else
        {
            tokens.AddRange((await Client.CompleteChatAsync([new UserChatMessage("1")], options, Token)).Value.ContentTokenLogProbabilities);
        }

        Encoding.UTF8.GetString([.. tokens.SelectMany(token => token.Utf8Bytes!.Value.ToArray())]).Trim().ShouldBe(OpenAiClient.Answers[1].Content);
        tokens.ShouldAllBe(token => token.LogProbability <= 0 && token.TopLogProbabilities.Count == 3);
        tokens.ShouldAllBe(token => token.TopLogProbabilities[0].Token == token.Token && token.TopLogProbabilities[0].LogProbability >= token.TopLogProbabilities[2].LogProbability);
    }

    [Fact]
    public async Task A_conversation_goes_on_with_all_its_roles()
    {
        List<ChatMessage> messages = [new SystemChatMessage("Be brief."), new DeveloperChatMessage(Manners), new UserChatMessage("你好")];
        ChatCompletion first = await Client.CompleteChatAsync(messages, OpenAiClient.Greedy(), Token);
        messages.Add(new AssistantChatMessage(first));
        messages.Add(new UserChatMessage(ChatMessageContentPart.CreateTextPart("question "), ChatMessageContentPart.CreateTextPart("2")));

        ChatCompletion second = await Client.CompleteChatAsync(messages, OpenAiClient.Greedy(), Token);

        first.Content[0].Text.ShouldBe(OpenAiClient.Answers[0].Content);
        second.Content[0].Text.ShouldBe(OpenAiClient.Answers[2].Content);
        second.Usage.InputTokenCount.ShouldBeGreaterThan(first.Usage.InputTokenCount + 20);
        second.Usage.InputTokenDetails.CachedTokenCount.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Many_requests_at_once_get_what_one_gets()
    {
        ChatClient client = Client;
        async Task<string> Ask(int i)
        {
            var text = new StringBuilder();
            if (i % 2 == 0)
            {
                return (await client.CompleteChatAsync([new UserChatMessage($"{i % 3} {(char)('a' + i)}")], OpenAiClient.Greedy(), Token)).Value.Content[0].Text;
            }

            await foreach (StreamingChatCompletionUpdate piece in client.CompleteChatStreamingAsync([new UserChatMessage($"{i % 3} {(char)('a' + i)}")], OpenAiClient.Greedy(), Token))
            {
                text.Append(string.Concat(piece.ContentUpdate.Select(part => part.Text)));
            }

            return text.ToString();
        }

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(Ask));

        answers.ShouldBe(Enumerable.Range(0, 24).Select(i => OpenAiClient.Answers[i % 3].Content));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_frees_its_slot(bool stream)
    {
        ServedRun run = servers.Narrow;
        ChatClient client = OpenAiClient.Chat(run, "tiny");
        const string Cancelled = "deepfit_requests_total{endpoint=\"chat\",outcome=\"cancelled\"}";
        double before = await ClientServers.MetricAsync(run, Cancelled);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        if (stream)
        {
            await foreach (StreamingChatCompletionUpdate piece in client.CompleteChatStreamingAsync([new UserChatMessage("1")], OpenAiClient.Endless(), stop.Token))
            {
                if (piece.ContentUpdate.Count > 0)
                {
                    break; // leaving the loop closes the connection
                }
            }
        }
        else
        {
            Task<ClientResult<ChatCompletion>> whole = client.CompleteChatAsync([new UserChatMessage("1")], OpenAiClient.Endless(), stop.Token);
            await ClientServers.UntilAsync(run, "deepfit_slots_busy", 1);
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => whole);
        }

        await ClientServers.UntilAsync(run, Cancelled, before + 1);
        (await client.CompleteChatAsync([new UserChatMessage("1")], OpenAiClient.Greedy(), Token)).Value.Content[0].Text.ShouldBe(OpenAiClient.Answers[1].Content);
    }
}

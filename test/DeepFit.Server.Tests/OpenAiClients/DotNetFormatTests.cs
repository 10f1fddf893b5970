using System.ClientModel;
using System.Text;
using System.Text.Json;
using OpenAI.Chat;

namespace DeepFit.Server.Tests.OpenAiClients;

/// <summary>Answers in JSON and calls of functions, through OpenAI's client for .NET.</summary>
[Collection(ClientServers.Collection)]
public sealed class DotNetFormatTests(ClientServers servers)
{
    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "get_weather", "The weather in a city.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""), functionSchemaIsStrict: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChatClient Client => OpenAiClient.Chat(servers.Main, "tools");

    [Fact]
    public async Task An_answer_is_JSON_where_that_was_asked_for()
    {
        ChatCompletionOptions any = OpenAiClient.Greedy();
        any.ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat();
        ChatCompletionOptions text = OpenAiClient.Greedy();
        text.ResponseFormat = ChatResponseFormat.CreateTextFormat();

        ChatCompletion free = await Client.CompleteChatAsync([new UserChatMessage("4")], text, Token);
        ChatCompletion ruled = await Client.CompleteChatAsync([new UserChatMessage("4")], any, Token);

        free.Content[0].Text.ShouldEndWith("and more");
        JsonDocument.Parse(ruled.Content[0].Text).RootElement.GetProperty("word").GetString().ShouldBe("二");
        OpenAiClient.Reasoning(ruled).ShouldBe("Hm.");
    }

    [Fact]
    public async Task An_answer_follows_a_schema_and_a_schema_that_cannot_be_kept_is_refused()
    {
        ChatCompletionOptions Schema(string count)
        {
            ChatCompletionOptions options = OpenAiClient.Greedy();
            options.ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "answer",
                BinaryData.FromString($$$"""{"type":"object","properties":{"word":{"enum":["二","三"]},"count":{{{count}}}},"required":["word","count"],"additionalProperties":false}"""),
                "An answer.",
                jsonSchemaIsStrict: true);
            return options;
        }

        ChatCompletion answer = await Client.CompleteChatAsync([new UserChatMessage("4")], Schema("""{"type":"integer"}"""), Token);
        ClientResultException refused = await Should.ThrowAsync<ClientResultException>(
            () => Client.CompleteChatAsync([new UserChatMessage("4")], Schema("""{"type":"integer","multipleOf":2}"""), Token));

        JsonElement json = JsonDocument.Parse(answer.Content[0].Text).RootElement;
        (json.GetProperty("count").GetInt32(), json.GetProperty("word").GetString()).ShouldBe((12, "二"));
        refused.Status.ShouldBe(400);
        OpenAiClient.Error(refused).Param.ShouldBe("response_format");
        OpenAiClient.Error(refused).Message.ShouldNotBeNull().ShouldContain("multipleOf");
    }

    [Fact]
    public async Task A_function_is_called_and_its_result_goes_back()
    {
        ChatCompletionOptions options = OpenAiClient.Greedy();
        options.Tools.Add(Weather);
        List<ChatMessage> messages = [new UserChatMessage("weather 3")];

        ChatCompletion answer = await Client.CompleteChatAsync(messages, options, Token);

        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        ChatToolCall call = answer.ToolCalls.ShouldHaveSingleItem();
        (call.FunctionName, call.Id.StartsWith("call_", StringComparison.Ordinal)).ShouldBe(("get_weather", true));
        JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").GetString().ShouldBe("杭州");
        messages.Add(new AssistantChatMessage(answer));
        messages.Add(new ToolChatMessage(call.Id, "晴，9 度")); // the highest digit decides what this model says
        options.ToolChoice = ChatToolChoice.CreateNoneChoice();
        ChatCompletion after = await Client.CompleteChatAsync(messages, options, Token);
        after.FinishReason.ShouldBe(ChatFinishReason.Stop);
        after.ToolCalls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_comes_in_a_stream()
    {
        ChatCompletionOptions options = OpenAiClient.Greedy();
        options.Tools.Add(Weather);
        var arguments = new StringBuilder();
        string? name = null;
        ChatFinishReason? finish = null;

        await foreach (StreamingChatCompletionUpdate piece in Client.CompleteChatStreamingAsync([new UserChatMessage("weather 3")], options, Token))
        {
            foreach (StreamingChatToolCallUpdate call in piece.ToolCallUpdates)
            {
                name ??= call.FunctionName;
                arguments.Append(call.FunctionArgumentsUpdate);
            }

            finish = piece.FinishReason ?? finish;
        }

        (name, finish).ShouldBe(("get_weather", ChatFinishReason.ToolCalls));
        JsonDocument.Parse(arguments.ToString()).RootElement.GetProperty("city").GetString().ShouldBe("杭州");
    }

    [Fact]
    public async Task A_function_may_be_demanded()
    {
        foreach (ChatToolChoice choice in (ChatToolChoice[])[ChatToolChoice.CreateRequiredChoice(), ChatToolChoice.CreateFunctionChoice("get_weather")])
        {
            ChatCompletionOptions options = OpenAiClient.Greedy();
            options.Tools.Add(ChatTool.CreateFunctionTool("get_weather", null, BinaryData.FromString("""{"type":"object","properties":{"city":{"enum":["Paris","Oslo"]}},"required":["city"]}""")));
            options.ToolChoice = choice;
            options.AllowParallelToolCalls = false;
            options.MaxOutputTokenCount = 400;

            ChatCompletion answer = await Client.CompleteChatAsync([new UserChatMessage("weather 1")], options, Token);

            answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
            JsonDocument.Parse(answer.ToolCalls.ShouldHaveSingleItem().FunctionArguments).RootElement.GetProperty("city").GetString().ShouldBeOneOf("Paris", "Oslo");
        }
    }

    [Fact]
    public async Task A_template_without_a_place_for_functions_is_told_with_the_reason()
    {
        ChatCompletionOptions options = OpenAiClient.Greedy();
        options.Tools.Add(Weather);

        ClientResultException refused = await Should.ThrowAsync<ClientResultException>(
            () => OpenAiClient.Chat(servers.Narrow, "tiny").CompleteChatAsync([new UserChatMessage("3")], options, Token));

        refused.Status.ShouldBe(400);
        (string? code, string? param, string? type, string? message) = OpenAiClient.Error(refused);
        (code, param, type).ShouldBe(("unsupported_tools", "tools", "invalid_request_error"));
        message.ShouldNotBeNull().ShouldContain("template");
    }
}

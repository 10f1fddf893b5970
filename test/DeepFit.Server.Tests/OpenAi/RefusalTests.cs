using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepFit.TestModels;

namespace DeepFit.Server.Tests.OpenAi;

/// <summary>What is not served, and how that is told.</summary>
[Collection(TinyServer.Collection)]
public sealed class RefusalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("messages", "null", "messages", "missing_required_parameter")]
    [InlineData("messages", "[]", "messages", "invalid_value")]
    [InlineData("messages", "\"hi\"", "messages", "invalid_type")]
    [InlineData("messages", "[1]", "messages[0]", "invalid_type")]
    [InlineData("messages", "[{\"content\":\"x\"}]", "messages[0].role", "missing_required_parameter")]
    [InlineData("messages", "[{\"role\":\"boss\",\"content\":\"x\"}]", "messages[0].role", "invalid_value")]
    [InlineData("messages", "[{\"role\":\"user\"}]", "messages[0].content", "missing_required_parameter")]
    [InlineData("messages", "[{\"role\":\"user\",\"content\":5}]", "messages[0].content", "invalid_type")]
    [InlineData("messages", "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]", "messages[0].content[0].type", "unsupported_value")]
    [InlineData("messages", "[{\"role\":\"user\",\"content\":\"\\ud800\"}]", "messages[0].content", "invalid_value")]
    [InlineData("temperature", "-1", "temperature", "invalid_value")]
    [InlineData("temperature", "\"hot\"", "temperature", "invalid_type")]
    [InlineData("temperature", "1e999", "temperature", "invalid_type")]
    [InlineData("top_p", "0", "top_p", "invalid_value")]
    [InlineData("frequency_penalty", "3", "frequency_penalty", "invalid_value")]
    [InlineData("max_tokens", "0", "max_tokens", "invalid_value")]
    [InlineData("max_tokens", "1.5", "max_tokens", "invalid_type")]
    [InlineData("max_completion_tokens", "0", "max_completion_tokens", "invalid_value")]
    [InlineData("max_completion_tokens", "99999999999", "max_completion_tokens", "invalid_type")]
    [InlineData("stop", "[1]", "stop[0]", "invalid_type")]
    [InlineData("stop", "\"\"", "stop", "invalid_value")]
    [InlineData("stop", "{}", "stop", "invalid_type")]
    [InlineData("n", "2", "n", "unsupported_value")]
    [InlineData("top_logprobs", "3", "top_logprobs", "unsupported_value")]
    [InlineData("stream", "\"yes\"", "stream", "invalid_type")]
    [InlineData("logit_bias", "{\"a\":1}", "logit_bias", "invalid_type")]
    [InlineData("logit_bias", "{\"1\":101}", "logit_bias", "invalid_type")]
    [InlineData("logit_bias", "{\"99999999\":1}", "logit_bias", "invalid_value")]
    [InlineData("response_format", "{\"type\":\"xml\"}", "response_format.type", "invalid_value")]
    [InlineData("response_format", "{\"type\":\"json_schema\"}", "response_format.json_schema", "missing_required_parameter")]
    [InlineData("tools", "[{\"type\":\"retrieval\"}]", "tools[0].type", "invalid_value")]
    [InlineData("tools", "[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name", "missing_required_parameter")]
    [InlineData("tool_choice", "\"maybe\"", "tool_choice", "invalid_value")]
    [InlineData("functions", "[]", "functions", "unsupported_value")]
    [InlineData("modalities", "[\"audio\"]", "modalities", "unsupported_value")]
    [InlineData("grammar", "\"root ::= (\"", "grammar", "invalid_value")]
    [InlineData("reasoning_format", "\"sideways\"", "reasoning_format", "invalid_value")]
    public async Task A_wrong_field_is_named_by_its_place(string field, string json, string param, string code)
    {
        await using TinyServer server = await TinyServer.StartAsync();
        JsonObject body = TinyServer.Chat("x");
        body.Remove(field);
        string text = $"{body.ToJsonString()[..^1]},\"{field}\":{json}}}"; // as text, since a JSON node cannot hold all of these

        using HttpResponseMessage response = await server.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(text, Encoding.UTF8, "application/json"), Token);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("error");
        (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()).ShouldBe((param, code));
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("message_zh").GetString()!.Any(c => c is >= '\u4e00' and <= '\u9fff').ShouldBeTrue();
        server.Engine.Statistics().BusySlots.ShouldBe(0);
    }

    [Theory]
    [InlineData("\"\\ud800\":1")]
    [InlineData("\"logit_bias\":{\"\\ud800\":1}")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"\\ud800\":1}}}")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"enum\":[\"\\ud800\"]}}}")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"object\",\"properties\":{\"\\ud800\":{}}}}}")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"$ref\":\"\\ud800\"}}}")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"\\ud800\":\"\\udc00\"}}}]")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":1,\"a\":2}}}]")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"enum\":[\"\\ud800\"]}}}],\"tool_choice\":\"required\"")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":{\"\\ud800\":1}")]
    public async Task Half_a_surrogate_pair_anywhere_is_the_requests_error_at_most(string fields)
    {
        await using TinyServer server = await TinyServer.StartAsync(model: new TinyModel(template: ChatTemplates.DeepSeekR1Tools));
        string text = $"{TinyServer.Chat("x", ("max_tokens", 1)).ToJsonString()[..^1]},{fields}}}";

        using HttpResponseMessage response = await server.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(text, Encoding.UTF8, "application/json"), Token);

        ((int)response.StatusCode).ShouldBeOneOf(200, 400);
    }

    [Fact]
    public async Task Fields_that_are_not_known_or_null_are_ignored()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement answer = await server.AskAsync(TinyServer.Chat(
            "1", ("user", "somebody"), ("store", false), ("metadata", new JsonObject()), ("service_tier", "auto"), ("reasoning_effort", "low"), ("invented_tomorrow", 1), ("top_p", null), ("stop", null), ("tools", null)));

        answer.GetProperty("choices").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task The_model_is_known_by_its_names_alone()
    {
        await using TinyServer server = await TinyServer.StartAsync(aliases: ["tiny", "deepseek-reasoner"]);

        foreach (string name in (string[])["tiny:F16", "TINY", "deepseek-reasoner", ""])
        {
            (await server.AskAsync(TinyServer.Chat("1", ("model", name)))).GetProperty("model").GetString().ShouldBe("tiny:F16");
        }

        JsonElement error = await server.RefusalAsync(TinyServer.Chat("1", ("model", "gpt-4o")), HttpStatusCode.NotFound);
        (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()).ShouldBe(("model_not_found", "model"));
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("tiny:F16");
        await using TinyServer any = await TinyServer.StartAsync(aliases: ["*"]);
        (await any.AskAsync(TinyServer.Chat("1", ("model", "gpt-4o")))).GetProperty("model").GetString().ShouldBe("tiny:F16");
    }

    [Fact]
    public async Task A_prompt_over_the_context_says_how_much_there_is()
    {
        await using TinyServer server = await TinyServer.StartAsync(slots: 2, context: 256);

        JsonElement error = await server.RefusalAsync(TinyServer.Chat(new string('x', 400)));

        (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()).ShouldBe(("messages", "context_length_exceeded"));
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("256");
        (await server.RefusalAsync(TinyServer.Chat(new string('x', 400), ("stream", true)))).GetProperty("code").GetString().ShouldBe("context_length_exceeded");
    }

    [Fact]
    public async Task A_template_that_nobody_knows_leaves_plain_prompts()
    {
        await using TinyServer server = await TinyServer.StartAsync(model: new TinyModel(template: ChatTemplates.Unheard));

        (await server.RefusalAsync(TinyServer.Chat("x"))).GetProperty("code").GetString().ShouldBe("unsupported_template");
        (await server.AskAsync(TinyServer.Completion("say 1"), path: "/v1/completions")).GetProperty("choices")[0].GetProperty("text").GetString().ShouldBe(server.Model.Answers[1]);
    }
}

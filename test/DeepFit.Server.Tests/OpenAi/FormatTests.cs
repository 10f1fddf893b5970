using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepFit.TestModels;

namespace DeepFit.Server.Tests.OpenAi;

/// <summary>Answers in JSON, and calls of functions.</summary>
[Collection(TinyServer.Collection)]
public sealed class FormatTests
{
    private static JsonArray Weather => Tool(new JsonObject { ["type"] = "string" });

    private static JsonArray Tool(JsonObject city) => new(new JsonObject
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = "get_weather",
            ["description"] = "The weather in a city.",
            ["parameters"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["city"] = city }, ["required"] = new JsonArray("city") },
        },
    });

    [Fact]
    public async Task An_answer_is_a_JSON_object_where_that_was_asked_for()
    {
        // the model would say this: valid JSON, and then something that is none
        await using TinyServer server = await TinyServer.StartAsync(model: new TinyModel(["Sure.\n</think>\n\n{\"ab\": [1, \"二\"]} and more"]));

        JsonElement free = await server.AskAsync(TinyServer.Chat("x"));
        JsonElement ruled = await server.AskAsync(TinyServer.Chat("x", ("response_format", new JsonObject { ["type"] = "json_object" })));

        free.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldEndWith("and more");
        string content = ruled.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        JsonDocument.Parse(content).RootElement.GetProperty("ab")[1].GetString().ShouldBe("二");
        ruled.GetProperty("choices")[0].GetProperty("message").GetProperty("reasoning_content").GetString().ShouldBe("Sure.");
    }

    [Fact]
    public async Task An_answer_follows_a_schema()
    {
        await using TinyServer server = await TinyServer.StartAsync(model: new TinyModel(["Hm.\n</think>\n\n{\"count\": 12, \"word\": \"yes\"}!!"]));
        JsonObject Format(string member) => new()
        {
            ["type"] = "json_schema",
            ["json_schema"] = new JsonObject
            {
                ["name"] = "answer",
                ["strict"] = true,
                ["schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { [member] = new JsonObject { ["type"] = "integer" }, ["word"] = new JsonObject { ["enum"] = new JsonArray("yes", "no") } },
                    ["required"] = new JsonArray(member, "word"),
                    ["additionalProperties"] = false,
                },
            },
        };

        JsonElement answer = await server.AskAsync(TinyServer.Chat("x", ("response_format", Format("count"))));

        JsonElement content = JsonDocument.Parse(answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!).RootElement;
        (content.GetProperty("count").GetInt32(), content.GetProperty("word").GetString()).ShouldBe((12, "yes"));
        JsonObject bad = Format("count");
        bad["json_schema"]!["schema"]!["properties"]!["count"]!["multipleOf"] = 2;
        JsonElement error = await server.RefusalAsync(TinyServer.Chat("x", ("response_format", bad)));
        error.GetProperty("param").GetString().ShouldBe("response_format");
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("multipleOf");
    }

    [Fact]
    public async Task A_function_is_called_whole_and_in_a_stream()
    {
        await using TinyServer server = await TinyServer.StartAsync(model: new TinyModel(template: ChatTemplates.DeepSeekR1Tools));

        JsonElement choice = (await server.AskAsync(TinyServer.Chat("weather 3", ("tools", Weather)))).GetProperty("choices")[0];
        List<JsonElement> pieces = await server.StreamAsync(TinyServer.Chat("weather 3", ("tools", Weather), ("tool_choice", "auto")));

        choice.GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        choice.GetProperty("message").GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonElement call = choice.GetProperty("message").GetProperty("tool_calls")[0];
        call.GetProperty("type").GetString().ShouldBe("function");
        call.GetProperty("id").GetString().ShouldNotBeNull().ShouldStartWith("call_");
        call.GetProperty("function").GetProperty("name").GetString().ShouldBe("get_weather");
        JsonDocument.Parse(call.GetProperty("function").GetProperty("arguments").GetString()!).RootElement.GetProperty("city").GetString().ShouldBe("杭州");
        JsonElement streamed = pieces.Select(p => p.GetProperty("choices")[0].GetProperty("delta")).Single(d => d.TryGetProperty("tool_calls", out _)).GetProperty("tool_calls")[0];
        streamed.GetProperty("index").GetInt32().ShouldBe(0);
        streamed.GetProperty("function").GetProperty("arguments").GetString().ShouldBe(call.GetProperty("function").GetProperty("arguments").GetString());
        pieces[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        ChatTests.Text(pieces, "content").ShouldBe("");
    }

    [Theory]
    [InlineData("""{"type":"json_object"}""")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}}}""")]
    public async Task Where_the_answer_is_to_be_JSON_a_function_may_be_called_instead(string format)
    {
        await using TinyServer server = await TinyServer.StartAsync(model: new TinyModel(template: ChatTemplates.DeepSeekR1Tools));

        JsonElement called = (await server.AskAsync(TinyServer.Chat("weather 3", ("tools", Weather), ("response_format", JsonNode.Parse(format))))).GetProperty("choices")[0];
        JsonElement answered = (await server.AskAsync(
            TinyServer.Chat("weather 3", ("tools", Weather), ("tool_choice", "none"), ("response_format", JsonNode.Parse(format)), ("max_tokens", 400)))).GetProperty("choices")[0];

        called.GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        JsonElement function = called.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function");
        JsonDocument.Parse(function.GetProperty("arguments").GetString()!).RootElement.GetProperty("city").GetString().ShouldBe("杭州");
        answered.GetProperty("message").TryGetProperty("tool_calls", out _).ShouldBeFalse();
        answered.GetProperty("message").GetProperty("content").GetString().ShouldNotBeNull().TrimStart().ShouldStartWith("{");
    }

    [Fact]
    public async Task A_function_may_be_forbidden_or_demanded()
    {
        await using TinyServer server = await TinyServer.StartAsync(model: new TinyModel(template: ChatTemplates.DeepSeekR1Tools));

        JsonElement none = (await server.AskAsync(TinyServer.Chat("weather 3", ("tools", Weather), ("tool_choice", "none")))).GetProperty("choices")[0];
        none.GetProperty("message").TryGetProperty("tool_calls", out _).ShouldBeFalse();

        foreach (JsonNode choice in (JsonNode[])["required", new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = "get_weather" } }])
        {
            // asked with 3 the model calls by itself; asked with 1 it would rather talk, and the grammar alone leads it
            JsonArray tools = Tool(new JsonObject { ["enum"] = new JsonArray("Paris", "Oslo") });
            JsonElement demanded = (await server.AskAsync(
                TinyServer.Chat("weather 1", ("tools", tools), ("tool_choice", choice), ("parallel_tool_calls", false), ("max_tokens", 400)))).GetProperty("choices")[0];
            demanded.GetProperty("finish_reason").GetString().ShouldBe("tool_calls", demanded.ToString());
            JsonElement function = demanded.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function");
            function.GetProperty("name").GetString().ShouldBe("get_weather");
            JsonDocument.Parse(function.GetProperty("arguments").GetString()!).RootElement.GetProperty("city").GetString().ShouldBeOneOf("Paris", "Oslo");
        }

        JsonElement unknown = await server.RefusalAsync(TinyServer.Chat(
            "x", ("tools", Weather), ("tool_choice", new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = "other" } })));
        unknown.GetProperty("param").GetString().ShouldBe("tool_choice.function.name");
        unknown.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("get_weather");
        (await server.RefusalAsync(TinyServer.Chat("x", ("tool_choice", "required")))).GetProperty("param").GetString().ShouldBe("tools");
    }

    [Fact]
    public async Task A_template_without_a_place_for_functions_is_told_with_the_reason()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement error = await server.RefusalAsync(TinyServer.Chat("x", ("tools", Weather)));

        (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()).ShouldBe(("tools", "unsupported_tools"));
        (await server.AskAsync(TinyServer.Chat("1", ("tools", Weather), ("tool_choice", "none")), HttpStatusCode.OK)).GetProperty("choices").GetArrayLength().ShouldBe(1);
    }
}

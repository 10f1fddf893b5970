using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepFit.Server.Tests.OpenAi;

[Collection(TinyServer.Collection)]
public sealed class CompletionTests
{
    private const string Path = "/v1/completions";

    [Fact]
    public async Task A_text_or_tokens_are_continued_whole_and_in_a_stream()
    {
        await using TinyServer server = await TinyServer.StartAsync();
        int[] tokens = server.Engine.Tokenizer.Tokenize("say 2", addBeginning: true, parseSpecial: true);
        string expected = server.Model.Answers[2];

        foreach (JsonNode prompt in (JsonNode[])["say 2", new JsonArray("say 2"), new JsonArray([.. tokens.Select(t => (JsonNode)t)]), new JsonArray(new JsonArray([.. tokens.Select(t => (JsonNode)t)]))])
        {
            JsonElement answer = await server.AskAsync(TinyServer.Completion(prompt), path: Path);
            answer.GetProperty("object").GetString().ShouldBe("text_completion");
            answer.GetProperty("id").GetString().ShouldNotBeNull().ShouldStartWith("cmpl-");
            answer.GetProperty("choices")[0].GetProperty("text").GetString().ShouldBe(expected);
            answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
            answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(tokens.Length);
        }

        List<JsonElement> pieces = await server.StreamAsync(TinyServer.Completion("say 2", ("stream_options", new JsonObject { ["include_usage"] = true })), Path);
        string.Concat(pieces[..^1].Select(p => p.GetProperty("choices")[0].GetProperty("text").GetString())).ShouldBe(expected);
        pieces[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
        pieces[^1].GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(tokens.Length);
    }

    [Fact]
    public async Task Log_probabilities_come_in_the_older_form()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement choice = (await server.AskAsync(TinyServer.Completion("say 2", ("logprobs", 2), ("max_tokens", 8)), path: Path)).GetProperty("choices")[0];

        JsonElement told = choice.GetProperty("logprobs");
        told.GetProperty("tokens").GetArrayLength().ShouldBe(8);
        told.GetProperty("token_logprobs").GetArrayLength().ShouldBe(8);
        told.GetProperty("top_logprobs")[0].EnumerateObject().Count().ShouldBe(2);
        told.GetProperty("text_offset")[1].GetInt32().ShouldBe(told.GetProperty("tokens")[0].GetString()!.Length);
        string.Concat(told.GetProperty("tokens").EnumerateArray().Select(t => t.GetString())).ShouldBe(choice.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Offsets_lead_into_the_text_also_where_tokens_split_characters()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement choice = (await server.AskAsync(TinyServer.Completion("say 0", ("logprobs", 0)), path: Path)).GetProperty("choices")[0];
        List<JsonElement> pieces = await server.StreamAsync(TinyServer.Completion("say 0", ("logprobs", 0)), Path);

        string text = choice.GetProperty("text").GetString()!;
        string[] tokens = [.. choice.GetProperty("logprobs").GetProperty("tokens").EnumerateArray().Select(t => t.GetString()!)];
        int[] offsets = [.. choice.GetProperty("logprobs").GetProperty("text_offset").EnumerateArray().Select(o => o.GetInt32())];
        tokens.Count(t => t.Contains('\uFFFD', StringComparison.Ordinal)).ShouldBeGreaterThan(10);
        for (int i = 0; i < tokens.Length; i++)
        {
            if (!tokens[i].Contains('\uFFFD', StringComparison.Ordinal))
            {
                text[offsets[i]..].ShouldStartWith(tokens[i]);
            }
        }

        offsets.ShouldBe(offsets.Order());
        pieces.Select(p => p.GetProperty("choices")[0].GetProperty("logprobs")).Where(l => l.ValueKind == JsonValueKind.Object)
            .SelectMany(l => l.GetProperty("text_offset").EnumerateArray().Select(o => o.GetInt32())).ShouldBe(offsets);
    }

    [Fact]
    public async Task Generation_goes_on_past_its_end_where_that_was_asked_for()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement answer = await server.AskAsync(TinyServer.Completion("say 2", ("ignore_eos", true), ("max_tokens", 200), ("cache_prompt", false)), path: Path);

        answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(200);
        Encoding.UTF8.GetByteCount(answer.GetProperty("choices")[0].GetProperty("text").GetString()!).ShouldBeGreaterThan(Encoding.UTF8.GetByteCount(server.Model.Answers[2]));
    }

    [Theory]
    [InlineData("prompt", "[\"a\",\"b\"]", "unsupported_value")]
    [InlineData("prompt", "{}", "invalid_type")]
    [InlineData("prompt", "[1.5]", "invalid_type")]
    [InlineData("prompt", "[99999999]", "invalid_value")]
    [InlineData("prompt", "[]", "invalid_value")]
    [InlineData("echo", "true", "unsupported_value")]
    [InlineData("suffix", "\"x\"", "unsupported_value")]
    [InlineData("best_of", "2", "unsupported_value")]
    [InlineData("logprobs", "6", "invalid_value")]
    [InlineData("n", "2", "unsupported_value")]
    public async Task What_is_not_served_is_named(string field, string json, string code)
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement error = await server.RefusalAsync(TinyServer.Completion("x", (field, JsonNode.Parse(json))), path: Path);

        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("param").GetString().ShouldNotBeNull().ShouldStartWith(field);
    }

    [Fact]
    public async Task A_prompt_over_the_context_is_the_prompts_error()
    {
        await using TinyServer server = await TinyServer.StartAsync(context: 256);

        JsonElement error = await server.RefusalAsync(TinyServer.Completion(new string('x', 400)), path: Path);

        (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()).ShouldBe(("prompt", "context_length_exceeded"));
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepFit.TestModels;

namespace DeepFit.Server.Tests.OpenAi;

[Collection(TinyServer.Collection)]
public sealed class ChatTests
{
    private static readonly string[] Thinking = [.. TinyModel.ThinkingAnswer.Split("</think>").Select(part => part.Trim())];

    [Fact]
    public async Task The_answer_comes_byte_for_byte_with_its_reasoning_apart_and_all_that_it_took()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement answer = await server.AskAsync(TinyServer.Chat("你好"));

        answer.GetProperty("id").GetString().ShouldNotBeNull().ShouldStartWith("chatcmpl-");
        answer.GetProperty("object").GetString().ShouldBe("chat.completion");
        answer.GetProperty("model").GetString().ShouldBe("tiny:F16");
        answer.GetProperty("created").GetInt64().ShouldBeGreaterThan(1_700_000_000);
        answer.GetProperty("system_fingerprint").GetString().ShouldNotBeNull().ShouldStartWith("deepfit-");
        JsonElement choice = answer.GetProperty("choices")[0];
        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        choice.GetProperty("logprobs").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonElement message = choice.GetProperty("message");
        (message.GetProperty("reasoning_content").GetString(), message.GetProperty("content").GetString()).ShouldBe((Thinking[0], Thinking[1]));
        message.GetProperty("role").GetString().ShouldBe("assistant");
        JsonElement usage = answer.GetProperty("usage");
        int generated = server.Model.TokensOf(0) + 1;
        usage.GetProperty("completion_tokens").GetInt32().ShouldBe(generated);
        usage.GetProperty("total_tokens").GetInt32().ShouldBe(generated + usage.GetProperty("prompt_tokens").GetInt32());
        usage.GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32().ShouldBeInRange(10, generated - 10);
        usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32().ShouldBe(0);
        JsonElement timings = answer.GetProperty("timings");
        timings.GetProperty("prompt_n").GetInt32().ShouldBe(usage.GetProperty("prompt_tokens").GetInt32());
        timings.GetProperty("predicted_n").GetInt32().ShouldBe(generated);
        timings.GetProperty("prompt_per_second").GetDouble().ShouldBeGreaterThan(0);
        timings.GetProperty("predicted_per_second").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_stream_says_what_a_whole_answer_says()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        foreach (int digit in (int[])[0, 1, 2])
        {
            JsonElement whole = await server.AskAsync(TinyServer.Chat($"question {digit}"));
            List<JsonElement> pieces = await server.StreamAsync(TinyServer.Chat($"question {digit}", ("stream_options", new JsonObject { ["include_usage"] = true })));

            JsonElement message = whole.GetProperty("choices")[0].GetProperty("message");
            Text(pieces, "content").ShouldBe(message.GetProperty("content").GetString());
            Text(pieces, "reasoning_content").ShouldBe(message.GetProperty("reasoning_content").GetString());
            JsonElement[] choices = [.. pieces[..^1].Select(p => p.GetProperty("choices")[0])];
            choices[0].GetProperty("delta").GetProperty("role").GetString().ShouldBe("assistant");
            choices[..^1].ShouldAllBe(c => c.GetProperty("finish_reason").ValueKind == JsonValueKind.Null);
            choices[^1].GetProperty("finish_reason").GetString().ShouldBe("stop");
            pieces[..^1].ShouldAllBe(p => p.GetProperty("usage").ValueKind == JsonValueKind.Null);
            pieces.Select(p => p.GetProperty("id").GetString()).Distinct().Count().ShouldBe(1);
            pieces.ShouldAllBe(p => p.GetProperty("object").GetString() == "chat.completion.chunk");
            pieces[^1].GetProperty("choices").GetArrayLength().ShouldBe(0);
            pieces[^1].GetProperty("timings").GetProperty("predicted_n").GetInt32().ShouldBe(server.Model.TokensOf(digit) + 1);
            JsonElement usage = pieces[^1].GetProperty("usage");
            usage.GetProperty("completion_tokens").GetInt32().ShouldBe(whole.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
            usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32().ShouldBe(usage.GetProperty("prompt_tokens").GetInt32() - 1);
        }
    }

    [Fact]
    public async Task Usage_is_told_in_a_stream_only_where_it_was_asked_for()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        List<JsonElement> pieces = await server.StreamAsync(TinyServer.Chat("1"));

        pieces.ShouldAllBe(p => p.GetProperty("choices").GetArrayLength() == 1);
        pieces.Any(p => p.TryGetProperty("usage", out _)).ShouldBeFalse();
        pieces[^1].GetProperty("timings").GetProperty("predicted_n").GetInt32().ShouldBe(server.Model.TokensOf(1) + 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sixteen_clients_at_once_get_what_one_gets(bool stream)
    {
        await using TinyServer server = await TinyServer.StartAsync(slots: 8, context: 512);
        JsonObject Question(int i) => TinyServer.Chat($"{new string('用', i * 3)} {i % 3} client {(char)('a' + i)}");

        string[] together = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i => stream
            ? Text(await server.StreamAsync(Question(i)), "content")
            : (await server.AskAsync(Question(i))).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!));

        for (int i = 0; i < together.Length; i++)
        {
            Encoding.UTF8.GetBytes(together[i]).ShouldBe(Encoding.UTF8.GetBytes(server.Model.Answers[i % 3].Split("</think>")[1].Trim()));
        }

        server.Engine.Statistics().BusySlots.ShouldBe(0);
    }

    [Fact]
    public async Task A_stop_text_ends_the_answer_and_is_no_part_of_it()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        foreach (JsonNode stop in (JsonNode[])[JsonValue.Create("END"), new JsonArray("nothing", "END")])
        {
            JsonElement choice = (await server.AskAsync(TinyServer.Chat("2", ("stop", stop)))).GetProperty("choices")[0];
            choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("First line.\n");
            choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        }

        Text(await server.StreamAsync(TinyServer.Chat("2", ("stop", "END"))), "content").ShouldBe("First line.\n");
    }

    [Theory]
    [InlineData("max_tokens", 5, 5)]
    [InlineData("max_completion_tokens", 7, 7)]
    [InlineData("max_completion_tokens", 5000, 20)]
    [InlineData(null, 0, 20)]
    public async Task Length_is_limited_by_the_request_and_by_the_server(string? field, int asked, int expected)
    {
        await using TinyServer server = await TinyServer.StartAsync(mostOutput: 20);

        JsonElement answer = await server.AskAsync(field is null ? TinyServer.Chat("你好") : TinyServer.Chat("你好", (field, asked)));

        answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(expected);
        answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("length");
    }

    [Fact]
    public async Task A_seed_repeats_what_chance_chose()
    {
        await using TinyServer server = await TinyServer.StartAsync();
        async Task<string> Say(long seed) => (await server.AskAsync(TinyServer.Chat(
            "1", ("temperature", 50), ("top_p", 1), ("seed", seed), ("max_tokens", 30)))).GetProperty("choices")[0].GetProperty("message").ToString();

        string first = await Say(42);

        (await Say(42)).ShouldBe(first);
        (await Say(43)).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_bias_forbids_a_token_and_penalties_are_taken()
    {
        await using TinyServer server = await TinyServer.StartAsync();
        JsonElement usual = await server.AskAsync(TinyServer.Completion("say 2", ("max_tokens", 1), ("logprobs", 0)), path: "/v1/completions");
        int first = server.Engine.Tokenizer.Tokenize(usual.GetProperty("choices")[0].GetProperty("text").GetString()!, addBeginning: false, parseSpecial: true).Length;
        first.ShouldBeGreaterThan(0);
        int token = Enumerable.Range(0, server.Engine.Tokenizer.Count).First(t => server.Engine.Tokenizer.Detokenize([t]) == usual.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("tokens")[0].GetString());

        JsonElement biased = await server.AskAsync(
            TinyServer.Completion("say 2", ("max_tokens", 1), ("logit_bias", new JsonObject { [token.ToString(System.Globalization.CultureInfo.InvariantCulture)] = -100 })), path: "/v1/completions");
        JsonElement penalized = await server.AskAsync(TinyServer.Chat("1", ("frequency_penalty", 0.5), ("presence_penalty", -0.5), ("top_k", 5), ("min_p", 0.01), ("repeat_penalty", 1.05)));

        biased.GetProperty("choices")[0].GetProperty("text").GetString().ShouldNotBe(usual.GetProperty("choices")[0].GetProperty("text").GetString());
        penalized.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Log_probabilities_spell_the_answer_and_the_reasoning()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement choice = (await server.AskAsync(TinyServer.Chat("1", ("logprobs", true), ("top_logprobs", 3)))).GetProperty("choices")[0];
        List<JsonElement> pieces = await server.StreamAsync(TinyServer.Chat("1", ("logprobs", true), ("top_logprobs", 3)));

        JsonElement[] answer = [.. choice.GetProperty("logprobs").GetProperty("content").EnumerateArray()];
        JsonElement[] reasoning = [.. choice.GetProperty("logprobs").GetProperty("reasoning_content").EnumerateArray()];
        Spell(answer).TrimStart().ShouldBe(choice.GetProperty("message").GetProperty("content").GetString());
        Spell(reasoning).ShouldContain(choice.GetProperty("message").GetProperty("reasoning_content").GetString()!);
        (answer.Length + reasoning.Length).ShouldBe(server.Model.TokensOf(1));
        foreach (JsonElement token in answer)
        {
            token.GetProperty("logprob").GetDouble().ShouldBeInRange(-1, 0);
            token.GetProperty("top_logprobs").GetArrayLength().ShouldBe(3);
            token.GetProperty("top_logprobs")[0].GetProperty("logprob").GetDouble().ShouldBe(token.GetProperty("logprob").GetDouble());
        }

        JsonElement[] streamed = [.. pieces.Select(p => p.GetProperty("choices")[0].GetProperty("logprobs")).Where(l => l.ValueKind == JsonValueKind.Object)
            .SelectMany(l => l.GetProperty("content").EnumerateArray())];
        Spell(streamed).ShouldBe(Spell(answer));
        // where the tag is a token of its own, as in real models, nothing but the answer is among the answer's
        JsonElement[] whole = [.. (await server.AskAsync(TinyServer.Chat("0", ("logprobs", true)))).GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray()];
        Spell(whole).TrimStart('\n').ShouldBe(Thinking[1]);
    }

    [Fact]
    public async Task Messages_may_be_parts_of_text_and_have_every_role()
    {
        await using TinyServer server = await TinyServer.StartAsync();
        JsonObject body = TinyServer.Chat("", ("messages", new JsonArray(
            new JsonObject { ["role"] = "developer", ["content"] = "Be brief." },
            new JsonObject { ["role"] = "system", ["content"] = new JsonArray(Part("Speak "), Part("English.")) },
            new JsonObject { ["role"] = "user", ["content"] = "hi", ["name"] = "somebody" },
            new JsonObject { ["role"] = "assistant", ["content"] = "<think>\nold 9\n</think>\n\nhello", ["reasoning_content"] = "old 9" },
            new JsonObject { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = "c", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = "{}" } }) },
            new JsonObject { ["role"] = "tool", ["content"] = "result", ["tool_call_id"] = "c" },
            new JsonObject { ["role"] = "user", ["content"] = new JsonArray(Part("number "), Part("1")) })));

        JsonElement answer = await server.AskAsync(body);

        answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldBe(server.Model.Answers[1].Split("</think>")[1].Trim());
        JsonObject Part(string text) => new() { ["type"] = "text", ["text"] = text };
    }

    [Fact]
    public async Task Reasoning_may_be_left_in_the_answer()
    {
        await using TinyServer server = await TinyServer.StartAsync();

        JsonElement message = (await server.AskAsync(TinyServer.Chat("1", ("reasoning_format", "none")))).GetProperty("choices")[0].GetProperty("message");

        message.GetProperty("content").GetString().ShouldBe(server.Model.Answers[1]);
        message.TryGetProperty("reasoning_content", out _).ShouldBeFalse();
    }

    internal static string Text(IEnumerable<JsonElement> pieces, string field) => string.Concat(pieces
        .Where(p => p.GetProperty("choices").GetArrayLength() > 0)
        .Select(p => p.GetProperty("choices")[0].GetProperty("delta"))
        .Select(d => d.TryGetProperty(field, out JsonElement text) ? text.GetString() : ""));

    private static string Spell(IEnumerable<JsonElement> tokens) =>
        Encoding.UTF8.GetString([.. tokens.SelectMany(t => t.GetProperty("bytes").EnumerateArray().Select(b => b.GetByte()))]);
}

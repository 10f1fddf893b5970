using System.Text;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.TestModels;

namespace DeepFit.Engine.Tests.LlamaCpp.Inference;

[Collection(DeepFit.Engine.Tests.LlamaCpp.Engine.Collection)]
public sealed class SamplingTests(TinyEngine tiny) : IClassFixture<TinyEngine>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_texts_end_the_answer_and_are_no_part_of_it()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        var pieces = new StringBuilder();
        await using Generation generation = engine.Start(InferenceEngineTests.Chat("2") with { Stop = ["nowhere", "\nEND\n", "Easy"] }, Token);
        await foreach (GenerationChunk chunk in generation.ReadAsync(Token))
        {
            pieces.Append(chunk.Kind == ChunkKind.Answer ? chunk.Text : "");
        }

        GenerationResult result = await generation.Completion;

        (result.Answer, result.Finish, result.StopText).ShouldBe(("First line.", FinishReason.Stop, "\nEND\n"));
        pieces.ToString().ShouldBe("First line.");
        result.Reasoning.ShouldBe("Easy.", "stop texts are not looked for in the reasoning");
    }

    [Fact]
    public async Task Most_tokens_end_it_and_half_a_character_is_not_told_as_one()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();

        GenerationResult result = await engine.Start(InferenceEngineTests.Chat("hi") with { MaxTokens = 1, SeparateReasoning = false }, Token).CollectAsync(Token);

        (result.Finish, result.Usage.GeneratedTokens).ShouldBe((FinishReason.Length, 1));
        result.Answer.ShouldBe("\uFFFD"); // two of the first character's three bytes: nothing more will come
    }

    [Fact]
    public async Task A_seed_repeats_an_answer_and_another_gives_another()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        GenerationRequest hot = InferenceEngineTests.Chat("dice") with
        {
            Sampling = new SamplingOptions { Temperature = 100, TopP = 1, Seed = 7 },
            MaxTokens = 20,
            IgnoreEnd = true,
            SeparateReasoning = false,
        };

        string[] same = [await Say(hot), await Say(hot)];
        string other = await Say(hot with { Sampling = hot.Sampling with { Seed = 8 } });

        same[0].ShouldBe(same[1]);
        other.ShouldNotBe(same[0]);

        async Task<string> Say(GenerationRequest request) => (await engine.Start(request, Token).CollectAsync(Token)).Answer;
    }

    [Fact]
    public async Task R1s_recommended_settings_are_the_defaults_and_say_the_sure_answer()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();

        GenerationResult result = await engine.Start(new GenerationRequest { Chat = [ChatTurn.User("1")], SeparateReasoning = false }, Token).CollectAsync(Token);

        (SamplingOptions.Default.Temperature, SamplingOptions.Default.TopP).ShouldBe((0.6, 0.95));
        result.Answer.ShouldBe(TinyModel.SecondAnswer);
    }

    [Fact]
    public async Task A_bias_forbids_and_forces_tokens()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        int x = engine.Tokenizer.Tokenize("x", addBeginning: false, parseSpecial: false).ShouldHaveSingleItem();
        GenerationRequest request = InferenceEngineTests.Chat("1") with
        {
            Sampling = SamplingOptions.Greedy with { LogitBias = new Dictionary<int, float> { [x] = 1000 } },
            MaxTokens = 3,
            SeparateReasoning = false,
        };

        (await engine.Start(request, Token).CollectAsync(Token)).Answer.ShouldBe("xxx");
    }

    [Fact]
    public async Task Log_probabilities_are_the_models_own()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        var told = new List<TokenLogProb>();
        await using Generation generation = engine.Start(InferenceEngineTests.Chat("1") with { LogProbs = 3, SeparateReasoning = false }, Token);
        await foreach (GenerationChunk chunk in generation.ReadAsync(Token))
        {
            chunk.LogProbs.ShouldNotBeNull().Count.ShouldBe(chunk.Tokens);
            told.AddRange(chunk.LogProbs);
        }

        told.Count.ShouldBe(tiny.Model.TokensOf(1));
        Encoding.UTF8.GetString([.. told.SelectMany(t => t.Bytes.ToArray())]).ShouldBe(TinyModel.SecondAnswer);
        foreach (TokenLogProb token in told)
        {
            token.LogProb.ShouldBeInRange(-1e-3, 0);
            token.Top.Count.ShouldBe(3);
            token.Top[0].Token.ShouldBe(token.Token);
            token.Top.Select(t => t.LogProb).ShouldBeInOrder(SortDirection.Descending);
        }
    }

    [Fact]
    public async Task A_grammar_rules_the_answer_and_leaves_the_reasoning_free()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"city":{"enum":["杭州","北京"]},"n":{"type":"boolean"}},"required":["city","n"],"additionalProperties":false}""");

        GenerationResult result = await engine.Start(
            InferenceEngineTests.Chat("1") with { Grammar = JsonGrammar.FromSchema(schema.RootElement), MaxTokens = 300 }, Token).CollectAsync(Token);

        result.Reasoning.ShouldBe(TinyModel.SecondAnswer.Split("</think>")[0].Trim());
        using var answer = JsonDocument.Parse(result.Answer);
        answer.RootElement.GetProperty("city").GetString().ShouldBeOneOf("杭州", "北京");
        answer.RootElement.GetProperty("n").ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
        result.Finish.ShouldBe(FinishReason.Stop);
    }

    [Fact]
    public async Task A_grammar_that_is_none_and_settings_out_of_range_are_refused()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        GenerationRequest request = InferenceEngineTests.Chat("1");

        Should.Throw<GenerationRequestException>(() => engine.Start(request with { Grammar = "root ::= (" }, Token)).Parameter.ShouldBe("response_format");
        Should.Throw<GenerationRequestException>(() => engine.Start(request with { Sampling = new SamplingOptions { Temperature = -1 } }, Token)).Parameter.ShouldBe("temperature");
        Should.Throw<GenerationRequestException>(() => engine.Start(request with { Sampling = new SamplingOptions { TopP = 0 } }, Token)).Parameter.ShouldBe("top_p");
        Should.Throw<GenerationRequestException>(() => engine.Start(request with { Stop = [""] }, Token)).Parameter.ShouldBe("stop");
        Should.Throw<GenerationRequestException>(() => engine.Start(request with { MaxTokens = 0 }, Token)).Parameter.ShouldBe("max_tokens");
        Should.Throw<GenerationRequestException>(() => engine.Start(request with { Chat = null, PromptTokens = [1_000_000] }, Token)).Parameter.ShouldBe("prompt");
        Should.Throw<GenerationRequestException>(() => engine.Start(request with { Tools = [new ChatTool("f", null, "{}")] }, Token)).Code.ShouldBe("unsupported_tools");
        (await engine.Start(request with { SeparateReasoning = false }, Token).CollectAsync(Token)).Answer.ShouldBe(TinyModel.SecondAnswer, "errors of one request harm no other");
    }

    [Theory]
    [InlineData("No JSON at all.", "")]
    [InlineData("<think>\nHm.\n</think>\n\n{\"ok\": 7} and more", "Hm.")]
    [InlineData("\n\n{\"ok\": 7} and more", "")]
    public async Task A_grammar_rules_the_answer_from_its_first_token_where_the_model_opens_its_reasoning_itself_or_not_at_all(string said, string reasoning)
    {
        await using InferenceEngine engine = await tiny.LoadAsync(model: new TinyModel([said], ChatTemplates.DeepSeekR1First));

        GenerationResult result = await engine.Start(InferenceEngineTests.Chat("x") with { Grammar = "root ::= \"\\n\"{0,2} \"{\\\"ok\\\": \" [0-9] \"}\"", MaxTokens = 100 }, Token).CollectAsync(Token);

        result.Finish.ShouldBe(FinishReason.Stop);
        result.Reasoning.ShouldBe(reasoning);
        using var answer = JsonDocument.Parse(result.Answer);
        answer.RootElement.GetProperty("ok").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    public async Task A_bias_that_forbids_all_that_a_grammar_allows_ends_the_answer(double temperature)
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        int x = engine.Tokenizer.Tokenize("x", addBeginning: false, parseSpecial: false).ShouldHaveSingleItem();
        var sampling = new SamplingOptions { Temperature = temperature, LogitBias = new Dictionary<int, float> { [x] = float.NegativeInfinity } };

        GenerationResult result = await engine.Start(
            new GenerationRequest { Prompt = "1", Grammar = "root ::= \"x\"", Sampling = sampling, MaxTokens = 10 }, Token).CollectAsync(Token);

        (result.Answer, result.Finish).ShouldBe(("", FinishReason.Stop));
    }

    [Fact]
    public async Task Log_probabilities_end_where_the_text_ends_that_a_stop_text_cut()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        var told = new List<TokenLogProb>();
        await using Generation generation = engine.Start(InferenceEngineTests.Chat("2") with { Stop = ["\nEND\nnever"], LogProbs = 0, SeparateReasoning = false }, Token);
        await foreach (GenerationChunk chunk in generation.ReadAsync(Token))
        {
            chunk.LogProbs.ShouldNotBeNull().Count.ShouldBe(chunk.Tokens);
            told.AddRange(chunk.LogProbs);
        }

        GenerationResult result = await generation.Completion;
        result.Finish.ShouldBe(FinishReason.Stop);
        string spelled = Encoding.UTF8.GetString([.. told.SelectMany(t => t.Bytes.ToArray())]);
        spelled.ShouldStartWith(result.Answer);
        (spelled.Length - result.Answer.Length).ShouldBeLessThan(told[^1].Bytes.Length, "the last token has a part in the text");
    }

    [Fact]
    public async Task The_seed_that_is_told_repeats_the_answer_whichever_was_asked_for()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        GenerationRequest hot = InferenceEngineTests.Chat("dice") with
        {
            Sampling = new SamplingOptions { Temperature = 100, TopP = 1, Seed = uint.MaxValue },
            MaxTokens = 20,
            IgnoreEnd = true,
            SeparateReasoning = false,
        };

        GenerationResult first = await engine.Start(hot, Token).CollectAsync(Token);
        GenerationResult again = await engine.Start(hot with { Sampling = hot.Sampling with { Seed = first.Seed } }, Token).CollectAsync(Token);

        again.Answer.ShouldBe(first.Answer);
    }

    [Fact]
    public void The_likeliest_token_is_the_first_of_the_highest()
    {
        var random = new Random(3);
        for (int length = 1; length < 70; length++)
        {
            float[] logits = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-5, 5))];
            TokenSampler.Likeliest(logits).ShouldBe(Array.IndexOf(logits, logits.Max()));
        }
    }
}

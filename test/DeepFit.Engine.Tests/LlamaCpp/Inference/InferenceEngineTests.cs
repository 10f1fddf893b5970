using System.Text;
using DeepFit.Core.Gguf;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.TestModels;

namespace DeepFit.Engine.Tests.LlamaCpp.Inference;

[Collection(DeepFit.Engine.Tests.LlamaCpp.Engine.Collection)]
public sealed class InferenceEngineTests(TinyEngine tiny) : IClassFixture<TinyEngine>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_model_says_the_answer_that_its_weights_spell_byte_for_byte()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();

        GenerationResult result = await engine.Start(Chat("你好") with { SeparateReasoning = false }, Token).CollectAsync(Token);

        Encoding.UTF8.GetBytes(result.Answer).ShouldBe(Encoding.UTF8.GetBytes(TinyModel.ThinkingAnswer));
        result.Finish.ShouldBe(FinishReason.Stop);
        result.Usage.GeneratedTokens.ShouldBe(tiny.Model.TokensOf(0) + 1);
    }

    [Fact]
    public async Task Reasoning_and_answer_come_apart_in_whole_characters()
    {
        await using InferenceEngine engine = await tiny.LoadAsync();
        var reasoning = new StringBuilder();
        var answer = new StringBuilder();
        int tokens = 0;

        await using Generation generation = engine.Start(Chat("你好"), Token);
        await foreach (GenerationChunk chunk in generation.ReadAsync(Token))
        {
            chunk.Text.ShouldNotContain('\uFFFD');
            chunk.Text.Length.ShouldBeGreaterThan(0);
            (chunk.Kind == ChunkKind.Reasoning ? reasoning : answer).Append(chunk.Text);
            tokens += chunk.Tokens;
        }

        string[] parts = TinyModel.ThinkingAnswer.Split("</think>");
        reasoning.ToString().ShouldBe(parts[0].Trim());
        answer.ToString().ShouldBe(parts[1].Trim());
        GenerationResult result = await generation.Completion;
        (result.Reasoning, result.Answer).ShouldBe((reasoning.ToString(), answer.ToString()));
        result.Usage.ReasoningTokens.ShouldBeInRange(20, result.Usage.GeneratedTokens - 10);
        tokens.ShouldBe(result.Usage.GeneratedTokens - 1); // the end has no text
        result.Timings.FirstToken.ShouldNotBeNull();
        result.Timings.TokensPerSecond.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(GgmlType.F16, true)]
    [InlineData(GgmlType.Q8_0, true)]
    [InlineData(GgmlType.F16, false)]
    public async Task The_prompt_decides_the_answer_through_the_cache(GgmlType cache, bool flashAttention)
    {
        await using InferenceEngine engine = await tiny.LoadAsync(options: o => o with { KvTypeK = cache, KvTypeV = cache, FlashAttention = flashAttention });

        foreach (int digit in (int[])[2, 1, 0, 3])
        {
            string prompt = $"{new string('x', 150)} {digit} {new string('y', 150)}";
            GenerationResult result = await engine.Start(Chat(prompt) with { SeparateReasoning = false }, Token).CollectAsync(Token);
            result.Answer.ShouldBe(tiny.Model.Answers[digit]);
        }
    }

    [Fact]
    public async Task A_template_of_another_family_begins_with_the_token_that_the_model_wants()
    {
        await using InferenceEngine engine = await tiny.LoadAsync(model: new TinyModel(template: "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endfor %}"));
        string rendered = engine.ChatTemplate.Render([ChatTurn.User("1")]).Text;

        GenerationResult result = await engine.Start(Chat("1"), Token).CollectAsync(Token);

        result.Usage.PromptTokens.ShouldBe(engine.Tokenizer.Tokenize(rendered, addBeginning: true, parseSpecial: true).Length);
    }

    [Fact]
    public async Task A_request_after_the_end_is_refused()
    {
        InferenceEngine engine = await tiny.LoadAsync();
        await engine.DisposeAsync();

        Should.Throw<ObjectDisposedException>(() => engine.Start(Chat("1") with { Grammar = "root ::= \"x\"" }, Token));
        Should.Throw<ObjectDisposedException>(() => engine.CountPromptTokens(Chat("1")));
    }

    internal static GenerationRequest Chat(string text) => new() { Chat = [ChatTurn.User(text)], Sampling = SamplingOptions.Greedy };
}

using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Engine.Tests.LlamaCpp.Inference;

[Collection(DeepFit.Engine.Tests.LlamaCpp.Engine.Collection)]
public sealed class JsonGrammarTests(TinyEngine tiny) : IClassFixture<TinyEngine>
{
    [Theory]
    [InlineData("true")]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","minLength":1,"maxLength":5},"b":{"type":["number","null"]},"c \"q\"\\":{"const":"x\n"}},"required":["b"]}""")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":4}""")]
    [InlineData("""{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["next"]}}}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"boolean"}}""")]
    public async Task The_engine_takes_the_grammar_of_a_schema(string schema)
    {
        using var document = JsonDocument.Parse(schema);
        string grammar = JsonGrammar.FromSchema(document.RootElement);
        await using InferenceEngine engine = await tiny.LoadAsync();

        GenerationResult result = await engine.Start(
            new GenerationRequest { Prompt = "1", Grammar = grammar, MaxTokens = 40, Sampling = SamplingOptions.Greedy }, TestContext.Current.CancellationToken)
            .CollectAsync(TestContext.Current.CancellationToken);

        result.Answer.Trim().Length.ShouldBeGreaterThan(0);
        if (result.Finish == FinishReason.Stop)
        {
            using var answer = JsonDocument.Parse(result.Answer);
        }
    }

    [Theory]
    [InlineData("""{"type":"string","pattern":"a+"}""", "pattern")]
    [InlineData("""{"type":"animal"}""", "animal")]
    [InlineData("""{"$ref":"#/nowhere"}""", "#/nowhere")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "maxItems")]
    [InlineData("[]", "object")]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":["a","b"]}""", "'b'")]
    [InlineData("""{"type":"object","required":["b"]}""", "'b'")]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":"a"}""", "required")]
    [InlineData("""{"type":"object","properties":["a"]}""", "properties")]
    [InlineData("""{"type":"object","properties":{"a":{}},"anyOf":[{"required":["a"]},{"required":["b"]}]}""", "anyOf")]
    [InlineData("""{"anyOf":[{"type":"string"}],"oneOf":[{"type":"integer"}]}""", "oneOf")]
    [InlineData("""{"$ref":"#/$defs/a","required":["x"],"$defs":{"a":{"type":"object"}}}""", "required")]
    [InlineData("""{"enum":[]}""", "enum")]
    [InlineData("""{"enum":"a"}""", "enum")]
    [InlineData("""{"minLength":3}""", "minLength")]
    [InlineData("""{"type":[]}""", "type")]
    public void What_would_be_ignored_is_refused_by_name(string schema, string named)
    {
        using var document = JsonDocument.Parse(schema);

        Should.Throw<GenerationRequestException>(() => JsonGrammar.FromSchema(document.RootElement)).Text.En.ShouldContain(named);
    }

    [Fact]
    public void References_may_lead_on_as_far_as_there_are_rules_and_no_further()
    {
        string chain = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"a{i}\":{{\"type\":\"array\",\"items\":{{\"$ref\":\"#/$defs/a{i + 1}\"}}}}"));
        using var document = JsonDocument.Parse($"{{\"$ref\":\"#/$defs/a0\",\"$defs\":{{{chain}}}}}");
        Exception? thrown = null;
        var small = new Thread(() => thrown = Record.Exception(() => JsonGrammar.FromSchema(document.RootElement)), maxStackSize: 256 * 1024);

        small.Start();
        small.Join();

        thrown.ShouldBeOfType<GenerationRequestException>().Text.En.ShouldContain("too large");
    }
}

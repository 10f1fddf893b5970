using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Planning;

public class AnswerLengthTests
{
    [Theory]
    [InlineData("1.5b", 4316.0 / 2849)]
    [InlineData("7b", 3199.0 / 2849)]
    [InlineData("8b", 3199.0 / 2849)]
    [InlineData("14b", 2945.0 / 2849)]
    [InlineData("32b", 1)]
    [InlineData("70b", 1)]
    [InlineData("671b", 1)]
    [InlineData("671b-0528", 23.0 / 12)]
    [InlineData("8b-0528", 23.0 / 12)]
    [InlineData("somebody's.gguf", 1)]
    public void Small_models_and_the_refresh_think_longer_than_the_32B(string variant, double factor) =>
        ReasoningLengths.Default.Factor(variant).ShouldBe(factor, 1e-9);

    [Fact]
    public void Every_length_has_a_source_and_every_assumption_a_reason()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            ReasoningLength[] rows = [.. ReasoningLengths.Default.Of(variant.Id)];
            rows.ShouldNotBeEmpty();
            rows.ShouldAllBe(r => r.Source.En.Length > 0 && (r.Kind == "fact" ? r.Tokens > 0 : r.Note.En.Length > 20 && r.Note.Zh.Any(c => c > 0x2E80)));
            ReasoningLengths.Default.SourceOf(variant.Id)!.En.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void A_long_question_is_longer_in_every_part()
    {
        foreach (UseProfile use in UseProfile.All)
        {
            use.LongEnd.PromptTokens.ShouldBeGreaterThan(use.PromptTokens);
            use.LongEnd.ReasoningTokens.ShouldBeGreaterThan(use.ReasoningTokens);
            use.LongEnd.AnswerTokens.ShouldBeGreaterThan(use.AnswerTokens);
            ContextNeed need = use.ContextFor("1.5b");
            need.TypicalTokens.ShouldBe(use.PromptTokens + use.ReasoningTokensOf("1.5b") + use.AnswerTokens);
            need.LongTokens.ShouldBeGreaterThan(need.TypicalTokens);
            need.Least.ShouldBeGreaterThanOrEqualTo(need.TypicalTokens);
            need.Comfortable.ShouldBeGreaterThanOrEqualTo(need.LongTokens);
        }
    }

    [Theory]
    [InlineData(2048, "cuts R1 off", "2048")]
    [InlineData(8192, "cuts off long thoughts", "4096")]
    public void A_short_context_is_warned_about_with_what_Ollama_would_do(int context, string words, string ollama)
    {
        BilingualText warning = UseProfile.Reasoning.ContextFor("32b").Warning(context, 131072).ShouldNotBeNull();
        warning.En.ShouldContain(words);
        warning.En.ShouldContain("Ollama");
        warning.En.ShouldContain(ollama);
        warning.En.ShouldContain("A context of 16384 holds both");
        warning.Zh.ShouldContain("16384");
    }

    [Fact]
    public void A_context_that_holds_a_long_thought_is_not_warned_about()
    {
        UseProfile.Reasoning.ContextFor("32b").Warning(16384, 131072).ShouldBeNull();
        UseProfile.Reasoning.ContextFor("32b").Warning(4096, 4096).ShouldBeNull("the model has no more");
    }

    [Fact]
    public void A_recommendation_for_too_short_a_context_says_so()
    {
        Recommendation advice = Recommender.Recommend(Machines.Server(), new RecommendRequest { Use = UseProfile.Reasoning, Context = 2048 });
        advice.Pick!.LimitedBy.ShouldBe("context");
        advice.Pick.Reason.En.ShouldContain("Ollama");
        advice.Pick.Reason.Zh.ShouldContain("截断");
        Recommender.Recommend(Machines.Server(), new RecommendRequest { Use = UseProfile.Reasoning, Context = 65536 }).Pick!.LimitedBy.ShouldBeNull();
    }

    /// <summary>The time per token grows linearly with the depth, so the middle of the answer stands for its whole length: checked against the sum over every depth.</summary>
    [Theory]
    [InlineData("7b", "Q4_K_M")]
    [InlineData("70b", "Q4_K_M")]
    [InlineData("671b", "IQ2_XXS")]
    public void Time_to_an_answer_is_the_sum_over_all_depths(string variant, string quantization)
    {
        ModelVariant model = ModelCatalog.Default.Find(variant);
        ModelLayout layout = model.Layout(Quantizations.Find(quantization));
        var speeds = new SpeedEstimator(Machines.Server());
        var options = new RuntimeOptions { Context = 65536 };
        foreach (UseProfile use in (UseProfile[])[UseProfile.Reasoning, UseProfile.Reasoning.LongEnd])
        {
            SpeedEstimate whole = speeds.Estimate(variant, layout, options, use);
            int tokens = whole.ReasoningTokens + whole.AnswerTokens;
            const int Step = 64;
            double seconds = whole.SecondsToFirstToken;
            for (int at = 0; at < tokens; at += Step)
            {
                int count = Math.Min(Step, tokens - at);
                SpeedEstimate here = speeds.Estimate(variant, layout, options, use with { PromptTokens = use.PromptTokens + at, ReasoningTokens = 0, AnswerTokens = count });
                seconds += count / here.GenerationTps;
            }

            whole.SecondsToAnswer.ShouldBe(seconds, seconds * 0.005);
            whole.SecondsToAnswer.ShouldBeInRange(whole.SecondsToAnswerLow, whole.SecondsToAnswerHigh);
        }
    }
}

using System.Text.Json;
using DeepFit.Cli.Tests.Support;

namespace DeepFit.Cli.Tests.Commands;

public sealed class CompareTests
{
    [Fact]
    public async Task Any_pair_has_the_guide_s_claims_compounded_beside_the_measured_scores_and_the_reason()
    {
        JsonElement pair = (await CliRun.Of("compare 7b 32b --json --lang en")).Json.GetProperty("pairs")[0];
        pair.GetProperty("claimed_compute_percent").GetDouble().ShouldBe(357); // 1.14 × 1.75 × 2.29
        pair.GetProperty("claimed_quality_percent").GetDouble().ShouldBe(118); // 1.2 × 1.3 × 1.4
        double measured = pair.GetProperty("benchmark_percent").GetDouble();
        measured.ShouldBeInRange(pair.GetProperty("benchmark_percent_low").GetDouble(), pair.GetProperty("benchmark_percent_high").GetDouble());
        double[] ratios = [72.6 / 55.5, 94.3 / 92.8, 62.1 / 49.1, 57.2 / 37.6, 81.12 / 54.19];
        measured.ShouldBe(100 * (ratios.Average() - 1), 0.1);
        pair.GetProperty("benchmarks").GetArrayLength().ShouldBe(ratios.Length);
        pair.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("cannot grow by 118%");
        pair.GetProperty("seconds_per_token_percent").GetDouble().ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task The_title_of_the_claims_has_the_punctuation_of_its_language()
    {
        (await CliRun.Of("compare 7b 8b --lang zh")).Out.ShouldContain("已知数据对照：7b → 8b");
        (await CliRun.Of("compare 7b 8b --lang en")).Out.ShouldContain("what is known: 7b → 8b");
    }

    [Theory]
    [InlineData("7b 8b", "+20%", "different models")]
    [InlineData("8b 7b", "+20%", "7b → 8b")]
    [InlineData("70b 671b", "+100%", "of its 671B parameters")]
    [InlineData("14b 14b:Q8_0", "", "")]
    [InlineData("8b 8b-0528", "makes no claim about 8b and 8b-0528", "published benchmarks")]
    public async Task Screens_say_claim_and_reason(string sides, string claim, string reason)
    {
        CliRun run = await CliRun.Of($"compare {sides} --lang en");
        string screen = string.Join(' ', run.Out.Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries));
        screen.ShouldContain(claim);
        screen.ShouldContain(reason);
        if (claim.Length == 0)
        {
            screen.ShouldNotContain("guide");
        }
    }

    [Fact]
    public async Task Benchmarks_that_are_counted_differently_are_not_compared()
    {
        // R1's own MMLU was measured with reasoning, the 70B's without
        JsonElement pair = (await CliRun.Of("compare 70b 671b --json")).Json.GetProperty("pairs")[0];
        pair.GetProperty("benchmarks").EnumerateArray().Select(b => b.GetString()).ShouldBe(["GPQA Diamond", "MATH-500", "LiveCodeBench", "AIME 2024"], ignoreOrder: true);
    }

    [Fact]
    public async Task Up_to_five_are_compared_and_a_sixth_is_one_too_many()
    {
        CliRun five = await CliRun.Of("compare 1.5b 7b:Q8_0 8b 14b 32b:Q3_K_M --json");
        five.Json.GetProperty("configurations").GetArrayLength().ShouldBe(5);
        five.Json.GetProperty("configurations")[1].GetProperty("quantization").GetString().ShouldBe("Q8_0");
        five.Json.GetProperty("pairs").GetArrayLength().ShouldBe(4);
        five.Json.GetProperty("differences")[0].GetProperty("values").GetArrayLength().ShouldBe(5);
        (await CliRun.Of("compare 1.5b 7b 8b 14b 32b 70b")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task The_use_decides_lengths_and_weights()
    {
        JsonElement chat = (await CliRun.Of("compare 7b 14b --json")).Json.GetProperty("configurations")[0];
        JsonElement coding = (await CliRun.Of("compare 7b 14b --use coding --json")).Json.GetProperty("configurations")[0];
        coding.GetProperty("speed").GetProperty("tokens").GetProperty("reasoning").GetInt32()
            .ShouldBeGreaterThan(chat.GetProperty("speed").GetProperty("tokens").GetProperty("reasoning").GetInt32());
        coding.GetProperty("quality").GetProperty("benchmark_details")[0].GetProperty("name").GetString().ShouldBe("LiveCodeBench");
    }

    [Fact]
    public async Task An_estimate_says_how_long_a_typical_and_a_long_answer_take_and_what_a_short_context_does()
    {
        JsonElement json = (await CliRun.Of("estimate 7b --use reasoning --context 2048 --json")).Json;
        json.GetProperty("fits").GetBoolean().ShouldBeTrue();
        json.GetProperty("limited_by").GetString().ShouldBe("context");
        json.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("Ollama");
        JsonElement speed = json.GetProperty("speed");
        double typical = speed.GetProperty("seconds_to_answer").GetDouble();
        typical.ShouldBeInRange(speed.GetProperty("seconds_to_answer_low").GetDouble(), speed.GetProperty("seconds_to_answer_high").GetDouble());
        speed.GetProperty("long_answer").GetProperty("seconds_to_answer").GetDouble().ShouldBeGreaterThan(typical);
        json.GetProperty("context_needed").GetProperty("least").GetInt32().ShouldBe(8192);
        json.GetProperty("context_needed").GetProperty("comfortable").GetInt32().ShouldBe(16384);
        json.GetProperty("context_needed").GetProperty("source").GetString().ShouldNotBeNullOrEmpty();
        CliRun long_ = await CliRun.Of("estimate 7b --use reasoning --context 16384 --json");
        long_.Json.GetProperty("limited_by").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task One_model_shows_its_scores_with_sources_and_its_losses()
    {
        JsonElement[] models = [.. (await CliRun.Of("models 32b --json")).Json.EnumerateArray()];
        models.Length.ShouldBe(1);
        models[0].GetProperty("benchmarks").EnumerateArray().ShouldAllBe(b => b.GetProperty("source").GetString()!.Length > 0);
        models[0].GetProperty("measured_losses").GetArrayLength().ShouldBe(3);
        CliRun screen = await CliRun.Of("models 32b --lang en");
        screen.Out.ShouldContain("evalhub");
        screen.Out.ShouldContain("UnicomAI");
        screen.Out.ShouldContain("Q4_K_M");
        (await CliRun.Of("models 33b --lang en")).Error.ShouldContain("32b");
    }
}

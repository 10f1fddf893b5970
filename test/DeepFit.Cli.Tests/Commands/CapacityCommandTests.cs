using System.Text.Json;
using DeepFit.Cli.Tests.Support;

namespace DeepFit.Cli.Tests.Commands;

public sealed class CapacityCommandTests
{
    private const string Node = """{ "name": "node", "memory": { "total_bytes": "1024 GiB" }, "gpus": [ { "name": "H100 SXM", "count": 8 } ] }""";

    [Fact]
    public async Task A_plan_is_one_document_with_nodes_engine_flags_and_times()
    {
        CliRun run = await Run("capacity 671b --users 4 --weights fp8 --latency-goal 600 --machine node.json --json");

        run.ExitCode.ShouldBe(0);
        JsonElement pick = run.Json.GetProperty("pick");
        pick.GetProperty("nodes").GetInt32().ShouldBe(2);
        pick.GetProperty("basis").GetString().ShouldBe("estimated");
        pick.GetProperty("outcome").GetProperty("answer").GetProperty("p95").GetDouble().ShouldBeLessThanOrEqualTo(600);
        pick.GetProperty("commands")[0].GetProperty("flags").GetArrayLength().ShouldBeGreaterThan(0);
        run.Json.GetProperty("options").GetArrayLength().ShouldBe(3);
        run.Json.GetProperty("goal").GetProperty("answer_share").GetDouble().ShouldBe(0.95);
    }

    [Fact]
    public async Task A_goal_out_of_reach_ends_with_3_and_shows_what_comes_closest()
    {
        CliRun run = await Run("capacity 70b --users 20 --latency-goal 1 --machine node.json --engine vllm --json");

        run.ExitCode.ShouldBe(3);
        run.Json.GetProperty("pick").ValueKind.ShouldBe(JsonValueKind.Null);
        run.Json.GetProperty("closest").GetProperty("limited_by").GetString().ShouldBe("generation");
    }

    [Theory]
    [InlineData("capacity 7b", "--users")]
    [InlineData("capacity 7b --users 0", "--users")]
    [InlineData("capacity 7b --arrival-rate -3", "--arrival-rate")]
    [InlineData("capacity 7b --users 3 --latency-goal 0", "--latency-goal")]
    [InlineData("capacity 7b --users 3 --nodes 65", "--nodes")]
    [InlineData("capacity 7b --users 3 --engine vlm", "vllm")]
    [InlineData("capacity 7b --users 3 --weights fp9", "fp8")]
    [InlineData("capacity 7b --users 3 --context 400k", "131072")]
    [InlineData("capacity 77b --users 3", "7b")]
    public async Task A_wrong_line_names_the_option_and_the_way_out(string line, string names)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            CliRun run = await Run($"{line} --lang {language}");
            run.ExitCode.ShouldBe(2);
            run.Out.ShouldBeEmpty();
            run.Error.ShouldContain(names);
        }
    }

    [Theory]
    [InlineData("capacity 671b --users 40 --latency-goal 300 --machine node.json")]
    [InlineData("capacity 671b --users 4 --weights fp8 --engine vllm --machine node.json")]
    [InlineData("capacity 70b --arrival-rate 60 --first-token-goal 2 --machine node.json")]
    [InlineData("capacity 70b --users 2 --latency-goal 1 --machine node.json")]
    [InlineData("capacity 671b --users 2")]
    [InlineData("capacity 1.5b --users 2")]
    [InlineData("--users 2 --latency-goal 300")]
    [InlineData("recommend --arrival-rate 0.2 --machine node.json")]
    [InlineData("capacity --help")]
    public async Task Screens_fit_80_columns_in_both_languages(string line)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            CliRun run = await Run($"{line} --lang {language}");
            run.ExitCode.ShouldBeOneOf(0, 3);
            ScreenWidth.ShouldFit(run.Out, 80);
            run.Out.Any(c => c is >= '\u4e00' and <= '\u9fff').ShouldBe(language == "zh");
        }
    }

    [Fact]
    public async Task A_recommendation_for_a_team_carries_its_plan_and_leads_on()
    {
        CliRun with = await Run("recommend --users 2 --latency-goal 300 --json");
        with.Json.GetProperty("team").GetProperty("goal").GetProperty("users").GetInt32().ShouldBe(2);

        CliRun without = await Run("recommend --users 2 --json");
        without.Json.GetProperty("team").ValueKind.ShouldBe(JsonValueKind.Null);

        (await Run("recommend --users 2 --latency-goal 300 --lang en")).Out.ShouldContain("deepfit capacity");
    }

    private static Task<CliRun> Run(string line) => CliRun.Of(line, new FakeServices().With("node.json", Node));
}

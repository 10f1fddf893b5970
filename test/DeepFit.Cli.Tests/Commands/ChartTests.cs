using System.Text.Json;
using System.Xml.Linq;
using DeepFit.Cli.Tests.Support;

namespace DeepFit.Cli.Tests.Commands;

public sealed class ChartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepfit-chart").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("recommend", "--lang en")]
    [InlineData("", "--lang zh")]
    [InlineData("recommend --chart-kind memory", "--json")]
    [InlineData("compare 7b 14b", "--lang en")]
    [InlineData("compare 7b 14b 32b --chart-kind speed-quality", "--json")]
    public async Task A_chart_is_written_and_the_command_says_what_it_says_without_one(string command, string rest)
    {
        CliRun plain = await CliRun.Of($"{command.Replace("--chart-kind memory", "").Replace("--chart-kind speed-quality", "")} {rest}");
        foreach (string name in (string[])["chart.svg", "CHART.PNG"])
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText(path, "what was there before");
            CliRun run = await CliRun.Of($"{command} {rest} --chart {path}");
            if (run.ExitCode == 1 && run.Error.Contains("typeface", StringComparison.Ordinal))
            {
                Assert.Skip("no typeface on this machine");
            }

            run.ExitCode.ShouldBe(0);
            run.Out.ShouldBe(plain.Out);
            run.Error.ShouldContain(name);
            byte[] bytes = File.ReadAllBytes(path);
            if (name.EndsWith("svg", StringComparison.Ordinal))
            {
                XDocument.Parse(System.Text.Encoding.UTF8.GetString(bytes)).Root!.Name.LocalName.ShouldBe("svg");
            }
            else
            {
                bytes[1..4].ShouldBe("PNG"u8.ToArray());
            }
        }

        Directory.GetFiles(folder).Length.ShouldBe(2, "no temporary file is left");
    }

    [Theory]
    [InlineData("--chart FOLDER/chart.jpg", 2, ".svg or .png")]
    [InlineData("--chart FOLDER/chart", 2, ".svg or .png")]
    [InlineData("--chart FOLDER", 2, "is a folder")]
    [InlineData("--chart FOLDER/none/chart.svg", 2, "there is no folder")]
    [InlineData("--chart-kind memory", 2, "Add --chart FILE")]
    [InlineData("--chart FOLDER/chart.svg --chart-kind memry", 2, "Did you mean memory")]
    [InlineData("--chart FOLDER/LONG.svg", 1, "cannot be written")]
    public async Task What_cannot_be_written_is_said_plainly_in_both_languages(string options, int exitCode, string words)
    {
        string line = options.Replace("FOLDER", folder).Replace("LONG", new string('a', 300));
        CliRun run = await CliRun.Of($"recommend --lang en {line}");
        if (run.Error.Contains("typeface", StringComparison.Ordinal))
        {
            Assert.Skip("no typeface on this machine");
        }

        run.ExitCode.ShouldBe(exitCode);
        run.Error.Replace("\n", " ").ShouldContain(words);
        run.Error.ShouldNotContain("   at ");
        Directory.GetFileSystemEntries(folder).ShouldBeEmpty();
        CliRun chinese = await CliRun.Of($"recommend --lang zh {line}");
        chinese.Error.Any(c => c is >= '一' and <= '鿿').ShouldBeTrue();
        JsonElement error = (await CliRun.Of($"recommend --json {line}")).JsonError;
        error.GetProperty("exit_code").GetInt32().ShouldBe(exitCode);
    }

    [Fact]
    public async Task Where_nothing_runs_the_answer_comes_all_the_same_and_says_why_there_is_no_chart()
    {
        string path = Path.Combine(folder, "chart.svg");
        CliRun run = await CliRun.Of($"recommend --json --chart {path}", new FakeServices { Machine = Machines.Tiny });
        run.ExitCode.ShouldBe(run.Json.GetProperty("pick").ValueKind == JsonValueKind.Null ? 3 : 0);
        CliRun compared = await CliRun.Of($"compare 70b 671b --chart-kind speed-quality --json --chart {path}", new FakeServices { Machine = Machines.Tiny });
        if (compared.Error.Contains("typeface", StringComparison.Ordinal))
        {
            Assert.Skip("no typeface on this machine");
        }

        compared.ExitCode.ShouldBe(1);
        compared.Json.GetProperty("configurations").GetArrayLength().ShouldBe(2);
        compared.Error.ShouldContain("nothing to draw");
    }
}

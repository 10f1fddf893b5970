using CsCheck;
using DeepFit.Engine.Deployments;

namespace DeepFit.Engine.Tests.Deployments;

public sealed class DeploymentLogTests : DeploymentFixture
{
    private string Log => Path.Combine(Folder, "x.log");

    [Fact]
    public void The_tail_is_the_last_lines_whatever_their_lengths() =>
        Gen.Select(Gen.String[Gen.Char['a', '中'], 0, 300].Array[0, 400], Gen.Int[0, 500]).Sample(
            (lines, count) =>
            {
                string[] clean = [.. lines.Select(l => "x" + l.ReplaceLineEndings("").Replace('\uFEFF', 'x'))];
                File.WriteAllText(Log, string.Concat(clean.Select(l => l + "\n")));
                DeploymentLog.Tail(Log, count).ShouldBe(clean.TakeLast(count));
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void Too_long_a_log_begins_anew_and_what_was_in_it_is_still_read()
    {
        using var writer = new FileStream(Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        writer.Write("one\ntwo\n"u8);
        writer.Flush();

        DeploymentLog.Trim(Log, limit: 100);
        new FileInfo(Log).Length.ShouldBe(8);
        DeploymentLog.Trim(Log, limit: 4);

        new FileInfo(Log).Length.ShouldBe(0);
        File.AppendAllText(Log, "three\n");
        DeploymentLog.Tail(Log, 2).ShouldBe(["two", "three"]);
        DeploymentLog.Tail(Log, 9).ShouldBe(["one", "two", "three"]);
        DeploymentLog.Tail(Path.Combine(Folder, "none.log"), 9).ShouldBeEmpty();
    }

    [Fact]
    public async Task Following_gives_what_comes_across_a_new_beginning_until_the_process_is_gone()
    {
        File.WriteAllText(Log, new string('0', 100) + "\none\n");
        bool gone = false;
        List<string> seen = [];

        await foreach (string line in DeploymentLog.FollowAsync(Log, 1, () => gone, TimeProvider.System, Token))
        {
            seen.Add(line);
            switch (line)
            {
                case "one":
                    File.AppendAllText(Log, "two\n");
                    break;
                case "two":
                    DeploymentLog.Trim(Log, limit: 1);
                    File.AppendAllText(Log, "3\nfo");
                    File.AppendAllText(Log, "ur\nunfinished");
                    break;
                case "four":
                    gone = true;
                    break;
                default:
                    break;
            }
        }

        seen.ShouldBe(["one", "two", "3", "four", "unfinished"]);
    }

    [Fact]
    public void The_last_error_is_what_the_program_reported_or_else_its_last_line()
    {
        DeploymentManager.LastError(["a", "Error: it is", "broken.", ""]).ShouldBe("it is broken.");
        DeploymentManager.LastError(["错误：坏了。"]).ShouldBe("坏了。");
        DeploymentManager.LastError(["a", "b", " "]).ShouldBe("b");
        DeploymentManager.LastError([]).ShouldBeNull();
    }
}

using CsCheck;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Tests.Support;

namespace DeepFit.Cli.Tests.Rendering;

public sealed class TextWrapperTests
{
    [Fact]
    public void Words_stay_whole() =>
        TextWrapper.Wrap("weights are summed over tensors", 12).ShouldBe(["weights are", "summed over", "tensors"]);

    [Fact]
    public void Chinese_breaks_anywhere_but_before_a_closing_mark() =>
        TextWrapper.Wrap("内存足够，可以运行。", 8).ShouldBe(["内存足", "够，可以", "运行。"]);

    [Fact]
    public void Chinese_does_not_end_a_line_with_an_opening_mark() =>
        TextWrapper.Wrap("内存够（见下）", 8).ShouldBe(["内存够", "（见下）"]);

    [Fact]
    public void Commands_between_back_ticks_stay_on_one_line() =>
        TextWrapper.Wrap("To see why, run `deepfit doctor --json` here", 30).ShouldBe(["To see why, run", "`deepfit doctor --json` here"]);

    [Fact]
    public void What_is_longer_than_a_line_is_cut() =>
        TextWrapper.Wrap("/a/very/long/path/to/a/model", 10).ShouldBe(["/a/very/lo", "ng/path/to", "/a/model"]);

    [Fact]
    public void Nothing_is_lost_and_no_line_is_too_wide() =>
        Gen.String[Gen.Char["abc 内存，。（）`-/7"], 0, 120].Sample(text =>
        {
            IReadOnlyList<string> lines = TextWrapper.Wrap(text, 24);
            lines.ShouldAllBe(line => ScreenWidth.Of(line) <= 24);
            string.Concat(lines).Replace(" ", "", StringComparison.Ordinal).ShouldBe(text.Replace(" ", "", StringComparison.Ordinal));
        });
}

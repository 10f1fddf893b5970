using DeepFit.Cli.Hosting;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Tests.Hosting;

public sealed class LanguageSelectionTests
{
    [Theory]
    [InlineData("zh_CN.UTF-8", null, null, Language.Chinese)]
    [InlineData(null, "zh_CN.UTF-8", null, Language.Chinese)]
    [InlineData(null, null, "zh_TW.UTF-8", Language.Chinese)]
    [InlineData("C", "zh_CN.UTF-8", "zh_CN.UTF-8", Language.English)]
    [InlineData("", "", "zh_CN", Language.Chinese)]
    [InlineData("en_US.UTF-8", null, "zh_CN.UTF-8", Language.English)]
    [InlineData(null, null, null, Language.English)]
    public void The_locale_decides_in_the_order_of_posix(string? all, string? messages, string? lang, Language expected)
    {
        var variables = new Dictionary<string, string?> { ["LC_ALL"] = all, ["LC_MESSAGES"] = messages, ["LANG"] = lang };
        LanguageSelection.FromLocale(name => variables.GetValueOrDefault(name), () => null).ShouldBe(expected);
    }

    [Fact]
    public void The_system_decides_where_the_environment_does_not_say()
    {
        LanguageSelection.FromLocale(_ => null, () => "zh").ShouldBe(Language.Chinese);
        LanguageSelection.FromLocale(_ => null, () => "en").ShouldBe(Language.English);
        LanguageSelection.FromLocale(name => name == "LANG" ? "en_GB" : null, () => "zh").ShouldBe(Language.English);
    }

    [Theory]
    [InlineData("models --lang zh")]
    [InlineData("models --lang=zh")]
    [InlineData("--lang zh-CN models")]
    public async Task The_option_wins_over_the_locale(string line)
    {
        CliRun run = await CliRun.Of(line, environment: ("LANG", "en_US.UTF-8"));
        run.Out.ShouldContain("蒸馏");
        CliRun locale = await CliRun.Of("models", environment: ("LANG", "zh_CN.UTF-8"));
        locale.Out.ShouldContain("蒸馏");
    }

    [Fact]
    public async Task Another_language_is_refused()
    {
        CliRun run = await CliRun.Of("models --lang fr");
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("--lang takes one of zh, en, not 'fr'");
    }
}

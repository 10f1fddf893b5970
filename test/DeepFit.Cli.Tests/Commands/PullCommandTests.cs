using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Tests.Commands;

public sealed class PullCommandTests
{
    [Fact]
    public async Task A_pull_ends_with_one_document_and_its_events_are_on_standard_error()
    {
        var services = new FakeServices();
        CliRun run = await CliRun.Of("pull 7b:Q4_K_M --json --lang en", services);
        run.ExitCode.ShouldBe(0);
        JsonElement model = run.Json.GetProperty("model");
        model.GetProperty("variant").GetString().ShouldBe("7b");
        model.GetProperty("file_bytes").GetInt64().ShouldBe(4_683_073_504);
        model.GetProperty("owner").GetString().ShouldBe("deepfit");
        model.GetProperty("verified").GetBoolean().ShouldBeTrue();
        run.Json.GetProperty("was_here").GetBoolean().ShouldBeFalse();
        JsonElement[] events = [.. run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        events.Select(e => e.GetProperty("phase").GetString()).ShouldBe(["choosing", "downloading", "done"]);
        events[1].GetProperty("done_bytes").GetInt64().ShouldBe(1_240_000_000);
        events[1].GetProperty("seconds_left").GetDouble().ShouldBe(65.7, 0.1);
        (services.Store.Requests[0].Variant!.Id, services.Store.Requests[0].Quantization!.Name).ShouldBe(("7b", "Q4_K_M"));
    }

    [Theory]
    [InlineData("en", "52.4 MB/s", "66 s left", "SHA-256")]
    [InlineData("zh", "52.4 MB/s", "剩余 66 秒", "与平台一致")]
    public async Task A_terminal_shows_rate_and_remaining_time_and_then_the_model(string language, string rate, string left, string digest)
    {
        CliRun run = await CliRun.Of(["pull", "7b:Q4_K_M", "--lang", language], new FakeServices(), terminal: true, cancellationToken: TestContext.Current.CancellationToken);
        run.ExitCode.ShouldBe(0);
        run.Error.ShouldContain(rate);
        run.Error.ShouldContain(left);
        run.Error.ShouldContain("429");
        run.Out.ShouldContain(digest);
        run.Out.ShouldContain("deepfit run 7b:Q4_K_M");
        ScreenWidth.ShouldFit(run.Out, 80);
        ScreenWidth.ShouldFit(run.Error.Replace('\r', '\n'), 80);
    }

    [Fact]
    public async Task Without_a_quantization_the_one_that_suits_the_machine_is_pulled_and_said()
    {
        var services = new FakeServices();
        CliRun run = await CliRun.Of("pull 7b --lang en", services);
        run.ExitCode.ShouldBe(0);
        string quantization = services.Store.Requests[0].Quantization!.Name;
        run.Error.ShouldContain(quantization);
        Core.Models.ModelFileCatalog.PublishedQuantizations(services.Store.Requests[0].Variant!).ShouldContain(q => q.Name == quantization);
    }

    [Fact]
    public async Task A_model_that_the_machine_has_no_memory_for_is_pulled_with_a_warning()
    {
        CliRun run = await CliRun.Of("pull 32b:Q4_K_M --lang zh", new FakeServices { Machine = Machines.Tiny });
        run.ExitCode.ShouldBe(0);
        run.Error.ShouldContain("不适合在本机运行");
    }

    [Theory]
    [InlineData("pull hf.co/unsloth/DeepSeek-R1-GGUF:Q2_K", "unsloth/DeepSeek-R1-GGUF", "hf", "Q2_K")]
    [InlineData("pull --repo owner/name --hub modelscope --quant Q8_0", "owner/name", "modelscope", "Q8_0")]
    public async Task A_repository_is_asked_for_as_it_is(string line, string repository, string hub, string quantization)
    {
        var services = new FakeServices();
        (await CliRun.Of(line, services)).ExitCode.ShouldBe(0);
        PullRequest request = services.Store.Requests[0];
        (request.Repository, request.Hub, request.Quantization!.Name).ShouldBe((repository, hub, quantization));
    }

    [Theory]
    [InlineData("pull", "--repo")]
    [InlineData("pull 7q", "7b")]
    [InlineData("pull 7b --hub hugging", "modelscope")]
    [InlineData("pull 7b --connections 99", "16")]
    [InlineData("pull 7b --quant Q4KM", "Q4_K_M")]
    [InlineData("pull --file x.gguf", "--repo")]
    [InlineData("pull https://example.org/x.gguf --hub hf", "--hub")]
    [InlineData("pull ftp://example.org/x.gguf", "ftp://example.org/x.gguf")]
    [InlineData("rm 7b", "deepfit list")]
    [InlineData("rm", "MODEL")]
    public async Task Wrong_usage_names_the_thing_and_the_way_out(string line, string names)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            CliRun run = await CliRun.Of($"{line} --lang {language}");
            run.ExitCode.ShouldBe(2);
            run.Error.ReplaceLineEndings(" ").ShouldContain(names);
            run.Error.Any(c => c is >= '\u4E00' and <= '\u9FFF').ShouldBe(language == "zh");
            ScreenWidth.ShouldFit(run.Error, 80);
        }
    }

    [Theory]
    [InlineData("no_network", 1)]
    [InlineData("no_space", 1)]
    [InlineData("not_published", 2)]
    public async Task A_pull_that_fails_says_why_with_a_stable_word(string kind, int exitCode)
    {
        var services = new FakeServices();
        services.Store.PullFails = new PullException(kind, new BilingualText("it failed\nand this is what to do", "失败")) { Suggestions = ["Q4_K_M"] };
        CliRun run = await CliRun.Of("pull 7b:Q4_K_M --json --lang en", services);
        run.ExitCode.ShouldBe(exitCode);
        run.JsonError.GetProperty("kind").GetString().ShouldBe(kind);
        run.JsonError.GetProperty("suggestions")[0].GetString().ShouldBe("Q4_K_M");
    }

    [Fact]
    public async Task An_interruption_says_which_command_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var services = new FakeServices();
        services.Store.Interrupt = stop;
        CliRun run = await CliRun.Of(["pull", "7b", "--quant", "Q4_K_M", "--hub", "hf", "--lang", "en"], services, cancellationToken: stop.Token);
        run.ExitCode.ShouldBe(130);
        run.Error.ReplaceLineEndings(" ").ShouldContain("`deepfit pull 7b:Q4_K_M --hub hf`");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public async Task The_list_shows_whose_and_where_and_what_is_unfinished(string language)
    {
        var services = new FakeServices();
        services.Store.Models.Add(FakeModelStore.Model());
        services.Store.Models.Add(FakeModelStore.Model("14b", owner: ModelOwner.Ollama, verified: false));
        services.Store.Parts.Add(new UnfinishedPull("/home/somebody/.local/share/deepfit/models/x/70b.gguf", 10_000_000_000, 40_000_000_000));
        CliRun run = await CliRun.Of(["list", "--lang", language], services, terminal: true, environment: [("HOME", "/home/somebody")], cancellationToken: TestContext.Current.CancellationToken);
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldContain("deepseek-r1:14b");
        run.Out.ShouldContain("25%");
        run.Out.ShouldContain("~/.local");
        ScreenWidth.ShouldFit(run.Out, 80);
        CliRun json = await CliRun.Of("list --json", services);
        json.Json.GetProperty("models").GetArrayLength().ShouldBe(2);
        json.Json.GetProperty("models")[1].GetProperty("owner").GetString().ShouldBe("ollama");
        json.Json.GetProperty("unfinished")[0].GetProperty("done_bytes").GetInt64().ShouldBe(10_000_000_000);
        json.Json.GetProperty("folder").GetString().ShouldBe(services.Store.Folder);
    }

    [Fact]
    public async Task An_empty_list_says_how_to_fill_it()
    {
        (await CliRun.Of("list --lang en")).Out.ShouldContain("deepfit pull 7b");
        (await CliRun.Of("list --lang zh")).Out.ShouldContain("deepfit pull 7b");
    }

    [Fact]
    public async Task Removing_asks_first_and_does_nothing_without_a_yes()
    {
        var services = new FakeServices();
        services.Store.Models.Add(FakeModelStore.Model());
        (await CliRun.Of("rm 7b --lang en", services)).Error.ShouldContain("--yes");
        CliRun no = await CliRun.Of(["rm", "7b", "--lang", "en"], services, typed: "n", cancellationToken: TestContext.Current.CancellationToken);
        no.ExitCode.ShouldBe(1);
        no.Error.ShouldContain("[y/N]");
        services.Store.Removed.ShouldBeEmpty();
        CliRun yes = await CliRun.Of(["rm", "7b:Q4_K_M", "--lang", "zh"], services, typed: "y", cancellationToken: TestContext.Current.CancellationToken);
        yes.ExitCode.ShouldBe(0);
        services.Store.Removed.Count.ShouldBe(1);
        CliRun json = await CliRun.Of("rm deepseek-r1:7b --yes --json", services);
        json.Json.GetProperty("freed_bytes").GetInt64().ShouldBe(4_683_073_504);
    }

    [Fact]
    public async Task What_another_program_keeps_is_not_removed()
    {
        var services = new FakeServices();
        services.Store.Models.Add(FakeModelStore.Model(owner: ModelOwner.Ollama));
        CliRun run = await CliRun.Of("rm 7b --yes --lang en", services);
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("ollama rm deepseek-r1:7b");
        services.Store.Removed.ShouldBeEmpty();
    }
}

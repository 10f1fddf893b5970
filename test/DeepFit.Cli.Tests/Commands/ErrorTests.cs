using System.Text;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Cli.Tests.Commands;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("estmate 7b", "estimate")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("estimate 7q", "7b")]
    [InlineData("estimate 7b --quant Q4KM", "Q4_K_M")]
    [InlineData("estimate 7b:Q4KM", "Q4_K_M")]
    [InlineData("estimate 7b:Q8_0 --quant Q4_K_M", "Q8_0")]
    [InlineData("estimate 7b --context 200000", "131072")]
    [InlineData("estimate 7b --context many", "--context")]
    [InlineData("capacity 7b --arrival-rate 1000001", "1000000")]
    [InlineData("estimate 7b --context 0", "--context")]
    [InlineData("estimate 7b --contxt 4096", "--context")]
    [InlineData("estimate 7b --unheard-of", "--unheard-of")]
    [InlineData("estimate", "VARIANT")]
    [InlineData("estimate 7b --quant", "--quant")]
    [InlineData("estimate 7b --quant --no-color", "--quant")]
    [InlineData("estimate 7b 8b", "8b")]
    [InlineData("estimate 7b --quant Q4_K_M --quant Q8_0", "--quant")]
    [InlineData("estimate 7b --kv-type q9", "q8_0")]
    [InlineData("estimate 671b --kv-type-k q8_0", "q8_0")]
    [InlineData("estimate 7b --kv-type-v q8_0 --flash-attn off", "--flash-attn on")]
    [InlineData("estimate 7b --flash-attn maybe", "on")]
    [InlineData("estimate 7b --gpu-layers 5", "--gpu-layers 0")]
    [InlineData("estimate 7b --gpu-layers 5 --basis simulated", "--gpu-layers 0")]
    [InlineData("estimate 7b --gpu-layers 99", "29")]
    [InlineData("estimate 7b --gpu-layers most", "auto")]
    [InlineData("estimate 7b --cpu-moe 3", "--cpu-moe")]
    [InlineData("estimate 7b --parallel 1000", "256")]
    [InlineData("estimate 7b --basis guessed", "simulated")]
    [InlineData("estimate 7b --basis simulated --machine m.json", "--machine")]
    [InlineData("advise --want 33b", "32b")]
    [InlineData("advise --want ,", "--want 32b")]
    [InlineData("advise --want 7b --vendor nvidea", "nvidia")]
    [InlineData("advise --want 7b --form tablet", "laptop")]
    [InlineData("advise --want 7b --max-price cheap", "--max-price")]
    [InlineData("advise --want 7b --context 200k", "131072")]
    [InlineData("advise --want 7b --quant Q4KM", "Q4_K_M")]
    [InlineData("advise --want 7b --machine m.json", "--machine")]
    [InlineData("advise --vendor nvidia", "--want")]
    [InlineData("advise --min-tps -1", "--min-tps")]
    [InlineData("estimate 7b --train lorra", "lora")]
    [InlineData("estimate 7b --train lora --lora-rank 0", "--lora-rank")]
    [InlineData("estimate 7b --train lora --quant Q8_0", "--quant")]
    [InlineData("estimate 7b --train lora --context 4096", "--seq-len")]
    [InlineData("estimate 7b --train lora --seq-len 200k", "131072")]
    [InlineData("estimate 7b --train full --lora-rank 8", "--lora-rank")]
    [InlineData("estimate 7b --train full --optimizer adam", "adamw")]
    [InlineData("estimate 7b --train full --zero 2", "--zero")]
    [InlineData("estimate 7b --train full --zero 4", "--zero")]
    [InlineData("estimate 7b --batch 4", "--train")]
    [InlineData("estimate nofile.gguf", "nofile.gguf")]
    [InlineData("estimate notgguf.gguf", "notgguf.gguf")]
    [InlineData("estimate empty.gguf", "empty.gguf")]
    [InlineData("estimate truncated.gguf", "truncated.gguf")]
    [InlineData("estimate whole.gguf --quant Q8_0", "--quant")]
    [InlineData("estimate 7b --machine nofile.json", "deepfit detect --json")]
    [InlineData("estimate 7b --machine wrong.json", "total_bytes")]
    [InlineData("--machine broken.json", "broken.json")]
    [InlineData("estimate 7b --machine rtx-4090-ti-super", "--machine FILE")]
    [InlineData("--machine 0xrtx-4090", "0")]
    [InlineData("machines nosuchthing", "nosuchthing")]
    [InlineData("machines --kind boat", "accelerator")]
    [InlineData("machines epyc --show rtx-4090", "--show")]
    [InlineData("machines --show rtx-9090", "rtx 9090")]
    [InlineData("--use chta", "chat")]
    [InlineData("--context 1", "--context")]
    [InlineData("--min-tps fast", "--min-tps")]
    [InlineData("--min-tps -1", "--min-tps")]
    [InlineData("--users 0", "--users")]
    [InlineData("--use chat detect", "--use")]
    [InlineData("compare 7b", "B")]
    [InlineData("compare 7b 14b --usee coding", "--use")]
    [InlineData("compare 7b 7q", "7b")]
    [InlineData("testdrive 7b --context-depth -3", "--context-depth")]
    [InlineData("testdrive 7b --context-depth 200k", "131072")]
    [InlineData("testdrive model.gguf", "model.gguf")]
    [InlineData("models --jsn", "--json")]
    public async Task Wrong_usage_names_the_thing_and_the_way_out_in_both_languages_with_exit_code_2(string line, string names)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            CliRun run = await CliRun.Of($"{line} --lang {language}", Broken());
            run.ExitCode.ShouldBe(2);
            run.Out.ShouldBeEmpty();
            Flat(run.Error).ShouldContain(names);
            run.Error.ShouldStartWith(language == "zh" ? "错误：" : "Error: ");
            run.Error.ShouldNotContain("   at ");
            ScreenWidth.ShouldFit(run.Error, 80);
            run.Error.Any(c => c is >= '\u4E00' and <= '\u9FFF').ShouldBe(language == "zh");
        }
    }

    [Theory]
    [InlineData("estimate 7q --json", "wrong_usage", "7b")]
    [InlineData("estimate 7b --quant Q4KM --json", "wrong_usage", "Q4_K_M")]
    [InlineData("estimate 7b --contxt 1 --json", "wrong_usage", "--context")]
    [InlineData("estmate --json", "wrong_usage", "estimate")]
    [InlineData("--use chta --json", "wrong_usage", "chat")]
    [InlineData("estimate 671b --kv-type-k q8_0 --json", "refused", null)]
    [InlineData("estimate truncated.gguf --json", "bad_file", null)]
    [InlineData("--machine nofile.json --json", "not_found", null)]
    [InlineData("--machine wrong.json --json", "bad_file", "total_bytes")]
    public async Task With_json_the_error_is_a_document_too(string line, string kind, string? suggestion)
    {
        CliRun run = await CliRun.Of(line, Broken());
        run.ExitCode.ShouldBe(2);
        run.JsonError.GetProperty("kind").GetString().ShouldBe(kind);
        run.JsonError.GetProperty("exit_code").GetInt32().ShouldBe(2);
        run.JsonError.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        string[] suggestions = [.. run.JsonError.GetProperty("suggestions").EnumerateArray().Select(s => s.GetString()!)];
        if (suggestion is not null)
        {
            suggestions.ShouldContain(suggestion);
        }

        run.Error.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_missing_engine_is_a_failure_that_says_what_still_works()
    {
        var services = new FakeServices { TestDriveFails = new EngineUnavailableException(new BilingualText("no engine; estimates still work", "没有引擎")) };
        CliRun run = await CliRun.Of("testdrive 7b --json", services);
        run.ExitCode.ShouldBe(1);
        run.JsonError.GetProperty("kind").GetString().ShouldBe("no_engine");
        services.Kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_nobody_expected_is_one_message_and_a_stack_trace_only_when_asked_for()
    {
        var services = new FakeServices { DetectionFails = new InvalidOperationException("the flux capacitor is empty") };
        CliRun run = await CliRun.Of("detect", services);
        run.ExitCode.ShouldBe(1);
        Flat(run.Error).ShouldContain("the flux capacitor is empty");
        run.Error.ShouldNotContain("InvalidOperationException");
        CliRun debugged = await CliRun.Of("detect", services, environment: ("DEEPFIT_DEBUG", "1"));
        debugged.Error.ShouldContain("InvalidOperationException");
    }

    [Fact]
    public async Task Doctor_still_prints_the_probes_when_detection_fails()
    {
        var services = new FakeServices { DetectionFails = new UserErrorException(new BilingualText("no processor", "没有处理器")) };
        CliRun run = await CliRun.Of("doctor --json", services);
        run.ExitCode.ShouldBe(1);
        run.Json.GetProperty("machine").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        run.Json.GetProperty("findings")[0].GetString()!.ShouldContain("no processor");
        run.Json.GetProperty("probes").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task An_interruption_ends_with_130_and_leaves_a_clean_line()
    {
        using var stop = new CancellationTokenSource();
        var services = new FakeServices { Interrupt = stop };
        CliRun run = await CliRun.Of(["testdrive", "7b", "--lang", "en"], services, terminal: true, cancellationToken: stop.Token);
        run.ExitCode.ShouldBe(130);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldEndWith("\rStopped; nothing was left behind.\n");
        run.Error.ShouldNotContain("\u001b[?25l");
        services.Kept.ShouldBeEmpty();
        services.Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_gguf_file_is_estimated_as_what_its_header_says()
    {
        CliRun run = await CliRun.Of("estimate whole.gguf --json", Broken());
        run.ExitCode.ShouldBe(0);
        run.Json.GetProperty("variant").GetString().ShouldBe("whole.gguf");
        run.Json.GetProperty("quantization").GetString().ShouldBe("Q4_K_M");
        CliRun catalogue = await CliRun.Of("estimate 1.5b --json", Broken());
        run.Json.GetProperty("memory").GetProperty("devices")[0].GetProperty("weights_bytes").GetInt64()
            .ShouldBe(catalogue.Json.GetProperty("memory").GetProperty("devices")[0].GetProperty("weights_bytes").GetInt64());
    }

    /// <summary>The message with its line breaks undone.</summary>
    private static string Flat(string error) => error.Replace("\n", " ", StringComparison.Ordinal);

    private static FakeServices Broken()
    {
        var whole = new MemoryStream();
        SyntheticGguf.Write(whole, ModelCatalog.Default.Find("1.5b").Layout(Quantizations.Find("Q4_K_M")));
        FakeServices services = new FakeServices()
            .With("m.json", """{ "memory": { "total_bytes": "64 GiB" } }""")
            .With("wrong.json", """{ "memory": { "total_byte": "64 GiB" } }""")
            .With("broken.json", """{ "memory": { """)
            .With("notgguf.gguf", "This is no model at all, only a text that somebody renamed.")
            .With("empty.gguf", "");
        services.Files["whole.gguf"] = whole.ToArray();
        services.Files["truncated.gguf"] = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(whole.ToArray())[..2000]);
        return services;
    }
}

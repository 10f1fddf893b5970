using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Hardware;

namespace DeepFit.Cli.Tests.Commands;

public sealed class JsonTests
{
    [Fact]
    public async Task Recommend_prints_the_contract()
    {
        CliRun run = await CliRun.Of("--json --use reasoning");
        run.ExitCode.ShouldBe(0);
        run.Error.ShouldBeEmpty();
        JsonElement document = run.Json;
        document.GetProperty("use").GetString().ShouldBe("reasoning");
        document.GetProperty("machine").GetProperty("memory").GetProperty("total_bytes").GetInt64().ShouldBe(24L << 30);
        document.GetProperty("configurations").GetArrayLength().ShouldBe(9);
        document.GetProperty("alternatives").ValueKind.ShouldBe(JsonValueKind.Array);
        JsonElement pick = document.GetProperty("pick");
        ShouldBeConfiguration(pick);
        pick.GetProperty("fits").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Recommend_says_that_nothing_fits_with_exit_code_3()
    {
        CliRun run = await CliRun.Of("--json", new FakeServices { Machine = Machines.Tiny });
        run.ExitCode.ShouldBe(3);
        run.Json.GetProperty("pick").ValueKind.ShouldBe(JsonValueKind.Null);
        run.Json.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
        run.Json.GetProperty("configurations").EnumerateArray().ShouldAllBe(row => !row.GetProperty("fits").GetBoolean());
    }

    [Fact]
    public async Task Machines_are_entries_with_their_sources()
    {
        CliRun run = await CliRun.Of("machines rtx 3090 --json");
        run.ExitCode.ShouldBe(0);
        JsonElement card = run.Json.EnumerateArray().Single(e => e.GetProperty("name").GetString() == "RTX 3090");
        card.GetProperty("kind").GetString().ShouldBe("gpu");
        card.GetProperty("memory_bytes")[0].GetInt64().ShouldBe(24L << 30);
        card.GetProperty("bandwidth_bytes_per_second").GetInt64().ShouldBe(936_200_000_000);
        card.GetProperty("sources").EnumerateArray().ShouldAllBe(s => s.GetProperty("source").GetString()!.Length > 0);
    }

    [Fact]
    public async Task A_machine_in_words_is_read_back_as_a_file()
    {
        CliRun shown = await CliRun.Of(["machines", "--show", "2x rtx-3090, 64 GB ddr4-3200 2ch", "--json"], cancellationToken: TestContext.Current.CancellationToken);
        shown.ExitCode.ShouldBe(0);
        shown.Json.GetProperty("gpus").GetArrayLength().ShouldBe(2);
        shown.Json.GetProperty("assumptions").GetArrayLength().ShouldBe(1);
        MachineProfile file = MachineFile.Read(shown.Out, "shown.json");
        CliRun words = await CliRun.Of(["--json", "--machine", "2x rtx-3090, 64 GB ddr4-3200 2ch"], cancellationToken: TestContext.Current.CancellationToken);
        words.Json.GetProperty("machine").GetProperty("name").GetString().ShouldBe(file.Name);
        words.Json.GetProperty("pick").GetProperty("fits").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Estimate_prints_a_configuration()
    {
        CliRun run = await CliRun.Of("estimate 7B --quant q4_k_m --context 16k --kv-type-k q8_0 --ubatch 256 --parallel 2 --json");
        run.ExitCode.ShouldBe(0);
        JsonElement c = run.Json;
        ShouldBeConfiguration(c);
        c.GetProperty("variant").GetString().ShouldBe("7b");
        c.GetProperty("quantization").GetString().ShouldBe("Q4_K_M");
        c.GetProperty("context").GetInt32().ShouldBe(16384);
        c.GetProperty("kv_type_k").GetString().ShouldBe("q8_0");
        c.GetProperty("kv_type_v").GetString().ShouldBe("f16");
        c.GetProperty("ubatch").GetInt32().ShouldBe(256);
        c.GetProperty("parallel").GetInt32().ShouldBe(2);
        c.GetProperty("flash_attention").GetBoolean().ShouldBeTrue();
        c.GetProperty("gpu_layers").GetInt32().ShouldBe(0);
        JsonElement memory = c.GetProperty("memory");
        memory.GetProperty("basis").GetString().ShouldBe("estimated");
        JsonElement cpu = memory.GetProperty("devices")[0];
        long sum = cpu.GetProperty("weights_bytes").GetInt64() + cpu.GetProperty("kv_cache_bytes").GetInt64()
            + cpu.GetProperty("compute_bytes").GetInt64() + cpu.GetProperty("overhead_bytes").GetInt64();
        cpu.GetProperty("total_bytes").GetInt64().ShouldBe(sum);
        memory.GetProperty("total_bytes").GetInt64().ShouldBe(sum);
    }

    [Fact]
    public async Task Estimate_can_be_simulated_by_the_engine()
    {
        CliRun run = await CliRun.Of("estimate 1.5b --basis simulated --json");
        JsonElement memory = run.Json.GetProperty("memory");
        memory.GetProperty("basis").GetString().ShouldBe("simulated");
        memory.GetProperty("devices")[0].GetProperty("available_bytes").GetInt64().ShouldBe(Machines.Laptop.Memory.Available.Bytes);
    }

    [Fact]
    public async Task Estimate_plans_for_the_machine_in_a_file()
    {
        FakeServices services = new FakeServices().With("gpu.json", """{ "memory": { "total_bytes": "64 GiB" }, "gpus": [ { "name": "NVIDIA GeForce RTX 3090" } ] }""");
        CliRun run = await CliRun.Of("estimate 14b --machine gpu.json --json", services);
        run.Json.GetProperty("gpu_layers").GetInt32().ShouldBe(49);
        run.Json.GetProperty("memory").GetProperty("devices").GetArrayLength().ShouldBe(2);
        CliRun some = await CliRun.Of("estimate 14b --machine gpu.json --gpu-layers 20 --json", services);
        some.Json.GetProperty("gpu_layers").GetInt32().ShouldBe(20);
    }

    [Fact]
    public async Task What_does_not_fit_is_estimated_all_the_same()
    {
        CliRun run = await CliRun.Of("estimate 671b --json");
        run.ExitCode.ShouldBe(0);
        run.Json.GetProperty("fits").GetBoolean().ShouldBeFalse();
        run.Json.GetProperty("limited_by").GetString().ShouldBe("ram");

        // it would stream from the disk: far below a token a second, and said so
        JsonElement speed = run.Json.GetProperty("speed");
        speed.GetProperty("generation_tps").GetDouble().ShouldBeInRange(0.01, 1);
        speed.GetProperty("assumes").GetString()!.ShouldContain("come from the disk");
        run.Json.GetProperty("reason").GetString()!.ShouldContain("read from the disk for every token");
    }

    [Fact]
    public async Task A_model_too_large_for_the_GPU_that_it_is_put_on_has_no_speed()
    {
        CliRun run = await CliRun.Of("estimate 70b --gpu-layers 81 --json --machine rtx-3060");
        run.ExitCode.ShouldBe(0);
        run.Json.GetProperty("limited_by").GetString().ShouldBe("vram");
        run.Json.GetProperty("speed").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Estimate_prints_what_training_takes()
    {
        CliRun run = await CliRun.Of("estimate 7b --train qlora --batch 2 --seq-len 4k --lora-rank 32 --optimizer adamw-8bit --json");
        run.ExitCode.ShouldBe(0);
        JsonElement d = run.Json;
        d.GetProperty("method").GetString().ShouldBe("qlora");
        d.GetProperty("batch").GetInt32().ShouldBe(2);
        d.GetProperty("sequence_length").GetInt32().ShouldBe(4096);
        d.GetProperty("lora_rank").GetInt32().ShouldBe(32);
        d.GetProperty("optimizer").GetString().ShouldBe("adamw-8bit");
        d.GetProperty("parameter_count").GetInt64().ShouldBe(7_615_616_512);
        JsonElement memory = d.GetProperty("memory");
        long sum = ((string[])["weights_bytes", "adapter_bytes", "gradient_bytes", "master_weights_bytes", "optimizer_bytes", "activation_bytes", "dequantization_bytes", "gathered_bytes", "overhead_bytes"])
            .Sum(name => memory.GetProperty(name).GetInt64());
        sum += Math.Max(memory.GetProperty("logits_bytes").GetInt64(), memory.GetProperty("layer_work_bytes").GetInt64());
        memory.GetProperty("total_bytes").GetInt64().ShouldBe(sum);
        d.GetProperty("devices")[0].GetProperty("device").GetString().ShouldBe("CPU");
        d.GetProperty("rule_of_thumb")[0].GetProperty("bytes").GetInt64().ShouldBe(4 * 7_615_616_512);
        CliRun full = await CliRun.Of("estimate 7b --train full --json");
        full.Json.GetProperty("lora_rank").ValueKind.ShouldBe(JsonValueKind.Null);
        full.Json.GetProperty("fits").GetBoolean().ShouldBeFalse();
        full.Json.GetProperty("remedies").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Detect_prints_what_machine_files_are_read_from()
    {
        CliRun run = await CliRun.Of("detect --json");
        FakeServices services = new FakeServices().With("m.json", run.Out);
        CliRun again = await CliRun.Of("estimate 7b --machine m.json --json", services);
        again.ExitCode.ShouldBe(0);
        CliRun here = await CliRun.Of("estimate 7b --json");
        again.Out.ShouldBe(here.Out);
    }

    [Fact]
    public async Task Models_prints_every_variant()
    {
        CliRun run = await CliRun.Of("models --json --lang zh");
        JsonElement[] models = [.. run.Json.EnumerateArray()];
        models.Length.ShouldBe(9);
        models.Count(m => !m.GetProperty("is_distilled").GetBoolean()).ShouldBe(2);
        models[0].GetProperty("purpose").GetString()!.ShouldContain('。');
    }

    [Fact]
    public async Task Compare_prints_both_and_the_claims_between_them()
    {
        CliRun run = await CliRun.Of("compare 14b:Q8_0 7b --json");
        run.Json.GetProperty("configurations").GetArrayLength().ShouldBe(2);
        run.Json.GetProperty("configurations")[0].GetProperty("quantization").GetString().ShouldBe("Q8_0");
        run.Json.GetProperty("configurations")[1].GetProperty("quantization").GetString().ShouldBe("Q4_K_M");
        JsonElement[] steps = [.. run.Json.GetProperty("steps").EnumerateArray()];
        steps.Select(s => $"{s.GetProperty("from").GetString()}>{s.GetProperty("to").GetString()}").ShouldBe(["7b>8b", "8b>14b"]);
        steps[0].GetProperty("claimed_compute_percent").GetInt32().ShouldBe(14);
        steps[0].GetProperty("active_parameters_percent").GetDouble().ShouldBe(5.45, 0.2);
    }

    [Fact]
    public async Task Doctor_prints_every_probe()
    {
        CliRun run = await CliRun.Of("doctor --json");
        JsonElement probes = run.Json.GetProperty("probes");
        probes.GetArrayLength().ShouldBe(2);
        probes[0].GetProperty("output").GetString().ShouldBe("model name : Test CPU\nflags : avx2");
        probes[1].GetProperty("error").GetString().ShouldBe("missing");
        run.Json.GetProperty("engine").GetString().ShouldBe("llama.cpp v0.4.0");
    }

    [Fact]
    public async Task Testdrive_prints_its_result_and_keeps_it()
    {
        var services = new FakeServices();
        CliRun run = await CliRun.Of("testdrive 7b --quant Q8_0 --context-depth 4k --json", services);
        run.ExitCode.ShouldBe(0);
        run.Error.ShouldBeEmpty();
        JsonElement document = run.Json;
        document.GetProperty("variant").GetString().ShouldBe("7b");
        document.GetProperty("quantization").GetString().ShouldBe("Q8_0");
        document.GetProperty("depths").EnumerateArray().Select(d => d.GetInt32()).ShouldBe([2, 6]);
        document.GetProperty("context_depth").GetInt32().ShouldBe(4096);
        document.GetProperty("prompt_tps").GetDouble().ShouldBe(15.61);
        document.GetProperty("generation_tps").GetDouble().ShouldBe(3.412);
        document.GetProperty("spread").GetDouble().ShouldBe(0.021);
        document.GetProperty("elapsed_seconds").GetDouble().ShouldBe(14.2);
        document.GetProperty("peak_rss_bytes").GetInt64().ShouldBe(2_500_000_000);
        services.Kept.ShouldHaveSingleItem().Variant.ShouldBe("7b");
        services.Driven.ShouldHaveSingleItem().ContextDepth.ShouldBe(4096);
    }

    [Fact]
    public async Task A_testdrive_on_a_busy_machine_is_said_to_be_one_and_still_printed()
    {
        CliRun run = await CliRun.Of("testdrive 1.5b --json"); // the fake engine makes 3.4 tokens/s; 60 GB/s would make some thirty
        run.ExitCode.ShouldBe(0);
        run.Json.GetProperty("generation_tps").GetDouble().ShouldBe(3.412);
        run.Error.ShouldContain("Much slower than expected: 3.4 tokens/s");
    }

    [Theory]
    [InlineData(0.6, false)]
    [InlineData(0.97, true)]
    [InlineData(null, true)]
    public async Task A_testdrive_that_other_programs_disturbed_is_not_kept(double? share, bool kept)
    {
        var services = new FakeServices { CpuShare = share };
        CliRun run = await CliRun.Of("testdrive 7b --json", services);
        run.ExitCode.ShouldBe(0);
        services.Kept.Count.ShouldBe(kept ? 1 : 0);
        run.Error.Contains("got 60% of the cores", StringComparison.Ordinal).ShouldBe(!kept);
    }

    [Fact]
    public async Task Version_is_a_document_too()
    {
        CliRun run = await CliRun.Of("--version --json");
        run.Json.GetProperty("engine").GetString().ShouldBe("llama.cpp v0.4.0");
    }

    [Fact]
    public async Task Words_in_documents_are_in_the_language_asked_for()
    {
        CliRun chinese = await CliRun.Of("estimate 7b --json --lang zh");
        CliRun english = await CliRun.Of("estimate 7b --json --lang en");
        chinese.Json.GetProperty("reason").GetString()!.ShouldContain("内存");
        english.Json.GetProperty("reason").GetString()!.ShouldContain("memory");
    }

    private static void ShouldBeConfiguration(JsonElement c)
    {
        foreach (string name in (string[])
            ["variant", "quantization", "context", "kv_type_k", "kv_type_v", "ubatch", "parallel", "flash_attention", "gpu_layers", "file_bytes", "fits", "limited_by", "reason", "memory", "speed", "quality"])
        {
            c.TryGetProperty(name, out _).ShouldBeTrue(name);
        }

        foreach (string name in (string[])
            ["basis", "prompt_tps", "generation_tps", "generation_tps_low", "generation_tps_high", "seconds_to_first_token", "seconds_to_answer"])
        {
            c.GetProperty("speed").TryGetProperty(name, out _).ShouldBeTrue(name);
        }

        c.GetProperty("quality").GetProperty("score").GetDouble().ShouldBeInRange(1, 100);
    }
}

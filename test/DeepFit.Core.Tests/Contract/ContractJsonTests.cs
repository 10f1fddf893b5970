using System.Text.Json;
using DeepFit.Core.Contract;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Contract;

public class ContractJsonTests
{
    private static JsonElement Estimate(Configuration configuration, Language language = Language.English) =>
        Samples.Json(s => ContractJson.Write(s, configuration.ToDocument(language)));

    [Fact]
    public void A_configuration_has_every_field_of_the_contract()
    {
        JsonElement json = Estimate(Samples.Configuration());
        foreach (string name in (string[])
            ["variant", "quantization", "context", "kv_type_k", "kv_type_v", "ubatch", "parallel", "flash_attention", "gpu_layers",
             "file_bytes", "fits", "limited_by", "reason", "memory", "speed", "quality"])
        {
            json.Names().ShouldContain(name);
        }

        json.GetProperty("memory").Names().ShouldBe(["basis", "total_bytes", "devices"]);
        json.GetProperty("memory").GetProperty("devices")[0].Names().ShouldBe(
            ["device", "weights_bytes", "kv_cache_bytes", "compute_bytes", "overhead_bytes", "total_bytes", "available_bytes"]);
        json.GetProperty("speed").Names().ShouldBe(
            ["basis", "prompt_tps", "prompt_tps_low", "prompt_tps_high", "generation_tps", "generation_tps_low", "generation_tps_high",
             "seconds_to_first_token", "seconds_to_answer", "seconds_to_answer_low", "seconds_to_answer_high", "tokens", "long_answer",
             "prompt_tokens", "reasoning_tokens", "answer_tokens", "assumes"]);
        json.GetProperty("speed").GetProperty("tokens").Names().ShouldBe(["prompt", "reasoning", "answer"]);
        json.GetProperty("context_needed").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("quality").Names().ShouldBe(
            ["basis", "score", "score_low", "score_high", "uncertainty", "quantization_loss", "quantization_loss_low", "quantization_loss_high", "benchmarks",
             "benchmark_details", "sources", "assumes"]);
    }

    [Fact]
    public void A_configuration_carries_the_domain_s_figures()
    {
        JsonElement json = Estimate(Samples.Configuration());
        json.GetProperty("context").GetInt32().ShouldBe(16384);
        json.GetProperty("kv_type_k").GetString().ShouldBe("q8_0");
        json.GetProperty("kv_type_v").GetString().ShouldBe("f16");
        json.GetProperty("ubatch").GetInt32().ShouldBe(512);
        json.GetProperty("batch").GetInt32().ShouldBe(2048);
        json.GetProperty("gpu_layers").GetInt32().ShouldBe(29);
        json.GetProperty("tensor_split")[0].GetDouble().ShouldBe(0.75);
        json.GetProperty("file_bytes").GetInt64().ShouldBe(4_683_073_504);
        json.GetProperty("limited_by").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonElement memory = json.GetProperty("memory");
        memory.GetProperty("basis").GetString().ShouldBe("simulated");
        memory.GetProperty("total_bytes").GetInt64().ShouldBe(381);
        memory.GetProperty("devices")[0].GetProperty("available_bytes").GetInt64().ShouldBe(1000);
        memory.GetProperty("devices")[1].GetProperty("total_bytes").GetInt64().ShouldBe(254);
        memory.GetProperty("devices")[1].GetProperty("available_bytes").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("quality").GetProperty("benchmarks").GetProperty("math_500_pass1").GetDouble().ShouldBe(92.8);
    }

    [Fact]
    public void Figures_are_rounded_to_what_they_are_worth()
    {
        JsonElement json = Estimate(Samples.Configuration());
        json.GetProperty("speed").GetProperty("generation_tps").GetRawText().ShouldBe("3.457");
        json.GetProperty("speed").GetProperty("prompt_tps").GetRawText().ShouldBe("15.61");
        json.GetProperty("speed").GetProperty("seconds_to_answer").GetRawText().ShouldBe("812.3");
        json.GetProperty("quality").GetProperty("score").GetRawText().ShouldBe("61.2");
        json.GetProperty("quality").GetProperty("quantization_loss").GetRawText().ShouldBe("1.23");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_figure_that_is_no_number_becomes_null(double figure)
    {
        JsonElement json = Estimate(Samples.Configuration(generationTps: figure));
        json.GetProperty("speed").GetProperty("generation_tps").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void Words_come_in_the_language_asked_for_and_stay_legible()
    {
        Estimate(Samples.Configuration()).GetProperty("reason").GetString().ShouldBe("Fits with room to spare.");
        string chinese = Samples.Text(s => ContractJson.Write(s, Samples.Configuration().ToDocument(Language.Chinese)));
        chinese.ShouldContain("\"reason\": \"放得下，还有余量。\"");
        chinese.ShouldContain("\"assumes\": \"四个线程。\"");
    }

    [Fact]
    public void A_document_ends_with_one_line_feed_and_holds_no_carriage_return()
    {
        string text = Samples.Text(s => ContractJson.Write(s, Samples.Configuration().ToDocument(Language.English)));
        text.ShouldEndWith("}\n");
        text.ShouldNotContain("\r");
        text.ShouldStartWith("{");
    }

    [Fact]
    public void What_cannot_run_has_no_speed_and_says_what_limits_it()
    {
        Configuration refused = Samples.Configuration() with { Fits = false, LimitedBy = "ram", Speed = null };
        JsonElement json = Estimate(refused);
        json.GetProperty("fits").GetBoolean().ShouldBeFalse();
        json.GetProperty("limited_by").GetString().ShouldBe("ram");
        json.GetProperty("speed").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void A_machine_has_snake_case_fields_with_their_units()
    {
        JsonElement json = Samples.Json(s => ContractJson.Write(s, Samples.Machine().ToDocument()));
        json.Names().ShouldBe(["name", "os", "cpu", "memory", "disk", "gpus", "engine_devices", "nodes", "interconnect", "assumptions"]);
        json.GetProperty("memory").GetProperty("total_bytes").GetInt64().ShouldBe(64L << 30);
        json.GetProperty("memory").GetProperty("bandwidth_bytes_per_second").GetInt64().ShouldBe(78_250_000_000);
        json.GetProperty("gpus")[0].GetProperty("fp16_tflops").GetDouble().ShouldBe(71.2);
        json.GetProperty("gpus")[1].GetProperty("carve_out_bytes").GetInt64().ShouldBe(128L << 20);
        json.GetProperty("cpu").GetProperty("max_mhz").GetDouble().ShouldBe(5800.5);
    }

    [Fact]
    public void An_error_names_its_kind_and_the_nearest_names()
    {
        JsonElement json = Samples.Json(s => ContractJson.Write(
            s, new ErrorDocument(new ErrorDetail("not_found", "There is no variant 6b.", ["7b", "8b"], 2)))).GetProperty("error");
        json.GetProperty("kind").GetString().ShouldBe("not_found");
        json.GetProperty("message").GetString().ShouldBe("There is no variant 6b.");
        json.GetProperty("suggestions").EnumerateArray().Select(s => s.GetString()).ShouldBe(["7b", "8b"]);
        json.GetProperty("exit_code").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void A_test_drive_has_the_fields_of_the_contract()
    {
        JsonElement json = Samples.Json(s => ContractJson.Write(s, new TestDriveDocument
        {
            Variant = "7b",
            Quantization = "Q4_K_M",
            Depths = [2, 6],
            ContextDepth = 0,
            PromptTokens = 128,
            Rounds = 5,
            Threads = 2,
            GpuLayers = 0,
            Devices = ["CPU"],
            Basis = "measured",
            PromptTps = 15.6,
            GenerationTps = 3.4,
            Spread = 0.03,
            PromptSpread = 0.01,
            GenerationSpread = 0.03,
            ElapsedSeconds = 12.5,
            PeakRssBytes = 1_234_567_890,
            Engine = "llama.cpp v0.4.0",
        }));
        json.Names().ShouldBe(
            ["variant", "quantization", "depths", "context_depth", "prompt_tokens", "rounds", "threads", "gpu_layers", "devices", "basis", "prompt_tps", "generation_tps",
             "spread", "prompt_spread", "generation_spread", "elapsed_seconds", "peak_rss_bytes", "engine"]);
        json.GetProperty("depths").GetArrayLength().ShouldBe(2);
    }
}

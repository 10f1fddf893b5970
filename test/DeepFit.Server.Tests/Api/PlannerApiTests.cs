using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Server.Tests.Support;

namespace DeepFit.Server.Tests.Api;

public sealed class PlannerApiTests
{
    private const string Described = "machine=rtx%204090%2C%2064%20GB";

    [Fact]
    public async Task The_session_tells_version_engine_and_languages()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement session = await page.JsonAsync("/api/session");
        session.GetProperty("version").GetString().ShouldBe("1.2.3");
        session.GetProperty("engine").GetProperty("missing").ValueKind.ShouldBe(JsonValueKind.Null);
        session.GetProperty("languages").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_missing_engine_is_told_in_the_language_asked_for()
    {
        await using PageClient page = await PageClient.StartAsync(new FakeServices { Engine = new("llama.cpp v0.4.0", new("No engine.", "没有引擎。")) });
        (await page.JsonAsync("/api/session?lang=zh")).GetProperty("engine").GetProperty("missing").GetString().ShouldBe("没有引擎。");
        (await page.JsonAsync("/api/session")).GetProperty("engine").GetProperty("missing").GetString().ShouldBe("No engine.");
    }

    [Fact]
    public async Task This_machine_and_its_memory_are_told()
    {
        await using PageClient page = await PageClient.StartAsync();
        (await page.JsonAsync("/api/machine")).GetProperty("name").GetString().ShouldBe("laptop");
        JsonElement ram = (await page.JsonAsync("/api/memory")).GetProperty("ram");
        ram.GetProperty("total_bytes").GetInt64().ShouldBe(24L << 30);
        ram.GetProperty("available_bytes").GetInt64().ShouldBeLessThan(24L << 30);
    }

    [Fact]
    public async Task Memory_is_read_anew_and_the_machine_is_not()
    {
        var services = new FakeServices();
        await using PageClient page = await PageClient.StartAsync(services);
        long before = Available(await page.JsonAsync("/api/memory"));
        services.Machine = services.Machine with { Memory = services.Machine.Memory with { Available = new(1 << 30) } };
        await Task.Delay(700, TestContext.Current.CancellationToken);
        long after = Available(await page.JsonAsync("/api/memory"));
        after.ShouldBe(1 << 30);
        before.ShouldBeGreaterThan(after);

        static long Available(JsonElement memory) => memory.GetProperty("ram").GetProperty("available_bytes").GetInt64();
    }

    [Fact]
    public async Task The_catalogue_is_searched()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement found = await page.JsonAsync("/api/machines?q=rtx%203090&kind=gpu");
        found.EnumerateArray().ShouldContain(entry => entry.GetProperty("name").GetString() == "RTX 3090");
        (await page.JsonAsync("/api/machines?q=no%20such%20thing")).GetArrayLength().ShouldBe(0);
        await page.ErrorAsync("/api/machines?kind=gpus", 400, "wrong_usage");
    }

    [Fact]
    public async Task Words_become_a_machine_with_what_was_assumed()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement machine = await page.JsonAsync("/api/machines/resolve?lang=zh&" + Described);
        machine.GetProperty("gpus").GetArrayLength().ShouldBe(1);
        machine.GetProperty("assumptions")[0].GetString()!.ShouldContain(c => c > 0x2E80);
        JsonElement error = await page.ErrorAsync("/api/machines/resolve?machine=rtx%204090%20ti%20super", 400, "wrong_usage");
        error.GetProperty("suggestions").GetArrayLength().ShouldBeGreaterThan(0);
        await page.ErrorAsync("/api/machines/resolve", 400, "wrong_usage");
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("desktop.json")]
    [InlineData("./desktop.json")]
    [InlineData("~/desktop.json")]
    [InlineData("C:\\desktop.json")]
    [InlineData("../../desktop.json")]
    [InlineData("desktop")]
    public async Task A_machine_in_words_never_opens_a_file(string words)
    {
        FakeServices services = new FakeServices().With(words, """{ "name": "from a file", "memory": { "total_bytes": "64 GiB" } }""");
        await using PageClient page = await PageClient.StartAsync(services);
        foreach (string path in (string[])["/api/machines/resolve?", "/api/recommend?", "/api/matrix?", "/api/estimate?model=7b&", "/api/upgrade?", "/api/claims?", "/api/export?target=ollama&model=7b&"])
        {
            (int status, JsonElement json) = await page.GetAsync(path + "machine=" + Uri.EscapeDataString(words));
            status.ShouldBeOneOf(400, 404);
            json.ToString().ShouldNotContain("from a file");
        }
    }

    [Theory]
    [InlineData("model.gguf")]
    [InlineData("/etc/passwd")]
    [InlineData("./7b")]
    [InlineData("http://127.0.0.1/model.gguf")]
    [InlineData("\\\\server\\share\\model")]
    public async Task A_model_is_a_name_of_the_catalogue_and_never_a_file(string name)
    {
        FakeServices services = new FakeServices().With(name, "GGUF");
        await using PageClient page = await PageClient.StartAsync(services);
        string escaped = Uri.EscapeDataString(name);
        await page.ErrorAsync("/api/estimate?model=" + escaped, 400, "wrong_usage");
        await page.ErrorAsync("/api/export?target=ollama&model=" + escaped, 400, "wrong_usage");
        foreach (string path in (string[])["/api/testdrives", "/api/pulls"])
        {
            (int status, JsonElement json) = await page.SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(new { variant = name }));
            status.ShouldBe(400);
            PageClient.Error(json, "wrong_usage");
        }
    }

    [Fact]
    public async Task The_matrix_has_a_cell_for_every_pair_and_its_figures_are_those_of_the_estimate()
    {
        await using PageClient page = await PageClient.StartAsync();
        foreach (string query in (string[])["context=8192&users=2&use=coding", "kv_type=q8_0&context=4096&" + Described])
        {
            JsonElement matrix = await page.JsonAsync("/api/matrix?" + query);
            JsonElement[] cells = [.. matrix.GetProperty("cells").EnumerateArray()];
            cells.Length.ShouldBe(matrix.GetProperty("variants").GetArrayLength() * matrix.GetProperty("quantizations").GetArrayLength());
            foreach (JsonElement cell in cells.Where((_, i) => i % 17 == 0))
            {
                string same = $"/api/estimate?model={Text(cell, "variant")}&quant={Text(cell, "quantization")}&context={cell.GetProperty("context")}&parallel={cell.GetProperty("parallel")}"
                    + $"&kv_type_k={Text(cell, "kv_type_k")}&kv_type_v={Text(cell, "kv_type_v")}&gpu_layers={cell.GetProperty("gpu_layers")}"
                    + (query.Contains(Described, StringComparison.Ordinal) ? "&" + Described : "&use=coding")
                    + (cell.GetProperty("cpu_moe_layers").GetInt32() > 0 ? $"&cpu_moe={cell.GetProperty("cpu_moe_layers")}" : "");
                JsonElement estimate = await page.JsonAsync(same);
                cell.GetProperty("fits").GetBoolean().ShouldBe(estimate.GetProperty("fits").GetBoolean());
                cell.GetProperty("file_bytes").GetInt64().ShouldBe(estimate.GetProperty("file_bytes").GetInt64());
                cell.GetProperty("gpu_layers").GetInt32().ShouldBe(estimate.GetProperty("gpu_layers").GetInt32());
                cell.GetProperty("total_bytes").GetInt64().ShouldBe(estimate.GetProperty("memory").GetProperty("total_bytes").GetInt64());
                cell.GetProperty("score").GetRawText().ShouldBe(estimate.GetProperty("quality").GetProperty("score").GetRawText());
                JsonElement speed = estimate.GetProperty("speed");
                foreach (string figure in (string[])["generation_tps", "generation_tps_low", "generation_tps_high", "seconds_to_answer", "basis"])
                {
                    cell.GetProperty(figure).GetRawText().ShouldBe(speed.ValueKind == JsonValueKind.Null ? "null" : speed.GetProperty(figure).GetRawText());
                }
            }
        }
    }

    [Theory]
    [InlineData("context=8192&users=2&use=coding", "&model=14b&quant=Q5_K_M")]
    [InlineData("use=reasoning", "&model=671b&quant=Q2_K")]
    [InlineData("kv_type=q8_0&context=4096&" + Described, "&model=32b&quant=Q4_K_M")]
    [InlineData("use=chat&" + Described, "")]
    public async Task A_cell_in_full_is_the_matrix_cell_and_the_estimate_of_its_settings(string question, string named)
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement full = await page.JsonAsync("/api/cell?" + question + named);
        JsonElement cell = full.GetProperty("cell"), configuration = full.GetProperty("configuration");
        JsonElement pick = (await page.JsonAsync("/api/recommend?" + question)).GetProperty("pick");
        foreach (string name in named.Length == 0 ? (string[])["variant", "quantization", "context", "gpu_layers"] : [])
        {
            cell.GetProperty(name).GetRawText().ShouldBe(pick.GetProperty(name).GetRawText());
        }

        JsonElement same = (await page.JsonAsync("/api/matrix?" + question)).GetProperty("cells").EnumerateArray()
            .Single(c => Text(c, "variant") == Text(cell, "variant") && Text(c, "quantization") == Text(cell, "quantization"));
        foreach (JsonProperty figure in cell.EnumerateObject().Where(p => p.Name != "frontier"))
        {
            figure.Value.GetRawText().ShouldBe(same.GetProperty(figure.Name).GetRawText(), figure.Name);
        }

        JsonElement estimate = await page.JsonAsync(
            $"/api/estimate?model={Text(cell, "variant")}&quant={Text(cell, "quantization")}&context={cell.GetProperty("context")}&parallel={cell.GetProperty("parallel")}"
            + $"&kv_type_k={Text(cell, "kv_type_k")}&kv_type_v={Text(cell, "kv_type_v")}&gpu_layers={cell.GetProperty("gpu_layers")}&cpu_moe={cell.GetProperty("cpu_moe_layers")}"
            + string.Concat(question.Split('&').Where(part => part.StartsWith("use=", StringComparison.Ordinal) || part.StartsWith("machine=", StringComparison.Ordinal)).Select(part => "&" + part)));
        configuration.GetRawText().Replace("\n  ", "\n", StringComparison.Ordinal).Where(c => !char.IsWhiteSpace(c))
            .ShouldBe(estimate.GetRawText().Where(c => !char.IsWhiteSpace(c)));
    }

    [Fact]
    public async Task A_cell_that_nobody_knows_is_an_error_with_the_nearest_names()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement error = await page.ErrorAsync("/api/cell?model=33b", 400, "wrong_usage");
        error.GetProperty("suggestions").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Without_a_context_the_matrix_takes_what_the_use_needs_of_each_variant()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement matrix = await page.JsonAsync("/api/matrix?use=reasoning");
        JsonElement recommended = await page.JsonAsync("/api/recommend?use=reasoning");
        JsonElement[] cells = [.. matrix.GetProperty("cells").EnumerateArray()];
        foreach (JsonElement row in recommended.GetProperty("configurations").EnumerateArray())
        {
            int comfortable = row.GetProperty("context_needed").GetProperty("comfortable").GetInt32();
            JsonElement[] own = [.. cells.Where(c => Text(c, "variant") == Text(row, "variant"))];
            own.Where(c => Text(c, "limited_by") != "context").ShouldAllBe(c => c.GetProperty("context").GetInt32() == comfortable);
            own.Where(c => Text(c, "limited_by") == "context").ShouldAllBe(c => c.GetProperty("context").GetInt32() < comfortable);
        }
    }

    [Fact]
    public async Task The_frontier_of_the_matrix_is_what_nothing_that_runs_beats_and_slow_cells_say_so()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement matrix = await page.JsonAsync("/api/matrix?min_tps=20&" + Described);
        (JsonElement Cell, double Tps, double Score)[] runs =
        [
            .. matrix.GetProperty("cells").EnumerateArray().Where(c => c.GetProperty("fits").GetBoolean())
                .Select(c => (c, c.GetProperty("generation_tps").GetDouble(), c.GetProperty("score").GetDouble())),
        ];
        foreach ((JsonElement cell, double tps, double score) in runs)
        {
            bool beaten = runs.Any(r => r.Tps >= tps && r.Score >= score && (r.Tps > tps || r.Score > score));
            bool twin = runs.Any(r => r.Tps == tps && r.Score == score && !r.Cell.Equals(cell) && r.Cell.GetProperty("frontier").GetBoolean());
            cell.GetProperty("frontier").GetBoolean().ShouldBe(!beaten && !twin);
            (Text(cell, "limited_by") == "speed").ShouldBe(tps < 20 && Text(cell, "limited_by") != "context");
        }

        runs.ShouldContain(r => Text(r.Cell, "limited_by") == "speed");
    }

    [Fact]
    public async Task A_context_beyond_the_model_limits_its_cells_and_is_refused_as_an_estimate()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement matrix = await page.JsonAsync("/api/matrix?context=150000");
        matrix.GetProperty("cells").EnumerateArray().Where(c => Text(c, "variant") == "7b")
            .ShouldAllBe(c => Text(c, "limited_by") == "context" && c.GetProperty("total_bytes").ValueKind == JsonValueKind.Null);
        await page.ErrorAsync("/api/estimate?model=7b&context=150000", 400, "wrong_usage");
    }

    [Fact]
    public async Task Advice_names_hardware_for_a_goal_and_what_lifts_a_machine()
    {
        await using PageClient page = await PageClient.StartAsync();
        (await page.JsonAsync("/api/advise?want=32b&min_tps=10&context=8192&form=mac")).GetProperty("options").GetArrayLength().ShouldBeGreaterThan(0);
        JsonElement upgrade = await page.JsonAsync("/api/upgrade?lang=zh");
        upgrade.GetProperty("machine").GetProperty("name").GetString().ShouldBe("laptop");
        upgrade.GetProperty("explanation").GetString()!.ShouldContain(c => c > 0x2E80);
        await page.ErrorAsync("/api/advise", 400, "wrong_usage");
        await page.ErrorAsync("/api/advise?want=32b&vendor=nvidea", 400, "wrong_usage");
    }

    [Fact]
    public async Task Claims_stand_beside_benchmarks_and_the_machines_own_speed()
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement claims = await page.JsonAsync("/api/claims");
        claims.GetProperty("machine").GetString().ShouldBe("laptop");
        JsonElement[] steps = [.. claims.GetProperty("steps").EnumerateArray()];
        steps.Select(s => $"{Text(s, "from")}>{Text(s, "to")}").ShouldBe(["1.5b>7b", "7b>8b", "8b>14b", "14b>32b", "32b>70b", "70b>671b"]);
        steps[0].GetProperty("claimed_compute_percent").GetDouble().ShouldBe(367);
        steps[0].GetProperty("benchmark_percent").GetDouble().ShouldBeGreaterThan(0);
        steps[0].GetProperty("seconds_per_token_percent").GetDouble().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_plan_is_exported()
    {
        await using PageClient page = await PageClient.StartAsync();
        (await page.JsonAsync("/api/export/targets?lang=zh")).EnumerateArray().ShouldContain(t => t.GetString() == "systemd");
        JsonElement export = await page.JsonAsync("/api/export?target=systemd&model=7b&context=4096&lang=zh");
        export.GetProperty("files")[0].GetProperty("content").GetString()!.ShouldContain("[Service]");
        export.GetProperty("configuration").GetProperty("context").GetInt32().ShouldBe(4096);
        JsonElement error = await page.ErrorAsync("/api/export?target=sistemd&model=7b", 400, "wrong_usage");
        error.GetProperty("suggestions").EnumerateArray().ShouldContain(s => s.GetString() == "systemd");
        await page.ErrorAsync("/api/export?target=systemd&model=671b", 409, "nothing_fits");
    }

    [Theory]
    [InlineData("/api/recommend?contxt=1", "context")]
    [InlineData("/api/recommend?use=codding", "coding")]
    [InlineData("/api/estimate?model=7c", "7b")]
    [InlineData("/api/estimate?model=7b&quant=Q4_K_N", "Q4_K_M")]
    [InlineData("/api/estimate?model=7b&kv_type=q8", "q8_0")]
    public async Task What_is_wrong_is_named_with_the_nearest_right_names(string path, string near)
    {
        await using PageClient page = await PageClient.StartAsync();
        JsonElement error = await page.ErrorAsync(path, 400, "wrong_usage");
        error.GetProperty("suggestions").EnumerateArray().ShouldContain(s => s.GetString() == near);
    }

    [Theory]
    [InlineData("/api/recommend?context=8k&context=4k")]
    [InlineData("/api/recommend?context=many")]
    [InlineData("/api/recommend?users=0")]
    [InlineData("/api/recommend?lang=fr")]
    [InlineData("/api/estimate?model=7b&gpu_layers=few")]
    [InlineData("/api/estimate?model=7b&gpu_layers=10")]
    [InlineData("/api/estimate")]
    public async Task What_makes_no_sense_is_refused_in_both_languages(string path)
    {
        await using PageClient page = await PageClient.StartAsync();
        await page.ErrorAsync(path, 400, "wrong_usage");
    }

    [Fact]
    public async Task An_unforeseen_failure_is_words_and_no_stack_trace()
    {
        await using PageClient page = await PageClient.StartAsync(new FakeServices { DetectionFails = new InvalidOperationException("the probe broke") });
        JsonElement error = await page.ErrorAsync("/api/machine", 500, "failed");
        error.GetProperty("message").GetString()!.ShouldContain("the probe broke");
        error.ToString().ShouldNotContain("   at ");
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

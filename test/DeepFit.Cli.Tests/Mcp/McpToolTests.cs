using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace DeepFit.Cli.Tests.Mcp;

public sealed class McpToolTests
{
    private const string Desktop = "2x rtx-3090, 64 GB ddr4-3200 2ch";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Every tool with arguments, the command line that asks the same, and the member that holds the command line's array.</summary>
    public static TheoryData<string, string, string[], string?> SameQuestions => new()
    {
        { "detect", "{}", ["detect"], null },
        { "recommend", "{}", ["recommend"], null },
        { "recommend", $$"""{"use":"coding","context":16384,"min_tps":7.5,"users":2,"machine":"{{Desktop}}"}""", ["recommend", "--use", "coding", "--context", "16k", "--min-tps", "7.5", "--users", "2", "--machine", Desktop], null },
        { "estimate", """{"variant":"7b"}""", ["estimate", "7b"], null },
        {
            "estimate",
            """{"variant":"671b:IQ1_S","context":4096,"ubatch":256,"parallel":2,"flash_attention":true,"gpu_layers":3,"cpu_moe_layers":58,"use":"reasoning","machine":"workstation.json"}""",
            ["estimate", "671b:IQ1_S", "--context", "4k", "--ubatch", "256", "--parallel", "2", "--flash-attn", "on", "--gpu-layers", "3", "--cpu-moe", "58", "--use", "reasoning", "--machine", "workstation.json"],
            null
        },
        { "estimate", """{"variant":"14b","quantization":"Q5_K_M","kv_type_k":"q8_0","kv_type_v":"q8_0"}""", ["estimate", "14b", "--quant", "Q5_K_M", "--kv-type", "q8_0"], null },
        { "estimate", """{"variant":"1.5b","flash_attention":false,"basis":"simulated"}""", ["estimate", "1.5b", "--flash-attn", "off", "--basis", "simulated"], null },
        { "test_drive", """{"variant":"7b:Q8_0","context_depth":1024,"gpu_layers":0}""", ["testdrive", "7b:Q8_0", "--context-depth", "1k", "--gpu-layers", "0"], null },
        { "models", "{}", ["models"], "models" },
        { "models", """{"variant":"8b"}""", ["models", "8b"], "models" },
        { "local_models", "{}", ["list"], null },
        { "machines", """{"query":"rtx 3090","kind":"gpu"}""", ["machines", "rtx", "3090", "--kind", "gpu"], "machines" },
        { "describe_machine", $$"""{"machine":"{{Desktop}}"}""", ["machines", "--show", Desktop], null },
        {
            "advise_hardware",
            """{"variants":["14b:Q4_K_M","8b"],"min_tps":20,"context":8192,"use":"chat","users":1,"max_price_usd":2000,"vendor":"nvidia","form":"desktop"}""",
            ["advise", "--want", "14b:Q4_K_M,8b", "--min-tps", "20", "--context", "8k", "--use", "chat", "--users", "1", "--max-price", "2000", "--vendor", "nvidia", "--form", "desktop"],
            null
        },
        { "advise_upgrade", """{"use":"chat"}""", ["advise", "--use", "chat"], null },
    };

    [Theory]
    [MemberData(nameof(SameQuestions))]
    public async Task A_tool_answers_with_the_document_of_the_command_line(string tool, string arguments, string[] line, string? member)
    {
        CliRun run = await CliRun.Of([.. line, "--json"], Services(), cancellationToken: Stop);
        run.ExitCode.ShouldBe(0);
        await using McpSession session = await McpSession.StartAsync(Services());
        CallToolResult result = await session.CallAsync(tool, JsonElement.Parse(arguments));
        result.IsError.ShouldNotBe(true, result.Text());
        JsonElement document = result.StructuredContent.ShouldNotBeNull();
        McpResults.Normal(member is null ? document : document.GetProperty(member)).ShouldBe(McpResults.Normal(run.Json));
        result.Text().ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task Every_tool_is_asked_in_these_tests_and_says_what_it_takes()
    {
        await using McpSession session = await McpSession.StartAsync();
        session.Client.ServerInfo.ShouldNotBeNull().Name.ShouldBe("deepfit");
        session.Client.ServerInstructions.ShouldNotBeNullOrWhiteSpace();
        IList<McpClientTool> tools = await session.Client.ListToolsAsync(cancellationToken: Stop);
        tools.Select(t => t.Name).ShouldBe(SameQuestions.Select(row => row.Data.Item1).Distinct(), ignoreOrder: true);
        foreach (McpClientTool tool in tools)
        {
            tool.Description.Length.ShouldBeGreaterThan(40);
            tool.Title.ShouldNotBeNullOrWhiteSpace();
            JsonElement schema = tool.JsonSchema;
            schema.GetProperty("type").GetString().ShouldBe("object");
            schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
            foreach (JsonProperty property in schema.GetProperty("properties").EnumerateObject())
            {
                property.Name.ShouldMatch("^[a-z][a-z_]*$");
                property.Value.GetProperty("type").GetString().ShouldBeOneOf("string", "integer", "number", "boolean", "array");
                property.Value.GetProperty("description").GetString()!.Length.ShouldBeGreaterThan(10);
            }
        }
    }

    [Fact]
    public async Task What_a_schema_gives_as_an_example_or_a_default_is_taken()
    {
        await using McpSession session = await McpSession.StartAsync(Services());
        JsonElement properties = (await session.Client.ListToolsAsync(cancellationToken: Stop)).Single(t => t.Name == "recommend").JsonSchema.GetProperty("properties");
        foreach (string machine in properties.GetProperty("machine").GetProperty("examples").EnumerateArray().Select(e => e.GetString()!).Where(e => !e.EndsWith(".json", StringComparison.Ordinal)))
        {
            CallToolResult described = await session.CallAsync("describe_machine", new { machine });
            described.IsError.ShouldNotBe(true, described.Text());
        }

        string defaults = (await session.CallAsync("recommend", new
        {
            use = properties.GetProperty("use").GetProperty("default").GetString(),
            users = properties.GetProperty("users").GetProperty("default").GetInt32(),
            brief = properties.GetProperty("brief").GetProperty("default").GetBoolean(),
        })).Document();
        defaults.ShouldBe((await session.CallAsync("recommend")).Document());
    }

    [Fact]
    public async Task The_tools_that_change_nothing_say_so_and_the_test_drive_does_not()
    {
        await using McpSession session = await McpSession.StartAsync();
        foreach (McpClientTool tool in await session.Client.ListToolsAsync(cancellationToken: Stop))
        {
            ToolAnnotations annotations = tool.ProtocolTool.Annotations.ShouldNotBeNull();
            annotations.ReadOnlyHint.ShouldBe(tool.Name != "test_drive");
            annotations.DestructiveHint.ShouldBe(false);
        }
    }

    [Fact]
    public async Task A_short_answer_leaves_the_document_out()
    {
        await using McpSession session = await McpSession.StartAsync();
        CallToolResult result = await session.CallAsync("recommend", new { machine = "rtx-4090, 64 GB", brief = true });
        result.StructuredContent.ShouldBeNull();
        foreach (string variant in new[] { "1.5b", "7b", "8b", "14b", "32b", "70b", "671b" })
        {
            result.Text().ShouldContain($"- {variant} ");
        }
    }

    [Fact]
    public async Task That_nothing_fits_is_an_answer()
    {
        await using McpSession session = await McpSession.StartAsync(new FakeServices { Machine = Machines.Tiny });
        CallToolResult result = await session.CallAsync("recommend");
        result.IsError.ShouldNotBe(true);
        result.StructuredContent!.Value.GetProperty("pick").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("estimate", """{"variant":"7c"}""", "7b", "7b")]
    [InlineData("estimate", """{"variant":"7b","quantization":"Q4_K_N"}""", "Q4_K_M", "Q4_K_M")]
    [InlineData("estimate", """{"variant":"7b","contxt":4096}""", "contxt", "context")]
    [InlineData("estimate", """{"variant":"7b","context":"8k"}""", "context takes a whole number", null)]
    [InlineData("estimate", """{"variant":"7b","context":200000}""", "131072", null)]
    [InlineData("estimate", """{"variant":"7b","kv_type_k":"q8"}""", "q8_0", "q8_0")]
    [InlineData("estimate", """{"variant":"7b","parallel":0}""", "from 1 to 256", null)]
    [InlineData("estimate", """{"variant":"7b","flash_attention":"on"}""", "true or false", null)]
    [InlineData("estimate", """{"variant":"7b","basis":"simulated","machine":"rtx 4090"}""", "basis", null)]
    [InlineData("estimate", """{"variant":"/absent/model.gguf","quantization":"Q4_K_M"}""", "quantization", null)]
    [InlineData("estimate", "{}", "needs the argument variant", null)]
    [InlineData("recommend", """{"use":"codng"}""", "coding", "coding")]
    [InlineData("recommend", """{"min_tps":0}""", "above 0", null)]
    [InlineData("recommend", """{"machine":"rtx 4090 ti super"}""", "RTX 4070 Ti SUPER", "RTX 4070 Ti SUPER")]
    [InlineData("recommend", """{"machine":"absent.json"}""", "absent.json", null)]
    [InlineData("machines", """{"query":"rtx 9999999"}""", "9999999", null)]
    [InlineData("advise_hardware", """{"variants":[]}""", "variants", null)]
    [InlineData("advise_hardware", """{"variants":"7b"}""", "list of strings", null)]
    [InlineData("detect", """{"depth":1}""", "It takes none", null)]
    [InlineData("test_drive", """{"variant":"7b","context_depth":-1}""", "from 0", null)]
    public async Task A_wrong_argument_is_a_tool_error_that_names_it_and_the_way_out(string tool, string arguments, string part, string? suggestion)
    {
        await using McpSession session = await McpSession.StartAsync();
        CallToolResult result = await session.CallAsync(tool, JsonElement.Parse(arguments));
        result.IsError.ShouldBe(true);
        result.Text().ShouldContain(part);
        JsonElement error = result.StructuredContent!.Value.GetProperty("error");
        error.GetProperty("exit_code").GetInt32().ShouldBe(2);
        error.GetProperty("kind").GetString().ShouldBeOneOf("wrong_usage", "not_found");
        if (suggestion is not null)
        {
            error.GetProperty("suggestions").EnumerateArray().Select(s => s.GetString()).ShouldContain(suggestion);
        }

        (await session.CallAsync("models", new { variant = "7b" })).IsError.ShouldNotBe(true);
    }

    [Fact]
    public async Task What_the_core_refuses_is_the_same_error_document_as_on_the_command_line()
    {
        CliRun run = await CliRun.Of("estimate 7b --quant Q4_K_N --json");
        await using McpSession session = await McpSession.StartAsync();
        (await session.CallAsync("estimate", new { variant = "7b", quantization = "Q4_K_N" })).Document().ShouldBe(McpResults.Normal(run.Json));
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_is_a_tool_error_too()
    {
        await using McpSession session = await McpSession.StartAsync(new FakeServices { DetectionFails = new InvalidOperationException("the probe broke") });
        CallToolResult result = await session.CallAsync("detect");
        result.IsError.ShouldBe(true);
        result.Text().ShouldContain("the probe broke");
        result.StructuredContent!.Value.GetProperty("error").GetProperty("kind").GetString().ShouldBe("failed");
        (await session.CallAsync("recommend", new { machine = "rtx 4090", brief = true })).IsError.ShouldNotBe(true);
    }

    [Fact]
    public async Task An_unknown_tool_is_an_error_of_the_protocol()
    {
        await using McpSession session = await McpSession.StartAsync();
        McpException error = await Should.ThrowAsync<McpException>(() => session.CallAsync("recomend"));
        error.Message.ShouldContain("recomend");
    }

    [Fact]
    public async Task A_test_drive_tells_how_far_it_is_and_keeps_its_result()
    {
        await using McpSession session = await McpSession.StartAsync();
        var told = Channel.CreateUnbounded<JsonNode>();
        await using IAsyncDisposable listening = session.Client.RegisterNotificationHandler(
            NotificationMethods.ProgressNotification, (notification, token) => told.Writer.WriteAsync(notification.Params!, token));
        CallToolResult result = await session.Client.CallToolAsync("test_drive", McpSession.Arguments(new { variant = "7b" }), new Progress<ProgressNotificationValue>(), cancellationToken: Stop);
        result.Text().ShouldContain("3.4");
        session.Services.Kept.ShouldHaveSingleItem().Variant.ShouldBe("7b");

        // the client hands notifications on at the same time, in any order
        JsonNode[] steps = [await told.Reader.ReadAsync(Stop), await told.Reader.ReadAsync(Stop), await told.Reader.ReadAsync(Stop)];
        steps.OrderBy(s => s["progress"]!.GetValue<double>()).Select(s => s["message"]!.GetValue<string>())
            .ShouldBe(["loading synthetic weights · 2 layers", "timing generation", "done"]);
        steps.ShouldAllBe(s => s["total"]!.GetValue<double>() == 1);
    }

    [Fact]
    public async Task A_disturbed_test_drive_is_not_kept_and_says_so()
    {
        await using McpSession session = await McpSession.StartAsync(new FakeServices { CpuShare = 0.4 });
        CallToolResult result = await session.CallAsync("test_drive", new { variant = "7b" });
        result.Text().ShouldContain("not kept");
        session.Services.Kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_test_drive_that_the_engine_refuses_says_what_it_said()
    {
        var failure = new EngineFailedException(EngineFailure.OutOfMemory, new BilingualText("No memory is left.", "内存不足。"), []);
        await using McpSession session = await McpSession.StartAsync(new FakeServices { TestDriveFails = failure }, "zh");
        CallToolResult result = await session.CallAsync("test_drive", new { variant = "7b" });
        result.IsError.ShouldBe(true);
        result.Text().ShouldBe("内存不足。");
    }

    [Fact]
    public async Task Chinese_is_spoken_where_it_was_asked_for()
    {
        await using McpSession session = await McpSession.StartAsync(Services(), "zh");
        IList<McpClientTool> tools = await session.Client.ListToolsAsync(cancellationToken: Stop);
        tools.ShouldAllBe(t => t.Description.Any(c => c > 0x4E00) && t.Title!.Any(c => c > 0x4E00));
        foreach (ITheoryDataRow row in SameQuestions)
        {
            object?[] data = row.GetData();
            CallToolResult result = await session.CallAsync((string)data[0]!, JsonElement.Parse((string)data[1]!));
            if ((string)data[0]! is not ("machines" or "local_models"))
            {
                // these two are names and paths
                result.Text().ShouldContain(c => c > 0x4E00, (string)data[0]!);
            }
        }

        CallToolResult wrong = await session.CallAsync("estimate", new { variant = "7b", parallel = 0 });
        wrong.Text().ShouldBe("parallel 的值应为 1 到 256 之间的整数，而不是 0。");
    }

    [Fact]
    public async Task The_server_ends_with_its_client()
    {
        McpSession session = await McpSession.StartAsync();
        await session.DisposeAsync();
        (await session.ExitCode).ShouldBe(0);
        session.Services.Disposed.ShouldBeTrue();
        session.Error.ToString().ShouldBeEmpty();
    }

    private static FakeServices Services()
    {
        var services = new FakeServices();
        services.Store.Models.Add(FakeModelStore.Model());
        using var stream = new MemoryStream();
        Core.Contract.ContractJson.Write(stream, Core.Contract.ContractMap.ToDocument(Machines.Workstation, Language.English));
        services.Files["workstation.json"] = stream.ToArray();
        return services;
    }
}

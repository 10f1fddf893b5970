using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace DeepFit.Cli.Tests.Mcp;

/// <summary>The real program, started as clients start it.</summary>
public sealed class McpProcessTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("deepfit-mcp-").FullName;
    private readonly string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "deepfit.exe" : "deepfit");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public async Task The_program_serves_the_figures_that_it_prints()
    {
        await using McpClient client = await ConnectAsync();
        (await client.ListToolsAsync(cancellationToken: Stop)).Count.ShouldBe(10);
        (string Tool, object Arguments, string[] Line)[] questions =
        [
            ("recommend", new { machine = "rtx-4090, 64 GB" }, ["recommend", "--machine", "rtx-4090, 64 GB"]),
            ("estimate", new { variant = "14b:Q5_K_M", context = 16384, machine = "mac studio m2 ultra 192 GB" }, ["estimate", "14b:Q5_K_M", "--context", "16k", "--machine", "mac studio m2 ultra 192 GB"]),
            ("describe_machine", new { machine = "8x h100-sxm" }, ["machines", "--show", "8x h100-sxm"]),
            ("advise_upgrade", new { machine = "rtx-3060, 32 GB" }, ["advise", "--machine", "rtx-3060, 32 GB"]),
            ("local_models", new { }, ["list"]),
        ];
        foreach ((string tool, object arguments, string[] line) in questions)
        {
            CallToolResult result = await client.CallToolAsync(tool, McpSession.Arguments(arguments), cancellationToken: Stop);
            result.IsError.ShouldNotBe(true, result.Text());
            result.Document().ShouldBe(McpResults.Normal(JsonElement.Parse(await PrintedAsync(line))));
        }

        // what is free changes from one second to the next
        CallToolResult here = await client.CallToolAsync("detect", cancellationToken: Stop);
        JsonElement printed = JsonElement.Parse(await PrintedAsync("detect"));
        here.StructuredContent!.Value.GetProperty("cpu").GetProperty("model").GetString().ShouldBe(printed.GetProperty("cpu").GetProperty("model").GetString());
        here.StructuredContent!.Value.GetProperty("memory").GetProperty("total_bytes").GetInt64().ShouldBe(printed.GetProperty("memory").GetProperty("total_bytes").GetInt64());
    }

    [Fact]
    public async Task A_test_drive_that_is_cancelled_stops_its_engine_and_the_server_goes_on()
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "this build carries no engine");
        await using McpClient client = await ConnectAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ValueTask<CallToolResult> drive = client.CallToolAsync(
            "test_drive", McpSession.Arguments(new { variant = "1.5b" }), new Progress(value => _ = value.Progress > 0.2f && begun.TrySetResult()), cancellationToken: cancel.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        Engines().ShouldNotBeEmpty();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await drive);

        // the next call waits for its turn: it is answered once the test-drive is over
        long start = Stopwatch.GetTimestamp();
        (await client.CallToolAsync("models", McpSession.Arguments(new { variant = "7b" }), cancellationToken: Stop)).IsError.ShouldNotBe(true);
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        Engines().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_test_drive_takes_the_engine_with_it()
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "this build carries no engine");
        McpClient client = await ConnectAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<CallToolResult> drive = client.CallToolAsync(
            "test_drive", McpSession.Arguments(new { variant = "1.5b" }), new Progress(value => _ = value.Progress > 0.2f && begun.TrySetResult()), cancellationToken: Stop).AsTask();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        Engines().ShouldNotBeEmpty();
        await client.DisposeAsync();
        await drive.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
        Engines().ShouldBeEmpty();
    }

    [Fact]
    public async Task Standard_output_holds_the_protocol_alone_and_broken_lines_do_no_harm()
    {
        using Process server = Start("mcp", "--json");
        await server.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        JsonElement.Parse((await server.StandardOutput.ReadLineAsync(Stop))!).GetProperty("result").GetProperty("serverInfo").GetProperty("name").GetString().ShouldBe("deepfit");
        await server.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await server.StandardInput.WriteLineAsync("this is no JSON");
        await server.StandardInput.WriteLineAsync("");
        await server.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"estimate","arguments":{"variant":"7b","machine":"rtx-4090, 64 GB"}}}""");
        JsonElement answer;
        do
        {
            string line = (await server.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop)).ShouldNotBeNull();
            answer = JsonElement.Parse(line);
            answer.GetProperty("jsonrpc").GetString().ShouldBe("2.0");
        }
        while (!answer.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.Number || id.GetInt32() != 7);

        answer.GetProperty("result").GetProperty("structuredContent").GetProperty("variant").GetString().ShouldBe("7b");
        server.StandardInput.Close();
        (await server.StandardOutput.ReadToEndAsync(Stop)).ShouldBeEmpty();
        await server.WaitForExitAsync(Stop);
        server.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task It_ends_at_once_when_it_is_told_to_though_its_input_stays_open()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        using Process server = Start("mcp", "--json");
        await server.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        await server.StandardOutput.ReadLineAsync(Stop);
        using (Process kill = Process.Start("kill", ["-TERM", server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Stop);
        }

        await server.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromSeconds(15), Stop);
        server.ExitCode.ShouldBe(143);
        (await server.StandardOutput.ReadToEndAsync(Stop)).ShouldBeEmpty();
    }

    private async Task<McpClient> ConnectAsync()
    {
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = "deepfit",
            Command = program,
            Arguments = ["mcp"],
            EnvironmentVariables = new Dictionary<string, string?> { ["DEEPFIT_HOME"] = home, ["LANG"] = "C" },
        });
        return await McpClient.CreateAsync(transport, cancellationToken: Stop);
    }

    private async Task<string> PrintedAsync(params string[] line)
    {
        using Process process = Start([.. line, "--json"]);
        string output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        process.ExitCode.ShouldBe(0);
        return output;
    }

    private Process Start(params string[] line)
    {
        var start = new ProcessStartInfo(program, line)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        start.Environment["DEEPFIT_HOME"] = home;
        start.Environment["LANG"] = "C";
        return Process.Start(start)!;
    }

    // the engine's processes whose home is this test's: others may run beside it
    private List<int> Engines() => !OperatingSystem.IsLinux() ? [] :
    [
        .. Process.GetProcessesByName("deepfit").Select(p => p.Id)
            .Where(id => Read(id, "cmdline").Contains("__engine", StringComparison.Ordinal) && Read(id, "environ").Contains("DEEPFIT_HOME=" + home, StringComparison.Ordinal)),
    ];

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has just ended
        }
    }

    private sealed class Progress(Action<ProgressNotificationValue> report) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => report(value);
    }
}

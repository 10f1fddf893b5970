using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Cli.Tests.Support;

/// <summary>A running <c>deepfit serve</c>: the executable itself, in a process of its own.</summary>
internal sealed class ServedRun : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> error;
    private readonly StringBuilder said = new();

    private ServedRun(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The line that it printed when it was ready.</summary>
    public JsonElement Ready { get; private set; }

    /// <summary>What it wrote to standard output until it was ready.</summary>
    public string Screen => said.ToString();

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts it on a free port with <c>--json</c> and waits until it is ready.</summary>
    public static Task<ServedRun> StartAsync(TinyModels tiny, params string[] arguments) => StartAsync(tiny, 0, arguments);

    /// <summary>Starts it on a port with <c>--json</c> and waits until it is ready.</summary>
    public static async Task<ServedRun> StartAsync(TinyModels tiny, int port, string[] arguments)
    {
        ServedRun run = Launch(tiny, ["serve", .. arguments, "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--json"]);
        string line = await run.process.StandardOutput.ReadLineAsync(Token) ?? throw new InvalidOperationException("it ended: " + await run.error);
        run.Ready = JsonDocument.Parse(line).RootElement;
        run.Client.BaseAddress = new Uri(run.Ready.GetProperty("url").GetString()!);
        return run;
    }

    /// <summary>Starts it with its screen, and waits until that ends with the given words.</summary>
    public static async Task<ServedRun> ShowAsync(TinyModels tiny, string last, params string[] arguments)
    {
        ServedRun run = Launch(tiny, ["serve", .. arguments, "--port", "0"]);
        while (!run.Screen.Contains(last, StringComparison.Ordinal))
        {
            run.said.Append(await run.process.StandardOutput.ReadLineAsync(Token) ?? throw new InvalidOperationException("it ended: " + await run.error)).Append('\n');
        }

        return run;
    }

    /// <summary>Sends a signal to the process that was started, or to another one.</summary>
    public void Signal(string name, int? other = null)
    {
        using Process kill = Process.Start("kill", ["-" + name, (other ?? process.Id).ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Error)> EndAsync()
    {
        await process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        return (process.ExitCode, await error);
    }

    /// <summary>Asks a question.</summary>
    public async Task<HttpResponseMessage> AskAsync(string question, int most = 500, bool stream = false, string? key = null)
    {
        var body = new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }),
            ["temperature"] = 0,
            ["max_tokens"] = most,
            ["stream"] = stream,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
        {
            Signal("TERM");
            Signal("TERM");
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private static ServedRun Launch(TinyModels tiny, string[] arguments)
    {
        Assert.SkipUnless(NativeEngine.IsPresent, "the build restored no engine for this platform");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are POSIX's");
        return new ServedRun(Process.Start(RealRun.Prepare(EngineCommand.Default.FileName, [.. EngineCommand.Default.Arguments, .. arguments], tiny.Home))!);
    }
}

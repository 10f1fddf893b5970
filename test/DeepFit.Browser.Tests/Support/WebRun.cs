using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Engine.Detection;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.Storage;

namespace DeepFit.Browser.Tests.Support;

/// <summary>A running <c>deepfit web</c>: the executable itself, in a process and with a home of its own.</summary>
internal sealed partial class WebRun : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private readonly string home = Directory.CreateTempSubdirectory("deepfit-browser-").FullName;
    private readonly (string Name, string? Value)[] environment;
    private readonly HttpClient client = new() { Timeout = Longest };
    private Process? process;

    private WebRun((string Name, string? Value)[] environment) => this.environment = environment;

    /// <summary>Where the page is, with a slash at the end.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where its models lie.</summary>
    public string ModelFolder => Path.Combine(home, "models");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts one on a free port.</summary>
    /// <param name="models">Whether the tests' models are there.</param>
    /// <param name="environment">Variables to set besides the usual ones, or to remove.</param>
    public static async Task<WebRun> StartAsync(bool models = false, params (string Name, string? Value)[] environment)
    {
        var run = new WebRun(environment);
        Directory.CreateDirectory(run.ModelFolder);
        if (models)
        {
            Models.WriteTo(run.ModelFolder);
            await run.RememberAsync();
        }

        await run.LaunchAsync(0);
        return run;
    }

    /// <summary>Ends the process at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(Token);
    }

    /// <summary>Starts it again at the address where it was, with the same home.</summary>
    public Task RestartAsync() => LaunchAsync(Address.Port);

    /// <summary>What the command line says with <c>--json</c>, of the same home, models and machine.</summary>
    public async Task<JsonElement> CliAsync(params string[] arguments)
    {
        using Process run = Process.Start(Prepare([.. arguments, "--json", .. arguments.Contains("--lang") ? [] : (string[])["--lang", "en"]]))!;
        run.StandardInput.Close();
        Task<string> error = run.StandardError.ReadToEndAsync(Token);
        string output = await run.StandardOutput.ReadToEndAsync(Token);
        await run.WaitForExitAsync(Token);
        run.ExitCode.ShouldBeOneOf([0, 3], $"deepfit {string.Join(' ', arguments)}: {output} {await error}");
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Asks the page's API.</summary>
    public Task<JsonElement> GetAsync(string path) => client.GetFromJsonAsync<JsonElement>(new Uri(Address, path), Token);

    /// <summary>Sends any request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => client.SendAsync(request, Token);

    /// <summary>The token that the index carries.</summary>
    public async Task<string> TokenAsync() => TokenOf().Match(await client.GetStringAsync(Address, Token)).Groups[1].Value;

    /// <summary>Starts a model as the page would, and waits until it runs.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> DeployAsync(string model)
    {
        var body = new JsonObject { ["model"] = model, ["quantization"] = "F16", ["context"] = 4096, ["parallel"] = 1 };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "api/deployments")) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-DeepFit-Token", await TokenAsync());
        using HttpResponseMessage answer = await SendAsync(request);
        string id = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
        while ((await DeploymentAsync(id)).GetProperty("state").GetString() is not "running")
        {
            await Task.Delay(100, Token);
        }

        return id;
    }

    /// <summary>A deployment as the API tells it.</summary>
    public async Task<JsonElement> DeploymentAsync(string id) =>
        (await GetAsync("api/deployments")).GetProperty("deployments").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (!process!.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
        await StopDeploymentsAsync();
        Directory.Delete(home, recursive: true);
    }

    [GeneratedRegex("name=\"deepfit-token\" content=\"([0-9a-f]+)\"")]
    private static partial Regex TokenOf();

    /// <summary>Models that were started outlive the page; the tests' do not outlive the test.</summary>
    private async Task StopDeploymentsAsync()
    {
        using Process list = Process.Start(Prepare(["ps", "--json"]))!;
        string output = await list.StandardOutput.ReadToEndAsync(CancellationToken.None);
        foreach (JsonElement one in JsonDocument.Parse(output).RootElement.EnumerateArray())
        {
            using Process stop = Process.Start(Prepare(["stop", one.GetProperty("id").GetString()!]))!;
            await stop.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await stop.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>A speed that was measured on this machine a day before, so that the history is not empty.</summary>
    private async Task RememberAsync()
    {
        var probes = new ProbeHost();
        MachineProfile machine = await new MachineDetector(probes).DetectAsync(new DetectionOptions { MeasureBandwidth = false }, Token);
        using var store = new MeasurementStore(home, TimeProvider.System);
        store.Add(new SpeedMeasurement(
            "7b", "Q4_K_M", 0, 0, 21, 3.6, 0.02, 0.01, EstimateBasis.Measured, MachineFingerprint.Of(probes, machine).Id, NativeEngine.Name, DateTimeOffset.UtcNow.AddDays(-1)));
    }

    private async Task LaunchAsync(int port)
    {
        process?.Dispose();
        process = Process.Start(Prepare(["web", "--no-open", "--json", "--port", port.ToString(CultureInfo.InvariantCulture)]))!;
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string line = await process.StandardOutput.ReadLineAsync(Token) ?? throw new InvalidOperationException("deepfit web ended: " + await error);
        Address = new Uri(JsonDocument.Parse(line).RootElement.GetProperty("url").GetString()!);
    }

    private ProcessStartInfo Prepare(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(EngineCommand.Default.FileName)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = home,
        };
        foreach (string argument in (IEnumerable<string>)[.. EngineCommand.Default.Arguments, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        // a home where no other program's models are found, a network that leads nowhere, and no software GPU, which would be slower than the processor
        (string, string?)[] usual =
        [
            ("DEEPFIT_HOME", home), ("DEEPFIT_MODELS", ModelFolder), ("HOME", home), ("USERPROFILE", home), ("XDG_CACHE_HOME", null), ("XDG_DATA_HOME", null), ("HF_HOME", null), ("HF_HUB_CACHE", null),
            ("OLLAMA_MODELS", null), ("DEEPFIT_API_KEY", null), ("HTTP_PROXY", "http://127.0.0.1:9"), ("HTTPS_PROXY", "http://127.0.0.1:9"), ("ALL_PROXY", null), ("NO_PROXY", "127.0.0.1,localhost"),
            ("http_proxy", null), ("https_proxy", null), ("all_proxy", null), ("no_proxy", null), ("GGML_VK_VISIBLE_DEVICES", "99"), ("NO_COLOR", "1"),
        ];
        foreach ((string name, string? value) in usual.Concat(environment))
        {
            start.Environment[name] = value;
        }

        return start;
    }
}

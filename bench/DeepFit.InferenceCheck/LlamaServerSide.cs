using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.InferenceCheck;

/// <summary>llama-server, made to load DeepFit's very libraries, asked through <c>/completion</c>; its own timings for one client, the clock for several.</summary>
internal sealed class LlamaServerSide : ISide
{
    private readonly Process process;
    private readonly HttpClient client;

    private LlamaServerSide(Process process, HttpClient client)
    {
        this.process = process;
        this.client = client;
    }

    public string Name => "llama-server";

    public long PeakMemory => Comparison.PeakOf(process.Id);

    public static async Task<ISide> StartAsync(string server, string model, string folder)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var said = new StringBuilder();
        Process process = Launch(server, model, folder, port, "none", said);
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(20) };
        while (!await IsUpAsync(client))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"llama-server ended with {process.ExitCode}:\n{said}");
            }

            await Task.Delay(300);
        }

        return new LlamaServerSide(process, client);
    }

    /// <summary>Starts it with DeepFit's libraries, without GPUs.</summary>
    internal static Process Launch(string server, string model, string folder, int port, string loadMode, StringBuilder? said = null)
    {
        var start = new ProcessStartInfo(server)
        {
            WorkingDirectory = Libraries(folder), // back ends are looked for here
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["LD_LIBRARY_PATH"] = start.WorkingDirectory;
        start.Environment["GGML_VK_VISIBLE_DEVICES"] = "99";
        foreach (string argument in string.Create(
            CultureInfo.InvariantCulture,
            $"-m {model} --port {port} -c {Comparison.Context} -np {Comparison.Slots} --no-kv-unified -fa on --load-mode {loadMode} -ngl 0 --no-warmup --cache-ram 0 --no-webui").Split(' '))
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => said?.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => said?.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public async Task<Shot> ShootAsync(int clients, int promptTokens, int generate, int seed)
    {
        long start = Stopwatch.GetTimestamp();
        JsonElement[] answers = await Task.WhenAll(Enumerable.Range(0, clients).Select(c => AskAsync(Comparison.Tokens(promptTokens, (seed * 100) + c), generate)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        JsonElement[] timings = [.. answers.Select(a => a.GetProperty("timings"))];
        double first = Comparison.Median(timings.Select(t => t.GetProperty("prompt_ms").GetDouble() / 1000));
        int tokens = timings.Sum(t => t.GetProperty("predicted_n").GetInt32());

        // its rate counts n tokens over the time of n-1; the same n-1 here as there
        double one = (tokens - 1) / (timings[0].GetProperty("predicted_ms").GetDouble() / 1000);
        return new Shot(first, clients == 1 ? one : tokens / seconds);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<JsonElement> AskAsync(int[] prompt, int generate)
    {
        string body = $"{{\"prompt\":[{string.Join(',', prompt)}],\"n_predict\":{generate},\"temperature\":0,\"samplers\":[\"temperature\"],\"ignore_eos\":true,\"cache_prompt\":false}}";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri("/completion", UriKind.Relative), content);
        string text = await response.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text);
        return response.IsSuccessStatusCode ? document.RootElement.Clone() : throw new InvalidOperationException(text);
    }

    private static async Task<bool> IsUpAsync(HttpClient client)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri("/health", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A folder in which llama-server finds DeepFit's libraries under the names that it was linked with.</summary>
    private static string Libraries(string folder)
    {
        EngineLibraries engine = NativeEngine.Locate();
        string links = Directory.CreateDirectory(Path.Combine(folder, "libraries")).FullName;
        foreach (string file in Directory.EnumerateFiles(engine.Folder))
        {
            File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(file)), file);
        }

        foreach ((string name, string file) in ((string, string)[])[("libllama.so.0", engine.Llama), ("libggml.so.0", engine.Ggml), ("libggml-base.so.0", engine.GgmlBase)])
        {
            File.CreateSymbolicLink(Path.Combine(links, name), file);
        }

        return links;
    }
}

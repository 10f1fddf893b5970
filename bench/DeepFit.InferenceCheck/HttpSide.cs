using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DeepFit.InferenceCheck;

/// <summary>
/// A server asked over HTTP: the same streamed requests to <c>/v1/completions</c> for both, and one clock, the client's. A first token is there when its text arrives, a rate is that of the tokens after it.
/// </summary>
internal sealed class HttpSide : ISide
{
    private readonly Process[] processes;
    private readonly HttpClient client;

    private HttpSide(string name, Process[] processes, Uri address)
    {
        Name = name;
        this.processes = processes;
        client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(20) };
    }

    public string Name { get; }

    /// <summary>Of all its processes: the one that watches counts, too, but for the pages of the program that both map, which are in memory once.</summary>
    public long PeakMemory => Comparison.PeakOf(processes[^1].Id) + processes[..^1].Sum(process => Comparison.PeakOf(process.Id) - Comparison.SharedOf(process.Id));

    /// <summary>Starts <c>deepfit serve</c>.</summary>
    public static async Task<ISide> DeepFitAsync(string program, string model)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GGML_VK_VISIBLE_DEVICES"] = "99";
        start.Environment["DEEPFIT_HOME"] = Path.GetDirectoryName(model);
        foreach (string argument in string.Create(
            CultureInfo.InvariantCulture,
            $"serve {model} --port 0 --json --context {Comparison.Context / Comparison.Slots} --parallel {Comparison.Slots} --gpu-layers 0 --kv-type f16 --force").Split(' '))
        {
            start.ArgumentList.Add(argument);
        }

        Process watching = Process.Start(start)!;
        watching.BeginErrorReadLine(); // its log
        string line = await watching.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("deepfit serve ended");
        using var ready = JsonDocument.Parse(line);
        var serving = Process.GetProcessById(ready.RootElement.GetProperty("process_id").GetInt32());
        return new HttpSide("DeepFit", serving.Id == watching.Id ? [watching] : [watching, serving], new Uri(ready.RootElement.GetProperty("url").GetString()!));
    }

    /// <summary>Starts llama-server with DeepFit's libraries.</summary>
    public static async Task<ISide> LlamaServerAsync(string server, string model, string folder)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        Process process = LlamaServerSide.Launch(server, model, folder, port, "mmap");
        var side = new HttpSide("llama-server", [process], new Uri($"http://127.0.0.1:{port}"));
        while (!await side.IsUpAsync())
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"llama-server ended with {process.ExitCode}");
            }

            await Task.Delay(300);
        }

        return side;
    }

    public async Task<Shot> ShootAsync(int clients, int promptTokens, int generate, int seed)
    {
        long start = Stopwatch.GetTimestamp();
        (double First, double Last, int Tokens)[] answers = await Task.WhenAll(
            Enumerable.Range(0, clients).Select(c => AskAsync(Comparison.Tokens(promptTokens, (seed * 100) + c), generate)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        (double first, double last, int tokens) = answers[0];
        return new Shot(
            Comparison.Median(answers.Select(a => a.First)),
            clients == 1 ? (tokens - 1) / (last - first) : answers.Sum(a => a.Tokens) / seconds);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        foreach (Process process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task<(double First, double Last, int Tokens)> AskAsync(int[] prompt, int generate)
    {
        string body = $"{{\"prompt\":[{string.Join(',', prompt)}],\"max_tokens\":{generate},\"temperature\":0,\"samplers\":[\"temperature\"],\"ignore_eos\":true,\"cache_prompt\":false,\"stream\":true,\"stream_options\":{{\"include_usage\":true}}}}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        long sent = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        double first = 0, last = 0;
        int tokens = 0;
        while (await lines.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
            {
                continue;
            }

            double now = Stopwatch.GetElapsedTime(sent).TotalSeconds;
            using var piece = JsonDocument.Parse(line["data: ".Length..]);
            JsonElement root = piece.RootElement;
            if (root.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object)
            {
                tokens = usage.GetProperty("completion_tokens").GetInt32();
            }

            JsonElement choices = root.GetProperty("choices");
            if (choices.GetArrayLength() > 0 && choices[0].GetProperty("text").GetString() is { Length: > 0 })
            {
                last = now;
                first = first == 0 ? now : first;
            }
        }

        return tokens == generate ? (first, last, tokens) : throw new InvalidOperationException($"{Name} gave {tokens} tokens where {generate} were asked for");
    }

    private async Task<bool> IsUpAsync()
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
}

using System.Net;
using System.Text;
using System.Text.Json;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;

namespace DeepFit.Cli.Tests.Support;

/// <summary>A server of which only the answers exist: its status, and streamed completions at the speed it is told.</summary>
internal sealed class FakeServer : HttpMessageHandler
{
    private int completed;

    /// <summary>Tokens per second that it claims to generate.</summary>
    public double GenerationTps { get; init; } = 8;

    /// <summary>Tokens per second at which it claims to read prompts.</summary>
    public double PromptTps { get; init; } = 40;

    /// <summary>Slots that are busy.</summary>
    public int Busy { get; init; }

    /// <summary>What it answers.</summary>
    public string Answer { get; init; } = "It is 42.";

    /// <summary>Memory that was promised and taken.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>The key that requests must carry, or null.</summary>
    public string? Key { get; init; }

    /// <summary>Asks it.</summary>
    public DeploymentClient Client => new(new HttpClient(this), TimeProvider.System);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Key is not null && request.Headers.Authorization?.Parameter != Key)
        {
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }

        if (request.RequestUri!.AbsolutePath == "/deepfit/status")
        {
            using var stream = new MemoryStream();
            ContractJson.Write(stream, Status());
            return new HttpResponseMessage { Content = new ByteArrayContent(stream.ToArray()) { Headers = { ContentType = new("application/json") } } };
        }

        using JsonDocument body = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
        int generated = body.RootElement.GetProperty("max_tokens").GetInt32();
        bool chat = body.RootElement.TryGetProperty("messages", out JsonElement messages);
        string asked = chat ? messages[0].GetProperty("content").GetString()! : body.RootElement.GetProperty("prompt").GetString()!;
        int prompt = asked.Length / 4;
        completed++;
        string first = chat ? """{"delta":{"reasoning_content":"Six times seven."}}""" : """{"text":"and"}""";
        string second = chat ? $$$"""{"delta":{"content":{{{JsonSerializer.Serialize(Answer)}}}}}""" : """{"text":" so on"}""";
        double promptMs = prompt / PromptTps * 1000;
        double predictedMs = (generated - 1) / GenerationTps * 1000;
        string end = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $$$"""{"choices":[],"usage":{"prompt_tokens":{{{prompt}}},"completion_tokens":{{{generated}}}},"timings":{"prompt_ms":{{{promptMs}}},"predicted_ms":{{{predictedMs}}} }}""");
        string[] pieces = [$$"""{"choices":[{{first}}]}""", $$"""{"choices":[{{second}}]}""", """{"choices":[{"finish_reason":"stop"}]}""", end, "[DONE]"];
        string text = string.Concat(pieces.Select(piece => $"data: {piece}\n\n"));
        return new HttpResponseMessage { Content = new StringContent(text, Encoding.UTF8, "text/event-stream") };
    }

    /// <summary>How it says it is: of its memory, as much as was promised is needed.</summary>
    public ServerStatusDocument Status() => new()
    {
        Id = "kx3f",
        Model = "DeepSeek-R1-Distill-Qwen-7B",
        Variant = "7b",
        Quantization = "Q4_K_M",
        Path = "/models/7b.gguf",
        Engine = "llama.cpp v0.4.0",
        Version = "1.0",
        ProcessId = Environment.ProcessId,
        UptimeSeconds = 100,
        Context = 4096,
        RequestTokens = 4096,
        PredictedMemory = Memory.ToDocument(),
        ActualMemory = Memory.ToDocument(),
        MappedWeightsBytes = ByteSize.GiB,
        CopiedWeightsBytes = 597 * ByteSize.MiB,
        ModelPagesBytes = ByteSize.GiB + (597 * ByteSize.MiB),
        ProcessMemory = new ProcessMemoryDocument(Memory.Total.Bytes + (600 * ByteSize.MiB), null, Memory.Total.Bytes - ByteSize.GiB, ByteSize.GiB + (600 * ByteSize.MiB)),
        Statistics = new ServerStatisticsDocument
        {
            Slots = 4,
            BusySlots = Busy,
            Waiting = 0,
            Completed = completed,
            Cancelled = 0,
            Failed = 0,
            Refused = 0,
            PromptTokens = 512,
            CachedTokens = 12,
            GeneratedTokens = 900,
            PromptTps = 41.2,
            GenerationTps = 7.93,
            CacheTokens = 1200,
            CacheCapacity = 4096,
        },
    };
}

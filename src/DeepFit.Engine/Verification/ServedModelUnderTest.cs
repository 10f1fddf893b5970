using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;

namespace DeepFit.Engine.Verification;

/// <summary>A deployment, asked over its own API, as its users do.</summary>
/// <param name="deployment">The deployment.</param>
/// <param name="client">Asks for the status.</param>
/// <param name="http">Sends the requests.</param>
/// <param name="time">The clock.</param>
public sealed class ServedModelUnderTest(Deployment deployment, DeploymentClient client, HttpClient http, TimeProvider time) : IModelUnderTest
{
    /// <inheritdoc/>
    public async Task<ServerStatusDocument> StatusAsync(CancellationToken cancellationToken) =>
        await client.StatusAsync(deployment, cancellationToken).ConfigureAwait(false) ?? throw new OperationFailedException(VerificationTexts.NoAnswer(deployment.Id));

    /// <inheritdoc/>
    public async Task<TrialResult> RunAsync(Trial trial, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trial);
        using HttpRequestMessage request = DeploymentClient.Request(HttpMethod.Post, deployment, trial.IsQuestion ? "v1/chat/completions" : "v1/completions")
            ?? throw new OperationFailedException(VerificationTexts.NoAnswer(deployment.Id));
        request.Content = new StringContent(Body(trial).ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            long sent = time.GetTimestamp();
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new OperationFailedException(VerificationTexts.Refused(
                    deployment.Id, (int)response.StatusCode, Message(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false))));
            }

            var reply = new StreamedReply();
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
            while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal) && line != "data: [DONE]")
                {
                    reply.Add(line["data: ".Length..], () => time.GetElapsedTime(sent).TotalSeconds);
                }
            }

            return reply.Failure is { } failure ? throw new OperationFailedException(VerificationTexts.Refused(deployment.Id, 200, failure)) : reply.ToResult();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw new OperationFailedException(VerificationTexts.Broke(deployment.Id, e.Message), e);
        }
    }

    private static JsonObject Body(Trial trial)
    {
        var body = new JsonObject
        {
            ["temperature"] = 0,
            ["max_tokens"] = trial.MaxTokens,
            ["stream"] = true,
            ["stream_options"] = new JsonObject { ["include_usage"] = true },
        };
        if (trial.IsQuestion)
        {
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = trial.Text });
        }
        else
        {
            body["prompt"] = trial.Text;
            body["ignore_eos"] = true; // so that enough comes to be timed
        }

        return body;
    }

    private static string Message(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["error"]?["message"]?.GetValue<string>() ?? body;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return body.Length > 200 ? body[..200] : body;
        }
    }

    /// <summary>The pieces of an answer as they come.</summary>
    private sealed class StreamedReply
    {
        private readonly StringBuilder reasoning = new();
        private readonly StringBuilder answer = new();
        private double? first;
        private double last;
        private string? finish;
        private JsonNode? usage;
        private JsonNode? timings;

        public string? Failure { get; private set; }

        public void Add(string data, Func<double> now)
        {
            JsonNode? piece = JsonNode.Parse(data);
            Failure ??= piece?["error"]?["message"]?.GetValue<string>();
            usage = piece?["usage"] ?? usage;
            timings = piece?["timings"] ?? timings;
            if (piece?["choices"] is not JsonArray { Count: > 0 } choices || choices[0] is not { } choice)
            {
                return;
            }

            finish = choice["finish_reason"]?.GetValue<string>() ?? finish;
            string thought = choice["delta"]?["reasoning_content"]?.GetValue<string>() ?? "";
            string said = choice["delta"]?["content"]?.GetValue<string>() ?? choice["text"]?.GetValue<string>() ?? "";
            if (thought.Length + said.Length > 0)
            {
                last = now();
                first ??= last;
                reasoning.Append(thought);
                answer.Append(said);
            }
        }

        public TrialResult ToResult()
        {
            double toFirst = first ?? 0;
            int generated = Int(usage?["completion_tokens"]);
            return new TrialResult
            {
                PromptTokens = Int(usage?["prompt_tokens"]),
                CachedTokens = Int(usage?["prompt_tokens_details"]?["cached_tokens"]),
                GeneratedTokens = generated,
                SecondsToFirstToken = toFirst,

                // the server's own clock where it tells: pieces of text are not tokens, and the way takes time too
                PromptSeconds = Milliseconds("prompt_ms") ?? toFirst,
                GenerationSeconds = Milliseconds("predicted_ms") ?? Math.Max(0, last - toFirst),
                Reasoning = reasoning.ToString(),
                Answer = answer.ToString(),
                Ended = finish is not null and not "length",
            };
        }

        private static int Int(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : 0;

        private double? Milliseconds(string name) => timings?[name] is JsonValue value && value.TryGetValue(out double milliseconds) ? milliseconds / 1000 : null;
    }
}

using System.Globalization;
using System.Text;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Hosting;

namespace DeepFit.Server.OpenAi;

/// <summary>Writes <c>/metrics</c>: Prometheus' text format 0.0.4.</summary>
internal sealed class MetricsText
{
    /// <summary>Its content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new();

    /// <summary>The whole page.</summary>
    public static string Write(ServedModel model, ServerMetrics metrics)
    {
        var page = new MetricsText();
        page.One("deepfit_info", "gauge", "What is served.", 1, $"version=\"{Escape(ServerHost.Version)}\",engine=\"{Escape(NativeEngine.Name)}\",model=\"{Escape(model.Id)}\"");
        page.One("deepfit_ready", "gauge", "Whether requests are taken.", model.State == ServedState.Ready ? 1 : 0);
        page.Head("deepfit_requests_total", "counter", "Requests that have ended, by endpoint and outcome.");
        foreach (Endpoint endpoint in Enum.GetValues<Endpoint>())
        {
            foreach (RequestOutcome outcome in Enum.GetValues<RequestOutcome>())
            {
                page.Line("deepfit_requests_total", metrics.CountOf(endpoint, outcome), $"endpoint=\"{Word(endpoint)}\",outcome=\"{Word(outcome)}\"");
            }
        }

        if (model.Engine?.Statistics() is { } engine)
        {
            page.OfEngine(engine, model.Engine.ContextLength);
        }

        page.One("deepfit_reasoning_tokens_total", "counter", "Generated tokens that were reasoning, of answered requests.", metrics.ReasoningTokens);
        page.Times("deepfit_first_token_seconds", "From a request to its first token, waiting included.", metrics.FirstToken);
        page.Times("deepfit_queue_seconds", "From a request to its slot.", metrics.Queued);
        page.Times("deepfit_request_seconds", "From a request to its last token.", metrics.Whole);
        page.Times("deepfit_token_seconds", "For each token after the first, a request's mean.", metrics.PerToken);
        page.One("process_resident_memory_bytes", "gauge", "Resident memory of the process.", Environment.WorkingSet);
        page.One("process_start_time_seconds", "gauge", "When the server was started, in seconds since 1970.", model.Started.ToUnixTimeSeconds());
        return page.text.ToString();
    }

    private void OfEngine(InferenceStatistics engine, int context)
    {
        One("deepfit_slots", "gauge", "Requests that are computed at a time, at most.", engine.Slots);
        One("deepfit_slots_busy", "gauge", "Requests that are being computed.", engine.BusySlots);
        One("deepfit_requests_waiting", "gauge", "Requests that wait for a slot.", engine.Waiting);
        One("deepfit_context_tokens", "gauge", "Tokens that one request may have, prompt and answer together.", context);
        One("deepfit_prompt_tokens_total", "counter", "Prompt tokens that were computed.", engine.PromptTokens);
        One("deepfit_prompt_tokens_reused_total", "counter", "Prompt tokens that a slot still held and that were not computed again.", engine.CachedTokens);
        One("deepfit_generated_tokens_total", "counter", "Tokens that were generated, reasoning included.", engine.GeneratedTokens);
        One("deepfit_batches_total", "counter", "Batches that were computed.", engine.Batches);
        One("deepfit_prompt_seconds_total", "counter", "Time spent on prompts; a batch's time is shared by its tokens.", engine.PromptSeconds);
        One("deepfit_generation_seconds_total", "counter", "Time spent on generation; a batch's time is shared by its tokens.", engine.GenerationSeconds);
        One("deepfit_cache_tokens", "gauge", "Tokens that the key/value caches hold.", engine.CacheTokens);
        One("deepfit_cache_capacity_tokens", "gauge", "Tokens that they can hold.", engine.CacheCapacity);
    }

    private void Times(string name, string help, Histogram histogram)
    {
        Head(name, "histogram", help);
        (IReadOnlyList<(double Bound, long Count)> buckets, double sum) = histogram.Read();
        foreach ((double bound, long count) in buckets)
        {
            Line(name + "_bucket", count, $"le=\"{(double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture))}\"");
        }

        Line(name + "_sum", sum);
        Line(name + "_count", buckets[^1].Count);
    }

    private void One(string name, string type, string help, double value, string labels = "")
    {
        Head(name, type, help);
        Line(name, value, labels);
    }

    private void Head(string name, string type, string help) => text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
        .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private void Line(string name, double value, string labels = "")
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Escape(string label) => label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

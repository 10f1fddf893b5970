using System.Globalization;
using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>The fields that both kinds of requests have: how tokens are chosen, how many, and where to stop.</summary>
internal static class SamplingFields
{
    private const double Ban = -100;
    private const string Limit = "max_tokens";
    private const string NewerLimit = "max_completion_tokens";

    /// <summary>Adds them to a request.</summary>
    /// <exception cref="GenerationRequestException">One is wrong.</exception>
    public static GenerationRequest Read(RequestFields fields, int? mostOutput)
    {
        if (fields.Whole("n") is { } n and not 1)
        {
            throw RequestFields.Unsupported("n", new(
                $"n is {n}, but this server gives one answer to a request. Send {n} requests; they are computed together.",
                $"n 为 {n}，而本服务每个请求只返回一个回答。请发送 {n} 个请求，它们会一起计算。"));
        }

        SamplingOptions r1 = SamplingOptions.Default;
        return new GenerationRequest
        {
            Sampling = new SamplingOptions
            {
                Temperature = fields.Number("temperature") ?? r1.Temperature,
                TopP = fields.Number("top_p") ?? r1.TopP,
                TopK = fields.Whole("top_k") ?? r1.TopK,
                MinP = fields.Number("min_p") ?? r1.MinP,
                RepeatPenalty = fields.Number("repeat_penalty") ?? r1.RepeatPenalty,
                FrequencyPenalty = fields.Number("frequency_penalty") ?? r1.FrequencyPenalty,
                PresencePenalty = fields.Number("presence_penalty") ?? r1.PresencePenalty,
                LogitBias = Bias(fields),
                Seed = fields.Long("seed") is { } seed ? unchecked((uint)seed) : null,
            },
            MaxTokens = Most(fields, mostOutput),
            Stop = Stops(fields),
            IgnoreEnd = fields.Flag("ignore_eos") ?? false,
            ReusePrefix = fields.Flag("cache_prompt") ?? true,
            Grammar = fields.Text("grammar"),
        };
    }

    // the smaller of what was asked for and what the server gives; both names are OpenAI's
    private static int? Most(RequestFields fields, int? limit)
    {
        string name = fields.TryGet(NewerLimit, out _) ? NewerLimit : Limit;
        return fields.Whole(name) switch
        {
            null => limit,
            < 1 and var given => throw new GenerationRequestException(name, "invalid_value", new BilingualText(
                FormattableString.Invariant($"{name} is {given}; it must be at least 1."), FormattableString.Invariant($"{name} 为 {given}，应不小于 1。"))),
            var asked => Math.Min(asked.Value, limit ?? asked.Value),
        };
    }

    private static string[] Stops(RequestFields fields)
    {
        if (!fields.TryGet("stop", out JsonElement stop))
        {
            return [];
        }

        return stop.ValueKind == JsonValueKind.String
            ? [RequestFields.TextOf(stop, "stop")]
            : stop.ValueKind == JsonValueKind.Array
                ? [.. stop.EnumerateArray().Select((text, i) => RequestFields.TextOf(text, string.Create(CultureInfo.InvariantCulture, $"stop[{i}]")))]
                : throw RequestFields.WrongType("stop", new("a text or a list of texts", "字符串或字符串列表"));
    }

    private static Dictionary<int, float> Bias(RequestFields fields)
    {
        var bias = new Dictionary<int, float>();
        if (!fields.TryGet("logit_bias", out JsonElement given))
        {
            return bias;
        }

        BilingualText takes = new("an object of token ids with numbers from -100 to 100", "由 token 编号和 -100 到 100 的数值组成的对象");
        if (given.ValueKind != JsonValueKind.Object)
        {
            throw RequestFields.WrongType("logit_bias", takes);
        }

        foreach (JsonProperty one in given.EnumerateObject())
        {
            double value = 0;
            bool sound = int.TryParse(one.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token)
                && one.Value.ValueKind == JsonValueKind.Number && one.Value.TryGetDouble(out value) && value is >= Ban and <= -Ban;
            if (!sound)
            {
                throw RequestFields.WrongType("logit_bias", takes);
            }

            bias[token] = value <= Ban ? float.NegativeInfinity : (float)value;
        }

        return bias;
    }
}

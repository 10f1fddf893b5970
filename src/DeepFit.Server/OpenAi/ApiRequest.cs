using System.Globalization;
using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>A request of the API, read and checked as far as it can be without the engine's queue.</summary>
/// <param name="Generation">What is to be generated.</param>
/// <param name="Stream">Whether the answer comes piece by piece.</param>
/// <param name="IncludeUsage">Whether a stream ends with the usage.</param>
/// <param name="SeveralCalls">Whether an answer may call several functions.</param>
internal sealed record ApiRequest(GenerationRequest Generation, bool Stream, bool IncludeUsage, bool SeveralCalls)
{
    private const int MostCompletionLogProbs = 5; // OpenAI's limit of the older endpoint

    private string PromptName { get; init; } = "messages";

    private string GrammarName { get; init; } = "response_format";

    /// <summary>The field that the engine means, by the name that it has in this request.</summary>
    public string NameOf(string parameter) => parameter switch
    {
        "messages" => PromptName,
        "response_format" => GrammarName,
        _ => parameter,
    };

    /// <summary>Reads a body of <c>/v1/chat/completions</c>. Fields that are not known are ignored, as official clients send ever more of them.</summary>
    /// <exception cref="GenerationRequestException">Something in it is wrong or cannot be served.</exception>
    public static ApiRequest Chat(JsonElement body, int? mostOutput, ChatTemplate template)
    {
        var fields = new RequestFields(body);
        foreach ((JsonElement modality, string _) in fields.List("modalities") ?? [])
        {
            if (!modality.ValueEquals("text"))
            {
                throw RequestFields.Unsupported("modalities", new("The model gives text alone.", "该模型只输出文本。"));
            }
        }

        bool logProbs = fields.Flag("logprobs") ?? false;
        int? top = fields.Whole("top_logprobs");
        if (top is not null && !logProbs)
        {
            throw RequestFields.Unsupported("top_logprobs", new("top_logprobs needs logprobs: true.", "使用 top_logprobs 时必须同时设置 logprobs: true。"));
        }

        GenerationRequest request = SamplingFields.Read(fields, mostOutput) with
        {
            Chat = ChatMessages.Read(fields),
            LogProbs = logProbs ? top ?? 0 : null,
            SeparateReasoning = Separate(fields),
        };
        request = ToolFields.Add(fields, request, template);
        string ruled = fields.TryGet("response_format", out _) ? "response_format" : fields.TryGet("grammar", out _) ? "grammar" : "tools";
        return new ApiRequest(request, fields.Flag("stream") ?? false, Usage(fields), fields.Flag("parallel_tool_calls") ?? true) { GrammarName = ruled };
    }

    /// <summary>Reads a body of <c>/v1/completions</c>.</summary>
    /// <exception cref="GenerationRequestException">Something in it is wrong or cannot be served.</exception>
    public static ApiRequest Completion(JsonElement body, int? mostOutput)
    {
        var fields = new RequestFields(body);
        if (fields.Whole("best_of") is { } best and not 1)
        {
            throw RequestFields.Unsupported("best_of", new($"best_of is {best}; this server computes one answer to a request.", $"best_of 为 {best}，而本服务每个请求只计算一个回答。"));
        }

        if (fields.Text("suffix") is { Length: > 0 })
        {
            throw RequestFields.Unsupported("suffix", new("The model cannot fill in before a suffix.", "该模型不支持在 suffix 之前补全。"));
        }

        if (fields.Flag("echo") is true)
        {
            throw RequestFields.Unsupported("echo", new("echo is not supported: the prompt is not sent back.", "不支持 echo：不会返回提示本身。"));
        }

        int? top = fields.Whole("logprobs");
        if (top is < 0 or > MostCompletionLogProbs)
        {
            throw new GenerationRequestException("logprobs", "invalid_value", new BilingualText(
                $"logprobs must be from 0 to {MostCompletionLogProbs}.", $"logprobs 必须在 0 到 {MostCompletionLogProbs} 之间。"));
        }

        GenerationRequest request = WithPrompt(fields, SamplingFields.Read(fields, mostOutput)) with { LogProbs = top };
        return new ApiRequest(request, fields.Flag("stream") ?? false, Usage(fields), SeveralCalls: true) { PromptName = "prompt", GrammarName = "grammar" };
    }

    private static GenerationRequest WithPrompt(RequestFields fields, GenerationRequest request)
    {
        if (!fields.TryGet("prompt", out JsonElement prompt))
        {
            throw RequestFields.Missing("prompt");
        }

        if (prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() > 0 && prompt[0].ValueKind is JsonValueKind.String or JsonValueKind.Array)
        {
            prompt = prompt.GetArrayLength() == 1 ? prompt[0] : throw RequestFields.Unsupported("prompt", new(
                $"prompt holds {prompt.GetArrayLength()} prompts, but this server takes one a request. Send one request each; they are computed together.",
                $"prompt 中有 {prompt.GetArrayLength()} 个提示，而本服务每个请求只接受一个。请分别发送，它们会一起计算。"));
        }

        return prompt.ValueKind switch
        {
            JsonValueKind.String => request with { Prompt = RequestFields.TextOf(prompt, "prompt") },
            JsonValueKind.Array => request with { PromptTokens = [.. prompt.EnumerateArray().Select(Token)] },
            _ => throw RequestFields.WrongType("prompt", new("a text or a list of tokens", "字符串或 token 列表")),
        };

        static int Token(JsonElement value, int at) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int token)
            ? token
            : throw RequestFields.WrongType(string.Create(CultureInfo.InvariantCulture, $"prompt[{at}]"), new("a token, a whole number", "token（整数）"));
    }

    // llama-server's name and words
    private static bool? Separate(RequestFields fields) => fields.Text("reasoning_format") switch
    {
        null or "auto" or "deepseek" => null,
        "none" => false,
        _ => throw RequestFields.NoneOf("reasoning_format", "auto", "deepseek", "none"),
    };

    private static bool Usage(RequestFields fields) => fields.Object("stream_options")?.Flag("include_usage") ?? false;
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;
using Microsoft.Extensions.AI;

namespace DeepFit.Engine.Chat;

/// <summary>Between Microsoft.Extensions.AI's words and the engine's.</summary>
internal static class ChatMapping
{
    /// <summary>A request of a conversation and its options.</summary>
    /// <exception cref="GenerationRequestException">Something in them cannot be served.</exception>
    public static GenerationRequest ToRequest(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var turns = new List<ChatTurn>();
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            turns.Add(ChatTurn.System(instructions));
        }

        foreach (ChatMessage message in messages)
        {
            turns.AddRange(ToTurns(message));
        }

        ChatTool[] tools = options?.ToolMode is NoneChatToolMode ? [] : [.. (options?.Tools ?? []).OfType<AIFunctionDeclaration>().Select(ToTool)];
        string? called = options?.ToolMode is RequiredChatToolMode required ? required.RequiredFunctionName ?? "" : null;
        var json = options?.ResponseFormat as ChatResponseFormatJson;
        SamplingOptions r1 = SamplingOptions.Default;
        return new GenerationRequest
        {
            Chat = turns,
            Tools = tools,
            MaxTokens = options?.MaxOutputTokens,
            Stop = options?.StopSequences is { } stops ? [.. stops] : [],
            Grammar = AnswerGrammar.Of(json is not null, json?.Schema, tools, called, several: options?.AllowMultipleToolCalls is not false),
            Sampling = r1 with
            {
                Temperature = options?.Temperature ?? r1.Temperature,
                TopP = options?.TopP ?? r1.TopP,
                TopK = options?.TopK ?? r1.TopK,
                FrequencyPenalty = options?.FrequencyPenalty ?? r1.FrequencyPenalty,
                PresencePenalty = options?.PresencePenalty ?? r1.PresencePenalty,
                Seed = options?.Seed is { } seed ? unchecked((uint)seed) : null,
            },
        };
    }

    /// <summary>Usage.</summary>
    public static UsageDetails ToUsage(GenerationUsage usage) => new()
    {
        InputTokenCount = usage.PromptTokens,
        CachedInputTokenCount = usage.CachedTokens,
        OutputTokenCount = usage.GeneratedTokens,
        ReasoningTokenCount = usage.ReasoningTokens,
        TotalTokenCount = usage.TotalTokens,
    };

    /// <summary>Why it ended.</summary>
    public static ChatFinishReason ToFinish(GenerationResult result) =>
        result.ToolCalls.Count > 0 ? ChatFinishReason.ToolCalls
        : result.Finish == FinishReason.Length ? ChatFinishReason.Length
        : ChatFinishReason.Stop;

    private static ChatTool ToTool(AIFunctionDeclaration function) => new(function.Name, function.Description, function.JsonSchema.GetRawText());

    private static IEnumerable<ChatTurn> ToTurns(ChatMessage message)
    {
        FunctionResultContent[] results = [.. message.Contents.OfType<FunctionResultContent>()];
        if (results.Length > 0 || message.Role == Microsoft.Extensions.AI.ChatRole.Tool)
        {
            return results.Select(r => new ChatTurn(LlamaCpp.Inference.ChatRole.Tool, ToText(r.Result)));
        }

        LlamaCpp.Inference.ChatRole role =
            message.Role == Microsoft.Extensions.AI.ChatRole.System ? LlamaCpp.Inference.ChatRole.System
            : message.Role == Microsoft.Extensions.AI.ChatRole.Assistant ? LlamaCpp.Inference.ChatRole.Assistant
            : LlamaCpp.Inference.ChatRole.User;
        var text = new StringBuilder();
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case TextReasoningContent or FunctionCallContent or UsageContent:
                    break; // reasoning of earlier turns is left out, as R1's template does
                case TextContent said:
                    text.Append(said.Text);
                    break;
                default:
                    throw new GenerationRequestException("messages", "invalid_value", new BilingualText(
                        $"The model takes text alone, no {content.GetType().Name}.", $"该模型只接受文本，不支持 {content.GetType().Name}。"));
            }
        }

        return
        [
            new ChatTurn(role, text.ToString())
            {
                ToolCalls = [.. message.Contents.OfType<FunctionCallContent>().Select(c => new ChatToolCall(c.Name, ToJson(c.Arguments)))],
            },
        ];
    }

    private static string ToText(object? value) => value switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString()!,
        JsonElement element => element.GetRawText(),
        JsonNode node => node.ToJsonString(),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string ToJson(IDictionary<string, object?>? arguments)
    {
        var json = new JsonObject();
        foreach ((string name, object? value) in arguments ?? new Dictionary<string, object?>())
        {
            json[name] = value switch
            {
                null => null,
                JsonElement element => JsonNode.Parse(element.GetRawText()),
                JsonNode node => node.DeepClone(),
                bool flag => flag,
                int number => number,
                long number => number,
                double number => number,
                _ => ToText(value),
            };
        }

        return json.ToJsonString();
    }
}

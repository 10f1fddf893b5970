using System.Text;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>Reads <c>messages</c>.</summary>
internal static class ChatMessages
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <summary>The turns of a conversation.</summary>
    /// <exception cref="GenerationRequestException">A message is wrong, by its place.</exception>
    public static List<ChatTurn> Read(RequestFields fields) =>
        [.. (fields.List("messages") ?? throw RequestFields.Missing("messages")).Select(m => Turn(RequestFields.ObjectOf(m.Value, m.Path)))];

    private static ChatTurn Turn(RequestFields message)
    {
        string said = message.NeedText("role");
        ChatRole role = said switch
        {
            "system" or "developer" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "tool" or "function" => ChatRole.Tool,
            _ => throw RequestFields.NoneOf(message.PathOf("role"), Roles),
        };
        List<ChatToolCall> calls = role == ChatRole.Assistant ? Calls(message) : [];
        string? content = Content(message);
        if (content is null && (role != ChatRole.Assistant || calls.Count == 0))
        {
            throw RequestFields.Missing(message.PathOf("content"));
        }

        return new ChatTurn(role, content ?? "") { ToolCalls = calls };
    }

    private static string? Content(RequestFields message)
    {
        string place = message.PathOf("content");
        if (!message.TryGet("content", out JsonElement content))
        {
            return null;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return content.ValueKind == JsonValueKind.String
                ? RequestFields.TextOf(content, place)
                : throw RequestFields.WrongType(place, new("a text or a list of parts", "字符串或内容片段列表"));
        }

        var text = new StringBuilder();
        foreach ((JsonElement value, string at) in message.List("content")!)
        {
            RequestFields part = RequestFields.ObjectOf(value, at);
            string type = part.NeedText("type");
            text.Append(type switch
            {
                "text" => part.NeedText("text"),
                "refusal" => part.NeedText("refusal"),
                _ => throw RequestFields.Unsupported(part.PathOf("type"), new(
                    $"The model takes text alone: {at} is a part of type {type}.", $"该模型只接受文本：{at} 的类型是 {type}。")),
            });
        }

        return text.ToString();
    }

    private static List<ChatToolCall> Calls(RequestFields message) =>
        [.. (message.List("tool_calls") ?? []).Select(call =>
        {
            RequestFields function = RequestFields.ObjectOf(call.Value, call.Path).Object("function") ?? throw RequestFields.Missing(call.Path + ".function");
            return new ChatToolCall(function.NeedText("name"), function.NeedText("arguments"));
        })];
}

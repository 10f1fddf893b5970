using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Server.OpenAi;

/// <summary>Reads <c>tools</c>, <c>tool_choice</c> and <c>response_format</c>.</summary>
internal static class ToolFields
{
    private const string NoParameters = """{"type":"object","properties":{}}""";

    /// <summary>Adds them to a request.</summary>
    /// <exception cref="GenerationRequestException">One is wrong, or asks for what the model cannot do.</exception>
    public static GenerationRequest Add(RequestFields fields, GenerationRequest request, ChatTemplate template)
    {
        if (fields.TryGet("functions", out _) || fields.TryGet("function_call", out _))
        {
            throw RequestFields.Unsupported("functions", new("functions was replaced by tools: send tools and tool_choice.", "functions 已被 tools 取代，请改用 tools 和 tool_choice。"));
        }

        bool formatted = Format(fields, out JsonElement? schema);
        if (formatted && request.Grammar is not null)
        {
            throw RequestFields.Unsupported("grammar", new("Give grammar or response_format, not both.", "grammar 与 response_format 只能指定其一。"));
        }

        List<ChatTool> tools = [.. (fields.List("tools") ?? []).Select(t => Tool(RequestFields.ObjectOf(t.Value, t.Path)))];
        (bool use, string? called) = Choice(fields, tools);
        if (use && tools.Count > 0 && !template.SupportsTools)
        {
            // said here too, so that it is said before a grammar is made of their schemas
            template.Render([ChatTurn.User("")], tools);
        }

        IReadOnlyList<ChatTool> offered = use ? tools : [];
        string? grammar = AnswerGrammar.Of(formatted, schema, offered, called, several: fields.Flag("parallel_tool_calls") ?? true);
        return request with { Tools = offered, Grammar = grammar ?? request.Grammar };
    }

    private static ChatTool Tool(RequestFields tool)
    {
        if (tool.NeedText("type") != "function")
        {
            throw RequestFields.NoneOf(tool.PathOf("type"), "function");
        }

        RequestFields function = tool.Object("function") ?? throw RequestFields.Missing(tool.PathOf("function"));
        string parameters = function.TryGet("parameters", out JsonElement schema)
            ? schema.ValueKind == JsonValueKind.Object ? schema.GetRawText() : throw RequestFields.WrongType(function.PathOf("parameters"), new("a JSON schema", "JSON 模式"))
            : NoParameters;
        return new ChatTool(function.NeedText("name"), function.Text("description"), parameters);
    }

    /// <summary>Whether tools are offered, and which must be called: null for none, empty for any, or its name.</summary>
    private static (bool Use, string? Called) Choice(RequestFields fields, List<ChatTool> tools)
    {
        if (!fields.TryGet("tool_choice", out JsonElement choice))
        {
            return (true, null);
        }

        string? called = null;
        switch (choice.ValueKind)
        {
            case JsonValueKind.String when choice.ValueEquals("none"):
                return (false, null);
            case JsonValueKind.String when choice.ValueEquals("auto"):
                return (true, null);
            case JsonValueKind.String when choice.ValueEquals("required"):
                called = "";
                break;
            case JsonValueKind.Object:
                RequestFields function = new RequestFields(choice, "tool_choice").Object("function") ?? throw RequestFields.Missing("tool_choice.function");
                called = function.NeedText("name");
                if (tools.TrueForAll(tool => tool.Name != called))
                {
                    throw RequestFields.NoneOf("tool_choice.function.name", [.. tools.Select(tool => tool.Name)]);
                }

                break;
            default:
                throw RequestFields.NoneOf("tool_choice", "none", "auto", "required", """{"type":"function","function":{"name":...}}""");
        }

        return tools.Count > 0 ? (true, called) : throw RequestFields.Missing("tools");
    }

    /// <summary>Whether the answer is to be JSON; of which schema, null for any object.</summary>
    private static bool Format(RequestFields fields, out JsonElement? schema)
    {
        schema = null;
        if (fields.Object("response_format") is not { } format)
        {
            return false;
        }

        switch (format.NeedText("type"))
        {
            case "text":
                return false;
            case "json_object":
                return true;
            case "json_schema":
                RequestFields named = format.Object("json_schema") ?? throw RequestFields.Missing(format.PathOf("json_schema"));
                schema = named.TryGet("schema", out JsonElement given) ? given : throw RequestFields.Missing(named.PathOf("schema"));
                return true;
            default:
                throw RequestFields.NoneOf(format.PathOf("type"), "text", "json_object", "json_schema");
        }
    }
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// The chat templates that DeepSeek-R1 and its distilled models are published with, in their variants (January 2025 without and February 2025 with the opened <c>&lt;think&gt;</c>,
/// May 2025's 0528), and llama.cpp's own with tools (models/templates/llama-cpp-deepseek-r1.jinja, v0.4.0). A variant is told by what its text does.
/// </summary>
internal sealed record R1Template
{
    internal const string UserTag = "<｜User｜>";
    internal const string AssistantTag = "<｜Assistant｜>";
    internal const string EndTag = "<｜end▁of▁sentence｜>";
    internal const string ThinkOpen = "<think>";
    internal const string ThinkClose = "</think>";
    internal const string CallsBegin = "<｜tool▁calls▁begin｜>";
    internal const string CallsEnd = "<｜tool▁calls▁end｜>";
    internal const string CallBegin = "<｜tool▁call▁begin｜>";
    internal const string CallEnd = "<｜tool▁call▁end｜>";
    internal const string Separator = "<｜tool▁sep｜>";
    private const string OutputsBegin = "<｜tool▁outputs▁begin｜>";
    private const string OutputsEnd = "<｜tool▁outputs▁end｜>";
    private const string OutputBegin = "<｜tool▁output▁begin｜>";
    private const string OutputEnd = "<｜tool▁output▁end｜>";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The prompt ends with <c>&lt;think&gt;</c> and a line break.</summary>
    public bool OpensReasoning { get; private init; }

    /// <summary>The template lists the functions that may be called.</summary>
    public bool DefinesTools { get; private init; }

    /// <summary>A user's turn ends with the end-of-sentence token (llama.cpp's own template).</summary>
    public bool EndsUserTurns { get; private init; }

    /// <summary>The assistant's tag follows the user's turn rather than leading the assistant's (0528).</summary>
    public bool TagAfterUser { get; private init; }

    /// <summary>Several system turns are all kept, a blank line between them (0528); otherwise the last one counts.</summary>
    public bool JoinsSystem { get; private init; }

    /// <summary>The variant that a template's text is, or null when it is none of R1's.</summary>
    public static R1Template? Recognize(string source)
    {
        if (!source.Contains(UserTag, StringComparison.Ordinal) || !source.Contains(AssistantTag, StringComparison.Ordinal)
            || !source.Contains(EndTag, StringComparison.Ordinal) || !source.Contains(ThinkClose, StringComparison.Ordinal)
            || source.Contains("thinking", StringComparison.Ordinal) && !source.Contains("enable_thinking", StringComparison.Ordinal)) // V3.1 and later choose by this variable
        {
            return null;
        }

        return new R1Template
        {
            OpensReasoning = source.Contains(AssistantTag + ThinkOpen, StringComparison.Ordinal),
            DefinesTools = source.Contains("if tools", StringComparison.Ordinal),
            EndsUserTurns = source.Contains(UserTag + "' + message['content'] + '" + EndTag, StringComparison.Ordinal),
            TagAfterUser = source.Contains("+ '" + AssistantTag + "'}}", StringComparison.Ordinal),
            JoinsSystem = source.Contains("is_first_sp", StringComparison.Ordinal),
        };
    }

    /// <summary>A turn's text without the reasoning before it, as R1's templates take it into the history: what follows the last <c>&lt;/think&gt;</c>.</summary>
    public static string WithoutReasoning(ChatTurn turn)
    {
        int at = turn.Role == ChatRole.Assistant ? turn.Content.LastIndexOf(ThinkClose, StringComparison.Ordinal) : -1;
        return at < 0 ? turn.Content : turn.Content[(at + ThinkClose.Length)..];
    }

    /// <summary>Renders a conversation.</summary>
    public RenderedChat Render(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool> tools, string beginning)
    {
        var output = new List<ChatSegment>();
        Template(beginning);
        if (tools.Count > 0)
        {
            Template("\nYou can call any of the following function tools to satisfy the user's requests: ");
            Said(Describe(tools));
            Template($"\n\nExample function tool call syntax:\n\n{CallsBegin}{CallBegin}function{Separator}example_function_name\n```json\n{{\n  \"arg1\": \"some_value\"\n  ...\n}}\n```\n{CallEnd}{CallsEnd}\n\n");
        }

        string[] system = [.. turns.Where(t => t.Role == ChatRole.System).Select(t => t.Content)];
        Said(system.Length == 0 ? "" : JoinsSystem ? string.Join("\n\n", system) : system[^1]);
        bool inOutputs = false, firstOutput = true, tagged = false;
        foreach (ChatTurn turn in turns)
        {
            if (DefinesTools && turn.Role != ChatRole.Tool)
            {
                CloseOutputs(EndTag);
            }

            switch (turn.Role)
            {
                case ChatRole.User:
                    inOutputs = false;
                    Template(UserTag);
                    Said(turn.Content);
                    Template((EndsUserTurns ? EndTag : "") + (TagAfterUser ? AssistantTag : ""));
                    tagged = TagAfterUser;
                    break;
                case ChatRole.Assistant:
                    Assistant(turn);
                    tagged = false;
                    break;
                case ChatRole.Tool:
                    Template((firstOutput ? OutputsBegin + (DefinesTools ? "\n" : "") : "\n") + OutputBegin);
                    Said(turn.Content);
                    Template(OutputEnd);
                    (inOutputs, firstOutput, tagged) = (true, false, false);
                    break;
                default:
                    break;
            }
        }

        bool open = !inOutputs || DefinesTools;
        CloseOutputs(DefinesTools ? EndTag : "");
        if (open)
        {
            Template((tagged ? "" : AssistantTag) + (OpensReasoning ? ThinkOpen + "\n" : ""));
        }

        return new RenderedChat(output, open && OpensReasoning);

        void Template(string text)
        {
            if (text.Length > 0)
            {
                output.Add(new ChatSegment(text, IsTemplate: true));
            }
        }

        void Said(string text)
        {
            if (text.Length > 0)
            {
                output.Add(new ChatSegment(text, IsTemplate: false));
            }
        }

        void CloseOutputs(string end)
        {
            if (inOutputs)
            {
                Template(OutputsEnd + end);
                inOutputs = false;
            }
        }

        void Assistant(ChatTurn turn)
        {
            string said = WithoutReasoning(turn);
            if (inOutputs)
            {
                CloseOutputs("");
            }
            else if (!tagged)
            {
                Template(AssistantTag);
            }

            Said(said);
            for (int i = 0; i < turn.ToolCalls.Count; i++)
            {
                Template((i == 0 ? CallsBegin : "\n") + $"{CallBegin}function{Separator}");
                Said($"{turn.ToolCalls[i].Name}\n```json\n{turn.ToolCalls[i].Arguments}\n```");
                Template(CallEnd);
            }

            firstOutput |= turn.ToolCalls.Count > 0;
            Template((turn.ToolCalls.Count > 0 ? CallsEnd : "") + EndTag);
        }
    }

    private static string Describe(IReadOnlyList<ChatTool> tools)
    {
        var list = new JsonArray();
        foreach (ChatTool tool in tools)
        {
            var one = new JsonObject { ["name"] = tool.Name };
            if (tool.Description is not null)
            {
                one["description"] = tool.Description;
            }

            one["parameters"] = JsonNode.Parse(tool.Parameters);
            list.Add((JsonNode)one);
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Indented))
        {
            list.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}

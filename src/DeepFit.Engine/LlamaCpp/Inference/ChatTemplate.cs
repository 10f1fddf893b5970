using System.Text;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Which template a model file carries.</summary>
public enum ChatTemplateKind
{
    /// <summary>None, or one that DeepFit does not know: conversations are refused, plain prompts work.</summary>
    Unknown = 0,

    /// <summary>One of DeepSeek-R1's, rendered here as the model's authors publish it.</summary>
    DeepSeekR1 = 1,

    /// <summary>Another family's that llama.cpp knows by heart (<c>llama_chat_apply_template</c>).</summary>
    BuiltIn = 2,
}

/// <summary>A rendered conversation: pieces of the template, whose special tokens count, and pieces of what people said, in which nothing is special.</summary>
/// <param name="Segments">The pieces in order.</param>
/// <param name="ReasoningOpen">Whether the prompt ends inside an opened <c>&lt;think&gt;</c>.</param>
public sealed record RenderedChat(IReadOnlyList<ChatSegment> Segments, bool ReasoningOpen)
{
    /// <summary>The whole text.</summary>
    public string Text => string.Concat(Segments.Select(s => s.Text));
}

/// <summary>A piece of a rendered conversation.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsTemplate">Whether it is the template's.</param>
public readonly record struct ChatSegment(string Text, bool IsTemplate);

/// <summary>
/// The model's own chat template, from <c>tokenizer.chat_template</c>. llama.cpp's C API recognizes some families' templates and renders an approximation; for R1 it would leave out
/// the opened <c>&lt;think&gt;</c> and keep earlier reasoning (src/llama-chat.cpp:548, v0.4.0), so that R1's are rendered here.
/// </summary>
public sealed unsafe class ChatTemplate
{
    private readonly string? source;
    private readonly R1Template? r1;
    private readonly string beginning;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The Jinja text, or null.</param>
    /// <param name="beginning">The text of the beginning-of-sentence token.</param>
    internal ChatTemplate(string? source, string beginning)
    {
        this.source = source;
        this.beginning = beginning;
        r1 = source is null ? null : R1Template.Recognize(source);
        Kind = r1 is not null ? ChatTemplateKind.DeepSeekR1 : source is not null && KnownToLlama(source) ? ChatTemplateKind.BuiltIn : ChatTemplateKind.Unknown;
    }

    /// <summary>Which template it is.</summary>
    public ChatTemplateKind Kind { get; }

    /// <summary>The template's Jinja text, or null when the file has none.</summary>
    public string? Source => source;

    /// <summary>Whether the template tells the model which functions it may call.</summary>
    public bool SupportsTools => r1?.DefinesTools ?? false;

    /// <summary>Whether the prompt opens the reasoning itself (<c>&lt;think&gt;</c>), so that the model goes on inside it.</summary>
    public bool OpensReasoning => r1?.OpensReasoning ?? false;

    /// <summary>Renders a conversation up to where the model is to answer.</summary>
    /// <param name="turns">The turns.</param>
    /// <param name="tools">Functions that may be called.</param>
    /// <exception cref="GenerationRequestException">No turns, no known template, or functions that the template cannot tell of.</exception>
    public RenderedChat Render(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool>? tools = null)
    {
        ArgumentNullException.ThrowIfNull(turns);
        if (turns.Count == 0)
        {
            throw new GenerationRequestException("messages", "invalid_value", new BilingualText(
                "The conversation is empty. Give at least one message.", "对话内容为空。请至少提供一条消息。"));
        }

        if (tools is { Count: > 0 } && !SupportsTools)
        {
            throw new GenerationRequestException("tools", "unsupported_tools", new BilingualText(
                "This model's chat template has no place for tools, so that it would never see them. Leave tools out, or describe them in the message.",
                "该模型的对话模板不支持工具定义，模型看不到它们。请去掉 tools，或在消息中说明可用的工具。"));
        }

        return Kind switch
        {
            ChatTemplateKind.DeepSeekR1 => r1!.Render(turns, tools ?? [], beginning),
            ChatTemplateKind.BuiltIn => BuiltIn(turns),
            _ => throw Unknown(source is not null),
        };
    }

    /// <summary>The tokens of a rendered conversation. What people said is never taken for a control token.</summary>
    internal static int[] Tokenize(Tokenizer tokenizer, RenderedChat chat, bool addBeginning = false)
    {
        var tokens = new List<int>();
        var run = new StringBuilder();
        for (int i = 0; i < chat.Segments.Count; i++)
        {
            run.Append(chat.Segments[i].Text);
            if (i + 1 == chat.Segments.Count || chat.Segments[i + 1].IsTemplate != chat.Segments[i].IsTemplate)
            {
                tokens.AddRange(tokenizer.Tokenize(run.ToString(), addBeginning && tokens.Count == 0, parseSpecial: chat.Segments[i].IsTemplate));
                run.Clear();
            }
        }

        return [.. tokens];
    }

    private static GenerationRequestException Unknown(bool present) => new("messages", "unsupported_template", present
        ? new BilingualText(
            "The model file's chat template is none that DeepFit knows, and guessing one would spoil the answers. Use a GGUF of DeepSeek-R1's family, or send a plain prompt (/v1/completions).",
            "模型文件中的对话模板不在 DeepFit 支持之列，猜测模板会影响回答质量。请使用 DeepSeek-R1 系列的 GGUF 文件，或直接发送纯文本提示（/v1/completions）。")
        : new BilingualText(
            "The model file has no chat template. Use a GGUF that carries one (tokenizer.chat_template), or send a plain prompt (/v1/completions).",
            "模型文件没有对话模板。请使用带有模板（tokenizer.chat_template）的 GGUF 文件，或直接发送纯文本提示（/v1/completions）。"));

    private static bool KnownToLlama(string template)
    {
        byte[] text = Encoding.UTF8.GetBytes(template + "\0");
        fixed (byte* start = text)
        {
            fixed (byte* word = "user\0"u8)
            {
                var turn = new LlamaChatMessage { Role = word, Content = word };
                return LlamaVocab.ApplyTemplate(start, &turn, 1, true, null, 0) >= 0;
            }
        }
    }

    private RenderedChat BuiltIn(IReadOnlyList<ChatTurn> turns)
    {
        byte[] template = Encoding.UTF8.GetBytes(source + "\0");
        byte[][] texts = [.. turns.SelectMany(t => (byte[][])
        [
            Encoding.UTF8.GetBytes(t.Role.ToString().ToLowerInvariant() + "\0"),
            Encoding.UTF8.GetBytes(R1Template.WithoutReasoning(t) + "\0"),
        ])];
        var pins = new List<System.Runtime.InteropServices.GCHandle>();
        try
        {
            var messages = new LlamaChatMessage[turns.Count];
            for (int i = 0; i < messages.Length; i++)
            {
                messages[i] = new LlamaChatMessage { Role = Pin(texts[2 * i]), Content = Pin(texts[(2 * i) + 1]) };
            }

            fixed (byte* start = template)
            {
                fixed (LlamaChatMessage* chat = messages)
                {
                    int length = LlamaVocab.ApplyTemplate(start, chat, (nuint)messages.Length, true, null, 0);
                    var buffer = new byte[Math.Max(1, length)];
                    fixed (byte* output = buffer)
                    {
                        length = LlamaVocab.ApplyTemplate(start, chat, (nuint)messages.Length, true, output, buffer.Length);
                    }

                    return new RenderedChat([new ChatSegment(Encoding.UTF8.GetString(buffer, 0, Math.Max(0, length)), IsTemplate: true)], ReasoningOpen: false);
                }
            }
        }
        finally
        {
            pins.ForEach(p => p.Free());
        }

        byte* Pin(byte[] text)
        {
            var pin = System.Runtime.InteropServices.GCHandle.Alloc(text, System.Runtime.InteropServices.GCHandleType.Pinned);
            pins.Add(pin);
            return (byte*)pin.AddrOfPinnedObject();
        }
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Chat;

/// <summary>A conversation as a file: Markdown, or for <c>.json</c> the messages of the OpenAI API.</summary>
internal static class Transcript
{
    /// <summary>The name of a file where none is given.</summary>
    public static string DefaultName(DateTimeOffset now) => FormattableString.Invariant($"deepfit-chat-{now:yyyyMMdd-HHmmss}.md");

    /// <summary>Writes a file that is not there yet.</summary>
    /// <returns>Its full path.</returns>
    /// <exception cref="UserErrorException">There is one of that name, or it cannot be written.</exception>
    public static string Save(string name, Conversation conversation, ChatModel model, Language language)
    {
        try
        {
            string path = Path.GetFullPath(name);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            {
                WriteJson(file, conversation, model);
            }
            else
            {
                file.Write(Encoding.UTF8.GetBytes(Markdown(conversation, model, language)));
            }

            return path;
        }
        catch (IOException) when (File.Exists(name))
        {
            throw new UserErrorException(RunTexts.FileIsThere(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException(RunTexts.CannotSave(name, e.Message), e);
        }
    }

    private static string Markdown(Conversation conversation, ChatModel model, Language language)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(model.Title).Append('\n');
        if (conversation.System is { Length: > 0 } system)
        {
            Section(text, RunTexts.SystemWord.In(language), system);
        }

        foreach (Exchange exchange in conversation.Exchanges)
        {
            Section(text, RunTexts.QuestionWord.In(language), exchange.Question);
            text.Append("\n## ").Append(RunTexts.AnswerWord.In(language)).Append('\n');
            if (exchange.Reasoning.Length > 0)
            {
                string summary = RunTexts.Thought(Figures.FineDuration(exchange.ThoughtSeconds), exchange.Outcome.ReasoningTokens).In(language);
                text.Append("\n<details><summary>").Append(summary).Append("</summary>\n\n").Append(exchange.Reasoning).Append("\n\n</details>\n");
            }

            text.Append('\n').Append(exchange.Answer.Trim('\n')).Append('\n');
        }

        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, string body) => text.Append("\n## ").Append(title).Append("\n\n").Append(body.Trim('\n')).Append('\n');

    private static void WriteJson(Stream file, Conversation conversation, ChatModel model)
    {
        using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("model", model.Title);
        writer.WriteStartArray("messages");
        if (conversation.System is { Length: > 0 } system)
        {
            Message(writer, "system", system, null);
        }

        foreach (Exchange exchange in conversation.Exchanges)
        {
            Message(writer, "user", exchange.Question, null);
            Message(writer, "assistant", exchange.Answer, exchange.Reasoning);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter writer, string role, string content, string? reasoning)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", content);
        if (reasoning is { Length: > 0 })
        {
            writer.WriteString("reasoning_content", reasoning);
        }

        writer.WriteEndObject();
    }
}

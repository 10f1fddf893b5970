using System.Text.Json;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Chooses the grammar that an answer is held to: calls of functions that are demanded, JSON, or either by the model's choice.</summary>
public static class AnswerGrammar
{
    /// <summary>The grammar, as <see cref="JsonGrammar"/> writes it.</summary>
    /// <param name="json">Whether the answer is to be JSON.</param>
    /// <param name="schema">Of what schema; null for any object.</param>
    /// <param name="tools">The functions that may be called.</param>
    /// <param name="called">What must be called: null for nothing, empty for any of them, else the function's name.</param>
    /// <param name="several">Whether more than one call may be made.</param>
    /// <returns>Null where nothing is demanded.</returns>
    /// <exception cref="GenerationRequestException">A schema is none, or restricts in a way that is not known; the function that must be called is not among the tools.</exception>
    public static string? Of(bool json, JsonElement? schema, IReadOnlyList<ChatTool> tools, string? called, bool several)
    {
        ArgumentNullException.ThrowIfNull(tools);
        return called is not null ? OfCalls([.. tools.Where(tool => called.Length == 0 || tool.Name == called)], several && called.Length == 0)
            : !json ? null
            : tools.Count > 0 ? JsonGrammar.FromSchemaOrTools(schema, tools, several)
            : schema is { } given ? JsonGrammar.FromSchema(given)
            : JsonGrammar.AnyObject;
    }

    private static string OfCalls(IReadOnlyList<ChatTool> tools, bool several)
    {
        if (tools.Count == 0)
        {
            throw new GenerationRequestException("tools", "invalid_value", new BilingualText(
                "The function that must be called is not among the tools.", "要求调用的函数不在工具列表中。"));
        }

        try
        {
            return JsonGrammar.FromTools(tools, several);
        }
        catch (GenerationRequestException e)
        {
            throw new GenerationRequestException("tools", e.Code, e.Text);
        }
    }
}

using System.ClientModel;
using System.ClientModel.Primitives;
using DeepFit.Cli.Tests.Support;
using DeepFit.TestModels;
using OpenAI;
using OpenAI.Chat;

namespace DeepFit.Server.Tests.OpenAiClients;

/// <summary>OpenAI's own client for .NET, set up as its users would.</summary>
internal static class OpenAiClient
{
    /// <summary>What each answer of the model has before and behind its <c>&lt;/think&gt;</c>.</summary>
    public static readonly (string Reasoning, string Content)[] Answers =
        [.. ((string[])[TinyModel.ThinkingAnswer, TinyModel.SecondAnswer, TinyModel.ThirdAnswer]).Select(answer => answer.Split("</think>")).Select(parts => (parts[0].Trim(), parts[1].Trim()))];

    /// <summary>A client of the server; it asks once, unless told to ask again.</summary>
    public static OpenAIClient Of(ServedRun run, string key = ClientServers.Key, int retries = 0) => new(
        new ApiKeyCredential(key),
        new OpenAIClientOptions { Endpoint = new Uri(run.Client.BaseAddress!, "/v1"), RetryPolicy = new ClientRetryPolicy(retries), NetworkTimeout = TimeSpan.FromSeconds(60) });

    /// <summary>Its chat part.</summary>
    public static ChatClient Chat(ServedRun run, string model, string key = ClientServers.Key) => Of(run, key).GetChatClient(model);

    /// <summary>Options of a greedy answer.</summary>
    public static ChatCompletionOptions Greedy() => new() { Temperature = 0 };

    /// <summary>Options of an answer that does not end by itself.</summary>
    public static ChatCompletionOptions Endless()
    {
        ChatCompletionOptions options = Greedy();
        options.Patch.Set("$.ignore_eos"u8, value: true);
        return options;
    }

    /// <summary>The reasoning, which the client has no name for.</summary>
    public static string? Reasoning(ChatCompletion answer) => answer.Patch.GetString("$.choices[0].message.reasoning_content"u8);

    /// <summary>The reasoning of a piece, or null.</summary>
    public static string? Reasoning(StreamingChatCompletionUpdate piece) => piece.Patch.TryGetValue("$.choices[0].delta.reasoning_content"u8, out string? text) ? text : null;

    /// <summary>The error's fields of a refused request.</summary>
    public static (string? Code, string? Param, string? Type, string? Message) Error(ClientResultException e)
    {
        System.Text.Json.JsonElement error = System.Text.Json.JsonDocument.Parse(e.GetRawResponse()!.Content).RootElement.GetProperty("error");
        string? Text(string name) => error.GetProperty(name).GetString();
        return (Text("code"), Text("param"), Text("type"), Text("message"));
    }
}

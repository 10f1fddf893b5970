using System.Runtime.CompilerServices;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;
using Microsoft.Extensions.AI;

namespace DeepFit.Engine.Chat;

/// <summary>
/// The embedded engine behind Microsoft.Extensions.AI's <see cref="IChatClient"/>: conversations, streaming, reasoning as <see cref="TextReasoningContent"/>, usage, JSON answers through a grammar, and calls
/// of functions where the model's template has them. Several calls at a time share the engine's batches. Options that are not given have R1's recommended values
/// (<see cref="SamplingOptions.Default"/>).
/// </summary>
/// <example>
/// <code>
/// await using InferenceEngine engine = await InferenceEngine.LoadAsync(new InferenceSettings { ModelPath = "model.gguf" });
/// using IChatClient client = new DeepFitChatClient(engine);
/// Console.WriteLine(await client.GetResponseAsync("Why is the sky blue?"));
/// </code>
/// </example>
public sealed class DeepFitChatClient : IChatClient
{
    private readonly InferenceEngine engine;
    private readonly bool ownsEngine;
    private readonly ChatClientMetadata metadata;

    /// <summary>Creates a client of an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="ownsEngine">Whether disposing the client disposes the engine; prefer to dispose the engine yourself, asynchronously. Default no.</param>
    public DeepFitChatClient(InferenceEngine engine, bool ownsEngine = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        this.engine = engine;
        this.ownsEngine = ownsEngine;
        metadata = new ChatClientMetadata("deepfit", null, engine.Model.Name);
    }

    /// <inheritdoc/>
    /// <exception cref="GenerationRequestException">The conversation or the options cannot be served.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed, before it or meanwhile.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using Generation generation = engine.Start(ChatMapping.ToRequest(messages, options), cancellationToken);
        GenerationResult result = Whole(await generation.CollectAsync(cancellationToken).ConfigureAwait(false));
        List<AIContent> contents = [];
        if (result.Reasoning.Length > 0)
        {
            contents.Add(new TextReasoningContent(result.Reasoning));
        }

        if (result.Answer.Length > 0)
        {
            contents.Add(new TextContent(result.Answer));
        }

        contents.AddRange(Calls(result));
        string id = NewId();
        return new ChatResponse(new ChatMessage(Microsoft.Extensions.AI.ChatRole.Assistant, contents) { MessageId = id })
        {
            ResponseId = id,
            ModelId = options?.ModelId ?? engine.Model.Name,
            FinishReason = ChatMapping.ToFinish(result),
            Usage = ChatMapping.ToUsage(result.Usage),
            RawRepresentation = result,
        };
    }

    /// <inheritdoc/>
    /// <exception cref="GenerationRequestException">The conversation or the options cannot be served.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed, before it or meanwhile.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using Generation generation = engine.Start(ChatMapping.ToRequest(messages, options), cancellationToken);
        string id = NewId();
        await foreach (GenerationChunk chunk in generation.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (chunk.Text.Length > 0)
            {
                yield return Update([chunk.Kind == ChunkKind.Reasoning ? new TextReasoningContent(chunk.Text) : new TextContent(chunk.Text)]);
            }
        }

        GenerationResult result = Whole(await generation.Completion.ConfigureAwait(false));
        ChatResponseUpdate last = Update([.. Calls(result), new UsageContent(ChatMapping.ToUsage(result.Usage))]);
        last.FinishReason = ChatMapping.ToFinish(result);
        last.RawRepresentation = result;
        yield return last;

        ChatResponseUpdate Update(IList<AIContent> contents) => new(Microsoft.Extensions.AI.ChatRole.Assistant, contents)
        {
            ResponseId = id,
            MessageId = id,
            ModelId = options?.ModelId ?? engine.Model.Name,
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType.IsInstanceOfType(engine) ? engine
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Disposes the engine where the client owns it.</summary>
    public void Dispose()
    {
        if (ownsEngine)
        {
            engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>A result that nobody cut off; the caller's own cancellation never comes so far.</summary>
    private static GenerationResult Whole(GenerationResult result) =>
        result.Finish == FinishReason.Cancelled ? throw new ObjectDisposedException(typeof(InferenceEngine).FullName) : result;

    private static string NewId() => "chatcmpl-" + Guid.NewGuid().ToString("N");

    private static IEnumerable<FunctionCallContent> Calls(GenerationResult result)
    {
        for (int i = 0; i < result.ToolCalls.Count; i++)
        {
            ChatToolCall call = result.ToolCalls[i];
            string id = "call_" + Guid.NewGuid().ToString("N");
            Dictionary<string, object?>? arguments = null;
            Exception? error = null;
            try
            {
                using JsonDocument document = JsonDocument.Parse(call.Arguments);
                arguments = document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value.Clone(), StringComparer.Ordinal);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
            {
                error = e; // the model wrote no JSON object: for the caller to see, not to crash on
            }

            yield return new FunctionCallContent(id, call.Name, arguments) { Exception = error };
        }
    }
}

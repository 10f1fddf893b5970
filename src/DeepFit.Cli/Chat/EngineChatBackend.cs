using System.Runtime.CompilerServices;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>The model in this process.</summary>
internal sealed class EngineChatBackend(InferenceEngine engine, string name, string? quantization) : IChatBackend
{
    public ChatModel Model { get; } = new(name, quantization, engine.ContextLength);

    public async IAsyncEnumerable<ChatPiece> AskAsync(
        IReadOnlyList<ChatTurn> turns, ChatSampling sampling, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new GenerationRequest
        {
            Chat = turns,
            MaxTokens = sampling.MaxTokens,
            Sampling = SamplingOptions.Default with
            {
                Temperature = sampling.Temperature ?? SamplingOptions.Default.Temperature,
                TopP = sampling.TopP ?? SamplingOptions.Default.TopP,
                Seed = sampling.Seed,
            },
        };
        await using Generation generation = engine.Start(request, CancellationToken.None);
        using CancellationTokenRegistration cancel = cancellationToken.Register(generation.Cancel);
        await foreach (GenerationChunk chunk in generation.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            yield return new ChatPiece(chunk.Kind, chunk.Text, chunk.Tokens);
        }

        yield return new ChatPiece(ChunkKind.Answer, "", 0, Of(await generation.Completion.ConfigureAwait(false)));
    }

    public int? CountTokens(IReadOnlyList<ChatTurn> turns) => engine.CountPromptTokens(new GenerationRequest { Chat = turns });

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private static ChatOutcome Of(GenerationResult result) => new()
    {
        Finish = result.Finish,
        PromptTokens = result.Usage.PromptTokens,
        CachedTokens = result.Usage.CachedTokens,
        ReasoningTokens = result.Usage.ReasoningTokens,
        GeneratedTokens = result.Usage.GeneratedTokens,
        QueuedSeconds = result.Timings.Queued.TotalSeconds,
        FirstTokenSeconds = result.Timings.FirstToken?.TotalSeconds,
        PromptSeconds = result.Timings.Prompt.TotalSeconds,
        GenerationSeconds = result.Timings.Generation.TotalSeconds,
        PromptTps = result.Timings.PromptTokensPerSecond,
        GenerationTps = result.Timings.TokensPerSecond,
        Seed = result.Seed,
    };
}

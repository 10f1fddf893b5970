using System.Runtime.CompilerServices;
using DeepFit.Cli.Chat;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Tests.Chat;

/// <summary>A model that says what the test tells it: a token a character. It counts a token a character too.</summary>
internal sealed class ScriptedBackend : IChatBackend
{
    public ChatModel Model { get; set; } = new("DeepSeek-R1 7B", "Q4_K_M", 1000);

    /// <summary>Reasoning and answer, by the number of the question.</summary>
    public Func<int, (string Reasoning, string Answer)> Says { get; init; } = number => ($"thought {number}", $"answer {number}");

    /// <summary>Called with each character that is about to be said.</summary>
    public Action<int, char>? Saying { get; init; }

    public Func<FinishReason> Ends { get; init; } = () => FinishReason.Stop;

    /// <summary>Fails the question of this number.</summary>
    public Func<int, UserErrorException?> Fails { get; init; } = _ => null;

    /// <summary>Whether it knows how many tokens a conversation has.</summary>
    public bool Counts { get; init; } = true;

    public List<IReadOnlyList<ChatTurn>> Asked { get; } = [];

    public List<ChatSampling> Sampled { get; } = [];

    public async IAsyncEnumerable<ChatPiece> AskAsync(
        IReadOnlyList<ChatTurn> turns, ChatSampling sampling, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked.Add(turns);
        Sampled.Add(sampling);
        int number = Asked.Count;
        await Task.Yield();
        if (Fails(number) is { } failure)
        {
            throw failure;
        }

        (string reasoning, string answer) = Says(number);
        int said = 0;
        foreach ((ChunkKind kind, string text) in ((ChunkKind, string)[])[(ChunkKind.Reasoning, reasoning), (ChunkKind.Answer, answer)])
        {
            foreach (System.Text.Rune rune in text.EnumerateRunes())
            {
                Saying?.Invoke(number, (char)rune.Value);
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }

                said++;
                yield return new ChatPiece(kind, rune.ToString(), 1);
            }
        }

        yield return new ChatPiece(ChunkKind.Answer, "", 0, new ChatOutcome
        {
            Finish = cancellationToken.IsCancellationRequested ? FinishReason.Cancelled : Ends(),
            PromptTokens = CountTokens(turns),
            CachedTokens = 3,
            ReasoningTokens = reasoning.Length,
            GeneratedTokens = said,
            FirstTokenSeconds = 0.5,
            GenerationSeconds = 2,
            GenerationTps = 12.3,
            PromptTps = 80,
            Seed = 42,
        });
    }

    public int? CountTokens(IReadOnlyList<ChatTurn> turns) => Counts ? turns.Sum(turn => turn.Content.Length) : null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

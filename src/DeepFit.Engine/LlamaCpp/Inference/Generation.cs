using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// One request on its way: read its pieces with <see cref="ReadAsync"/> (once), or take everything at the end with <see cref="CollectAsync"/>. Whoever reads slowly slows down this request
/// alone. Disposing cancels what is not finished and frees its slot at the next token.
/// </summary>
public sealed class Generation : IAsyncDisposable
{
    private const int Buffered = 256;

    private readonly Channel<GenerationChunk> chunks = Channel.CreateBounded<GenerationChunk>(
        new BoundedChannelOptions(Buffered) { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource<GenerationResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action wake;
    private CancellationTokenRegistration registration;
    private readonly Queue<GenerationChunk> backlog = new();
    private volatile bool cancelled;
    private volatile bool stalled;

    internal Generation(GenerationRequest request, int[] prompt, int mostTokens, OutputText text, Tokenizer tokenizer, TokenSampler sampler, uint seed, long started, Action wake)
    {
        Request = request;
        Prompt = prompt;
        MostTokens = mostTokens;
        Text = text;
        Sampler = sampler;
        Seed = seed;
        Started = started;
        this.wake = wake;
        IsFree = token => token >= 0 && text.IsReasoning(tokenizer.Piece(token));
    }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens => Prompt.Length;

    /// <summary>Ends with the request: its result (also when it was cancelled), or the error that it failed with.</summary>
    public Task<GenerationResult> Completion => completion.Task;

    internal GenerationRequest Request { get; }

    internal int[] Prompt { get; }

    internal int MostTokens { get; }

    internal OutputText Text { get; }

    internal TokenSampler Sampler { get; }

    /// <summary>Whether a token that would come next is none of the answer's, so that no grammar rules it.</summary>
    internal Func<int, bool> IsFree { get; }

    internal uint Seed { get; }

    internal long Started { get; }

    internal bool IsCancelled => cancelled;

    /// <summary>The pieces as they come; ends in order also after <see cref="Cancel"/>.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="EngineFailedException">The engine failed.</exception>
    public async IAsyncEnumerable<GenerationChunk> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration cancel = cancellationToken.Register(Cancel);
        while (await chunks.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (chunks.Reader.TryRead(out GenerationChunk chunk))
            {
                if (stalled)
                {
                    wake();
                }

                yield return chunk;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Reads everything and returns the result.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<GenerationResult> CollectAsync(CancellationToken cancellationToken = default)
    {
        await foreach (GenerationChunk _ in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return await Completion.ConfigureAwait(false);
    }

    /// <summary>Ends the request at the next token; what was generated so far stays valid.</summary>
    public void Cancel()
    {
        cancelled = true;
        wake();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!completion.Task.IsCompleted)
        {
            Cancel();
            await foreach (GenerationChunk _ in chunks.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                wake();
            }
        }

        await ((Task)completion.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await registration.DisposeAsync().ConfigureAwait(false);
    }

    internal void CancelWith(CancellationToken cancellationToken) => registration = cancellationToken.UnsafeRegister(static g => ((Generation)g!).Cancel(), this);

    /// <summary>Passes on what text is ready. Tokens of which no text is told (the tag that closes the reasoning, the blanks around it) are the reasoning's. On the decode thread.</summary>
    /// <returns>Whether there was any, so that the tokens are told.</returns>
    internal bool Emit(int tokens, IReadOnlyList<TokenLogProb>? logProbs)
    {
        (string reasoning, string answer) = Text.Take();
        if (reasoning.Length > 0)
        {
            Write(new GenerationChunk(ChunkKind.Reasoning, reasoning, answer.Length > 0 ? 0 : tokens, answer.Length > 0 ? null : logProbs));
        }

        if (answer.Length > 0)
        {
            Write(new GenerationChunk(ChunkKind.Answer, answer, tokens, logProbs));
        }
        else if (reasoning.Length == 0 && (logProbs is null || Text.Holds))
        {
            return false; // which part they belong to, if any, is told by the text that they begin
        }
        else if (reasoning.Length == 0)
        {
            Write(new GenerationChunk(Text.BelongsToReasoning ? ChunkKind.Reasoning : ChunkKind.Answer, "", tokens, logProbs));
        }

        return true;
    }

    /// <summary>Whether there is room for what comes next.</summary>
    internal bool HasRoom()
    {
        if (backlog.Count == 0)
        {
            return true;
        }

        stalled = true; // before the try, so that a reader who makes room after it wakes the decode thread
        while (backlog.TryPeek(out GenerationChunk next))
        {
            if (!chunks.Writer.TryWrite(next))
            {
                return false;
            }

            backlog.Dequeue();
        }

        stalled = false;
        return true;
    }

    /// <summary>Ends it. On the decode thread.</summary>
    internal void Complete(GenerationResult result)
    {
        Sampler.Dispose();
        if (backlog.Count > 0)
        {
            // the reader is behind: what is left waits for it without holding the slot
            _ = CompleteLaterAsync(result);
            return;
        }

        completion.TrySetResult(result);
        chunks.Writer.TryComplete();
    }

    /// <summary>Ends it with an error. On the decode thread.</summary>
    internal void Fail(Exception error)
    {
        Sampler.Dispose();
        completion.TrySetException(error);
        _ = completion.Task.Exception; // observed: a reader gets it from the channel
        chunks.Writer.TryComplete(error);
    }

    private void Write(GenerationChunk chunk)
    {
        if (backlog.Count > 0 || !chunks.Writer.TryWrite(chunk))
        {
            backlog.Enqueue(chunk);
        }
    }

    private async Task CompleteLaterAsync(GenerationResult result)
    {
        foreach (GenerationChunk chunk in backlog)
        {
            await chunks.Writer.WriteAsync(chunk, CancellationToken.None).ConfigureAwait(false);
        }

        completion.TrySetResult(result);
        chunks.Writer.TryComplete();
    }
}

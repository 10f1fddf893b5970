using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// Continuous batching: one thread computes, and every <c>llama_decode</c> carries the next token of all that generate and pieces of the prompts of those that begin. What generates goes first,
/// prompts share the rest of a physical batch, so that a long prompt delays nobody by more than one. A slot's cache outlives its request: the next one goes to the slot that holds the longest
/// beginning of its prompt.
/// </summary>
internal sealed partial class InferenceScheduler : IAsyncDisposable
{
    private readonly EngineModel model;
    private readonly Tokenizer tokenizer;
    private readonly SamplerScratch scratch;
    private readonly InferenceSettings settings;
    private readonly TimeProvider clock;
    private readonly nint memory;
    private readonly Slot[] slots;
    private readonly DecodeBatch batch;
    private readonly int physicalBatch;
    private readonly Lock gate = new();
    private readonly Queue<Generation> waiting = new();
    private readonly AutoResetEvent signal = new(initialState: false);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Counters counters = new();
    private EngineFailedException? broken;
    private bool draining;
    private bool stopping;
    private int busy;

    /// <summary>Starts the decode thread.</summary>
    public InferenceScheduler(EngineModel model, Tokenizer tokenizer, InferenceSettings settings, int contextLength)
    {
        this.model = model;
        this.tokenizer = tokenizer;
        this.settings = settings;
        clock = settings.Clock;
        ContextLength = contextLength;
        memory = Llama.GetMemory(model.Context);
        scratch = new SamplerScratch(tokenizer.Count);
        slots = [.. Enumerable.Range(0, settings.Options.Parallel).Select(i => new Slot(i))];
        physicalBatch = Math.Max(settings.Options.UBatch, slots.Length);
        batch = new DecodeBatch(physicalBatch);
        new Thread(Run) { Name = "deepfit-decode", IsBackground = true }.Start();
    }

    /// <summary>Tokens that one request may have, prompt and answer together.</summary>
    public int ContextLength { get; }

    /// <summary>Room for candidates; for samplers that the decode thread uses.</summary>
    public SamplerScratch Scratch => scratch;

    /// <summary>Puts a request into the queue.</summary>
    /// <exception cref="QueueFullException">Too many wait.</exception>
    /// <exception cref="ObjectDisposedException">The engine is being stopped.</exception>
    public void Add(Generation generation)
    {
        lock (gate)
        {
            if (broken is { } error)
            {
                throw error;
            }

            ObjectDisposedException.ThrowIf(draining || stopping, typeof(InferenceEngine));
            if (waiting.Count >= settings.QueueLimit + (slots.Length - busy))
            {
                counters.Refused++;
                throw new QueueFullException(waiting.Count, counters.RetryAfter(waiting.Count + 1, slots.Length));
            }

            waiting.Enqueue(generation);
        }

        signal.Set();
    }

    /// <summary>Ends with the decode thread: null where it was told to end, otherwise what ended it.</summary>
    public async Task<EngineFailedException?> EndAsync()
    {
        await ended.Task.ConfigureAwait(false);
        return broken;
    }

    /// <summary>Makes the decode thread look.</summary>
    public void Wake() => signal.Set();

    /// <summary>What was done so far.</summary>
    public InferenceStatistics Statistics()
    {
        lock (gate)
        {
            return counters.Snapshot(slots.Length, busy, waiting.Count, settings.UnifiedCache ? settings.Options.Context : (long)ContextLength * slots.Length);
        }
    }

    /// <summary>Takes no more requests; ends when those that are there have ended.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            draining = true;
        }

        signal.Set();
        await ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Cancels what runs and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stopping = true;
        }

        signal.Set();
        await ended.Task.ConfigureAwait(false);
        batch.Dispose();
        scratch.Dispose();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                DropCancelled();
                Admit();
                if (Compose())
                {
                    Compute();
                    continue;
                }

                bool idle;
                lock (gate)
                {
                    idle = busy == 0 && waiting.Count == 0;
                    if (stopping || (draining && idle))
                    {
                        break;
                    }
                }

                signal.WaitOne();
            }

            EndAll(error: null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            EndAll(e);
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    /// <summary>Gives idle slots to those that wait.</summary>
    private void Admit()
    {
        while (true)
        {
            Generation? next;
            lock (gate)
            {
                if (stopping || busy == slots.Length || !waiting.TryDequeue(out next))
                {
                    return;
                }

                busy++;
            }

            long now = clock.GetTimestamp();
            (Slot slot, int reused) = SlotChoice.Choose(slots, next, memory);
            slot.Begin(next, reused, now);
        }
    }

    private void DropCancelled()
    {
        Generation[] gone = [];
        lock (gate)
        {
            if (waiting.Any(g => g.IsCancelled))
            {
                gone = [.. waiting.Where(g => g.IsCancelled)];
                Generation[] rest = [.. waiting.Where(g => !g.IsCancelled)];
                waiting.Clear();
                Array.ForEach(rest, waiting.Enqueue);
            }
        }

        Array.ForEach(gone, Decline);
        foreach (Slot slot in slots)
        {
            if (slot.Work is { } work && (work.IsCancelled || stopping))
            {
                Finish(slot, FinishReason.Cancelled);
            }
        }
    }

    private void Finish(Slot slot, FinishReason reason)
    {
        Generation work = slot.Work!;
        long now = clock.GetTimestamp();
        work.Text.Finish();
        bool tools = work.Request.Tools.Count > 0;
        (string answer, IReadOnlyList<ChatToolCall> calls) = tools ? ToolCallParser.Parse(work.Text.Answer) : (work.Text.Answer, []);
        if (calls.Count == 0)
        {
            work.Text.ReleaseCalls();
        }

        slot.DropUntold(work.Text.CutBytes);
        work.Emit(slot.Untold, slot.UntoldLogProbs);
        var result = new GenerationResult
        {
            Finish = reason,
            StopText = reason == FinishReason.Stop ? work.Text.StopText : null,
            Seed = work.Seed,
            Reasoning = work.Text.Reasoning,
            Answer = answer,
            ToolCalls = calls,
            Usage = new GenerationUsage(work.Prompt.Length, slot.Reused, slot.ReasoningTokens, slot.Generated),
            Timings = new GenerationTimings(
                clock.GetElapsedTime(work.Started, slot.Began),
                slot.First == 0 ? null : clock.GetElapsedTime(work.Started, slot.First),
                slot.First == 0 ? TimeSpan.Zero : clock.GetElapsedTime(slot.Began, slot.First),
                slot.First == 0 ? TimeSpan.Zero : clock.GetElapsedTime(slot.First, slot.Last))
            {
                PromptProcessed = slot.PromptDone - slot.Reused,
                After = Math.Max(0, slot.Generated - 1),
            },
        };
        Leave(slot, now);
        lock (gate)
        {
            counters.Ended(reason == FinishReason.Cancelled, clock.GetElapsedTime(slot.Began, now));
        }

        work.Complete(result);
    }

    /// <summary>Ends a cancelled request that never had a slot.</summary>
    private void Decline(Generation work)
    {
        TimeSpan queued = clock.GetElapsedTime(work.Started);
        lock (gate)
        {
            counters.Ended(wasCancelled: true, TimeSpan.Zero);
        }

        work.Complete(new GenerationResult
        {
            Finish = FinishReason.Cancelled,
            Seed = work.Seed,
            Reasoning = "",
            Answer = "",
            Usage = new GenerationUsage(work.Prompt.Length, 0, 0, 0),
            Timings = new GenerationTimings(queued, null, TimeSpan.Zero, TimeSpan.Zero),
        });
    }

    private void Fail(Slot slot, Exception error)
    {
        Generation work = slot.Work!;
        Leave(slot, clock.GetTimestamp());
        lock (gate)
        {
            counters.Failed++;
        }

        work.Fail(error);
    }

    private void Leave(Slot slot, long now)
    {
        slot.Release(now);
        lock (gate)
        {
            busy--;
        }
    }

    private void EndAll(Exception? error)
    {
        Generation[] left;
        lock (gate)
        {
            stopping = true;
            broken = error is null ? null : new EngineFailedException(
                EngineFailure.Failed,
                new BilingualText($"The engine stopped: {error.Message}", $"推理引擎已停止：{error.Message}"),
                EngineLog.TakeErrors());
            left = [.. waiting];
            waiting.Clear();
        }

        foreach (Slot slot in slots)
        {
            if (slot.Work is not null && broken is null)
            {
                Finish(slot, FinishReason.Cancelled);
            }
            else if (slot.Work is not null)
            {
                Fail(slot, broken!);
            }
        }

        foreach (Generation generation in left)
        {
            if (broken is null)
            {
                Decline(generation);
            }
            else
            {
                generation.Fail(broken);
            }
        }
    }
}

using System.Text;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;
using ThreadPool = DeepFit.Engine.LlamaCpp.TestDriving.ThreadPool;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// A loaded model that answers requests, several at a time. It runs in this process (docs/decisions/0004): a crash of the native side ends the process, which
/// <see cref="EngineGuard"/> turns into a message. Thread-safe.
/// </summary>
public sealed class InferenceEngine : IAsyncDisposable
{
    private readonly EngineModel native;
    private readonly ThreadPool pool;
    private readonly InferenceScheduler scheduler;
    private readonly InferenceSettings settings;
    private static readonly Lock Loading = new();

    private readonly Lock disposing = new();
    private Task? disposed;
    private int ended;
    private int callers;

    private InferenceEngine(EngineModel native, ThreadPool pool, InferenceModel model, InferenceSettings settings, MemoryEstimate predicted, EngineMemory actual)
    {
        this.native = native;
        this.pool = pool;
        this.settings = settings;
        Model = model;
        PredictedMemory = predicted;
        ActualMemory = actual;
        Tokenizer = new Tokenizer(native.Model);
        string beginning = Tokenizer.BeginningToken is { } token ? Encoding.UTF8.GetString(Tokenizer.SpelledPiece(token).Span) : "";
        ChatTemplate = new ChatTemplate(TemplateOf(native.Model), beginning);
        scheduler = new InferenceScheduler(native, Tokenizer, settings, (int)Llama.SequenceContextLength(native.Context));
    }

    /// <summary>The model.</summary>
    public InferenceModel Model { get; }

    /// <summary>How it is run.</summary>
    public RuntimeOptions Options => settings.Options;

    /// <summary>What loading was predicted to take.</summary>
    public MemoryEstimate PredictedMemory { get; }

    /// <summary>What it took, as the engine said while it was loading.</summary>
    public EngineMemory ActualMemory { get; }

    /// <summary>Tokens that one request may have, prompt and answer together.</summary>
    public int ContextLength => scheduler.ContextLength;

    /// <summary>The vocabulary.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The chat template.</summary>
    public ChatTemplate ChatTemplate { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="settings">What, and how.</param>
    /// <param name="progress">Told the share that is loaded, 0 to 1, on the loading thread.</param>
    /// <param name="cancellationToken">Ends loading.</param>
    /// <exception cref="UserErrorException">There is no such file, it is none of the family's, or it has no vocabulary.</exception>
    /// <exception cref="DoesNotFitException">It would not fit (nothing was loaded).</exception>
    /// <exception cref="EngineUnavailableException">There is no engine for this platform.</exception>
    /// <exception cref="EngineFailedException">The engine refused it, or ran out of memory.</exception>
    public static Task<InferenceEngine> LoadAsync(InferenceSettings settings, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Task.Factory.StartNew(
            () => Load(settings, progress, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Starts a request.</summary>
    /// <param name="request">What is to be generated.</param>
    /// <param name="cancellationToken">Cancels it at the next token.</param>
    /// <returns>The request on its way; read it, and dispose it.</returns>
    /// <exception cref="GenerationRequestException">It cannot be served as it is.</exception>
    /// <exception cref="QueueFullException">Too many wait.</exception>
    /// <exception cref="ObjectDisposedException">The engine is being stopped.</exception>
    public Generation Start(GenerationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return WhileItLives(() => StartNow(request, cancellationToken));
    }

    /// <summary>The prompt's tokens of a request, as <see cref="Start"/> would send them.</summary>
    /// <exception cref="GenerationRequestException">The conversation cannot be rendered.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public int CountPromptTokens(GenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WhileItLives(() => PromptOf(request).Tokens.Length);
    }

    /// <summary>What was done so far, and what is being done.</summary>
    public InferenceStatistics Statistics() => scheduler.Statistics();

    /// <summary>Takes no more requests; ends when those that run or wait have ended.</summary>
    /// <param name="cancellationToken">Ends the waiting; dispose the engine then to cancel what still runs.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default) => scheduler.DrainAsync(cancellationToken);

    /// <summary>Ends when the engine takes no more requests for good: with null where it was drained or disposed, otherwise with the failure that every request gets from then on.</summary>
    public Task<EngineFailedException?> EndAsync() => scheduler.EndAsync();

    /// <summary>Cancels what runs and frees the model.</summary>
    public ValueTask DisposeAsync()
    {
        lock (disposing)
        {
            disposed ??= FreeAsync();
        }

        return new ValueTask(disposed);
    }

    private Generation StartNow(GenerationRequest request, CancellationToken cancellationToken)
    {
        long started = settings.Clock.GetTimestamp();
        RequestCheck.Check(request, Tokenizer.Count);
        (int[] prompt, bool open) = PromptOf(request);
        RequestCheck.Length(prompt.Length, ContextLength);
        int room = ContextLength - prompt.Length;
        uint seed = request.Sampling.Seed is { } given and not uint.MaxValue ? given : (uint)Random.Shared.Next(); // llama.cpp takes this one for none, and would not tell what it drew
        var text = new OutputText(request.SeparateReasoning ?? request.Chat is not null, open, request.Stop, request.Tools.Count > 0);
        var sampler = new TokenSampler(Tokenizer, scheduler.Scratch, request.Sampling, seed, ContextLength, request.Grammar);
        var generation = new Generation(request, prompt, Math.Min(request.MaxTokens ?? room, room), text, Tokenizer, sampler, seed, started, scheduler.Wake);
        try
        {
            scheduler.Add(generation);
        }
        catch
        {
            sampler.Dispose();
            throw;
        }

        generation.CancelWith(cancellationToken);
        return generation;
    }

    private static InferenceEngine Load(InferenceSettings settings, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        settings = settings with { Options = settings.Options with { FewOutputs = true } }; // the scheduler asks for the logits of a slot's last token only
        InferenceModel model = InferenceModel.Read(settings.ModelPath);
        MemoryEstimate predicted = FitCheck.Check(model, settings);
        cancellationToken.ThrowIfCancellationRequested();
        EngineGuard.Note(model, settings, predicted);
        NativeEngine.Load();
        EngineGuard.WatchAborts();
        int threads = settings.Threads > 0 ? settings.Threads : EngineThreads.Default();
        int batchThreads = settings.BatchThreads > 0 ? settings.BatchThreads : threads;
        var loading = new EngineLoading
        {
            Map = settings.Map,
            Threads = threads,
            BatchThreads = batchThreads,
            UnifiedCache = settings.UnifiedCache,
            Progress = progress,
            CancellationToken = cancellationToken,
        };
        EngineModel native;
        EngineMemory actual;
        lock (Loading)
        {
            // the log is the process's: what it says is of this model only while no other one is being loaded
            EngineLog.KeepFew(20_000);
            EngineLog.Take();
            native = EngineModel.Load(settings.ModelPath, settings.Options, loading);
            actual = EngineMemory.Of(EngineLogParser.Parse(EngineLog.Take()), model.Layout);
            EngineLog.KeepFew();
        }

        ThreadPool? pool = null;
        try
        {
            if (!new Tokenizer(native.Model).HasVocabulary)
            {
                throw new UserErrorException(new BilingualText(
                    $"{settings.ModelPath} has no vocabulary: it serves for measurements, but cannot take or give text.",
                    $"{settings.ModelPath} 没有词表：只能用于测量，无法处理文本。"));
            }

            pool = new ThreadPool(Math.Max(threads, batchThreads));
            pool.Attach(native.Context);
            EngineGuard.Loaded();
            return new InferenceEngine(native, pool, model, settings, predicted, actual);
        }
        catch
        {
            native.Dispose();
            pool?.Dispose();
            throw;
        }
    }

    private static unsafe string? TemplateOf(nint model)
    {
        byte* template = LlamaVocab.ChatTemplate(model, null);
        return template is null ? null : NativeEngine.Text(template);
    }

    private (int[] Tokens, bool ReasoningOpen) PromptOf(GenerationRequest request)
    {
        if (request.Chat is { } chat)
        {
            RenderedChat rendered = ChatTemplate.Render(chat, request.Tools);

            // llama.cpp renders other families' templates without the token that begins a text (src/llama-chat.cpp, v0.4.0)
            return (ChatTemplate.Tokenize(Tokenizer, rendered, addBeginning: ChatTemplate.Kind == ChatTemplateKind.BuiltIn), rendered.ReasoningOpen);
        }

        return (request.Prompt is { } text ? Tokenizer.Tokenize(text, addBeginning: true, parseSpecial: true) : [.. request.PromptTokens ?? []], false);
    }

    /// <summary>Does what needs the model's vocabulary, which is not freed meanwhile.</summary>
    private T WhileItLives<T>(Func<T> use)
    {
        Interlocked.Increment(ref callers);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref ended) != 0, this);
            return use();
        }
        finally
        {
            Interlocked.Decrement(ref callers);
        }
    }

    private async Task FreeAsync()
    {
        Interlocked.Exchange(ref ended, 1);
        await scheduler.DisposeAsync().ConfigureAwait(false);
        while (Volatile.Read(ref callers) > 0)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }

        native.Dispose();
        pool.Dispose();
        EngineGuard.Done();
    }
}

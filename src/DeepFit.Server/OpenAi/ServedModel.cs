using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Hosting;

namespace DeepFit.Server.OpenAi;

/// <summary>What a served model does.</summary>
public enum ServedState
{
    /// <summary>It is being loaded.</summary>
    Loading = 0,

    /// <summary>It answers.</summary>
    Ready = 1,

    /// <summary>It finishes what runs, and takes nothing new.</summary>
    Stopping = 2,
}

/// <summary>The model that a server answers with: its names, and the engine once it is loaded. Thread-safe.</summary>
public sealed class ServedModel
{
    private static readonly TimeSpan LoadingRetry = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock;
    private volatile InferenceEngine? engine;
    private volatile bool stopping;

    /// <summary>Names a model that is yet to be loaded.</summary>
    /// <param name="id">Its name in answers and in <c>/v1/models</c>.</param>
    /// <param name="aliases">Other names by which requests may call it; <c>*</c> for any name at all.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public ServedModel(string id, IReadOnlyList<string> aliases, TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        Id = id;
        Aliases = aliases;
        Started = this.clock.GetUtcNow();
    }

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>Its other names.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>When the server was started.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The share of the file that is loaded, 0 to 1.</summary>
    public double Progress { get; set; }

    /// <summary>What it does.</summary>
    public ServedState State => stopping ? ServedState.Stopping : engine is null ? ServedState.Loading : ServedState.Ready;

    /// <summary>The engine, or null before it is loaded.</summary>
    public InferenceEngine? Engine => engine;

    /// <summary>The quantization, or null where it is not known.</summary>
    public string? Quantization { get; init; }

    /// <summary>The model is loaded.</summary>
    public void Ready(InferenceEngine loaded) => engine = loaded;

    /// <summary>Nothing new is taken from now on.</summary>
    public void Stop() => stopping = true;

    /// <summary>The engine that takes requests.</summary>
    /// <exception cref="ServerErrorException">It does not yet, or no more: 503.</exception>
    internal InferenceEngine Require() => State switch
    {
        ServedState.Ready => engine!,
        ServedState.Loading => throw new ServerErrorException(new ServerError(503, "model_loading", OpenAiTexts.Loading(Id, Progress)) { RetryAfter = LoadingRetry }),
        _ => throw new ServerErrorException(Stopped),
    };

    /// <summary>The error of a request that comes, or is cut, while the server ends.</summary>
    internal static ServerError Stopped { get; } = new(503, "server_stopping", OpenAiTexts.Stopping);

    /// <summary>Whether a request may call the model so; no name is as good as the right one.</summary>
    internal bool Answers(string? name) => string.IsNullOrEmpty(name)
        || name.Equals(Id, StringComparison.OrdinalIgnoreCase)
        || Aliases.Any(alias => alias == "*" || alias.Equals(name, StringComparison.OrdinalIgnoreCase));
}

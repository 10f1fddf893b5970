using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>What to load, and how to run it.</summary>
public sealed record InferenceSettings
{
    /// <summary>The GGUF file; of a split model the first part, the others beside it.</summary>
    public required string ModelPath { get; init; }

    /// <summary>
    /// The plan: context over all slots, cache types, flash attention, batch sizes, GPU layers, tensor split, experts on the CPU.
    /// <see cref="RuntimeOptions.Parallel"/> is the number of slots.
    /// </summary>
    public RuntimeOptions Options { get; init; } = new();

    /// <summary>Threads for generation; 0 for the physical cores, as <c>llama-server</c> takes them. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Threads for prompts; 0 for as many as <see cref="Threads"/>. Default 0.</summary>
    public int BatchThreads { get; init; }

    /// <summary>
    /// Whether all slots share one cache, so that one alone may use the whole context, rather than each having its equal part (<c>--kv-unified</c>). Default no: parts of their own are what
    /// plans count with, and are faster when several slots are busy.
    /// </summary>
    public bool UnifiedCache { get; init; }

    /// <summary>Requests that may wait for a slot; one more is refused with <see cref="QueueFullException"/>. Default 64.</summary>
    public int QueueLimit { get; init; } = 64;

    /// <summary>
    /// The memory that may be used; a model that would not fit it is refused before it is loaded. Null checks nothing.
    /// </summary>
    public MachineBudget? Budget { get; init; }

    /// <summary>Whether to load although it would not fit (<c>--force</c>). Default no.</summary>
    public bool Force { get; init; }

    /// <summary>Whether the file is mapped into memory rather than read, where the engine can. Default yes.</summary>
    public bool Map { get; init; } = true;

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

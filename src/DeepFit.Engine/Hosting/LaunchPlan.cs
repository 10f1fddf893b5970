using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Hosting;

/// <summary>Which model is to be started, and how.</summary>
public sealed record LaunchQuery
{
    /// <summary>A variant of the catalogue (with a quantization after a colon, if any), or the path of a GGUF file; null for what suits the machine best.</summary>
    public string? Model { get; init; }

    /// <summary>The quantization; null for what is here already, else for the recommended one.</summary>
    public string? Quantization { get; init; }

    /// <summary>How it is to be run; its context and its slots are not looked at, but <see cref="Context"/> and <see cref="Parallel"/>.</summary>
    public RuntimeRequest Runtime { get; init; } = new(new(), null, false);

    /// <summary>Whether the cache types in <see cref="Runtime"/> were asked for; otherwise Q8_0 takes the place of F16 where the context does not fit with it.</summary>
    public bool CacheTypeGiven { get; init; }

    /// <summary>Tokens of context for each slot; null for what the use needs and the memory allows.</summary>
    public int? Context { get; init; }

    /// <summary>Slots: requests that are answered at a time. Default 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>What it is for.</summary>
    public UseProfile Use { get; init; } = UseProfile.Chat;

    /// <summary>Threads for generation; 0 for the physical cores.</summary>
    public int Threads { get; init; }

    /// <summary>Whether to load although it would not fit.</summary>
    public bool Force { get; init; }

    /// <summary>The folder of DeepFit's own models; null for the usual one.</summary>
    public string? ModelsFolder { get; init; }
}

/// <summary>What will be started.</summary>
public sealed record LaunchPlan
{
    /// <summary>The model.</summary>
    public required PlannedModel Model { get; init; }

    /// <summary>The configuration with all its figures.</summary>
    public required Configuration Configuration { get; init; }

    /// <summary>This machine.</summary>
    public required MachineProfile Machine { get; init; }

    /// <summary>The file that is loaded; null where it has to be pulled first.</summary>
    public string? Path { get; init; }

    /// <summary>What has to be pulled; null where the model is here.</summary>
    public PullRequest? Pull { get; init; }

    /// <summary>Throws where the model would not fit this machine, unless it is forced: before anything is pulled or loaded.</summary>
    /// <exception cref="DoesNotFitException">It would not.</exception>
    public void ThrowIfItDoesNotFit()
    {
        if (!Configuration.Fits && !Force)
        {
            string name = $"{Model.DisplayName} {Configuration.Quantization}";
            throw new DoesNotFitException(Configuration.LimitedBy ?? "ram", Configuration.Memory, ReferenceTexts.WouldNotFit(name, Configuration.Options, Configuration.Reason));
        }
    }

    /// <summary>How the model is loaded, once its file is known.</summary>
    /// <param name="path">The file; null for <see cref="Path"/>.</param>
    public InferenceSettings Settings(string? path = null) => new()
    {
        ModelPath = path ?? Path ?? throw new InvalidOperationException("the model was not pulled"),
        Options = Configuration.Options,
        Threads = Threads,
        Force = Force,
        Budget = MachineBudget.Of(Machine),
    };

    /// <summary>Threads for generation; 0 for the physical cores.</summary>
    internal int Threads { get; init; }

    /// <summary>Whether to load although it would not fit.</summary>
    internal bool Force { get; init; }
}

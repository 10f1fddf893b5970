using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;

namespace DeepFit.Engine.Hosting;

/// <summary>Which DeepSeek-R1 to run.</summary>
public sealed record RecommendQuery
{
    /// <summary>What is wanted; <see cref="RecommendRequest.Measurements"/> are added by the planner.</summary>
    public RecommendRequest Request { get; init; } = new();

    /// <summary>A machine file or a machine in words; null for this machine.</summary>
    public string? Machine { get; init; }
}

/// <summary>A recommendation and the machine that it is for.</summary>
/// <param name="Advice">The recommendation.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Request">The request with the measurements that it was made with.</param>
public sealed record RecommendAnswer(Recommendation Advice, MachineProfile Machine, RecommendRequest Request);

/// <summary>What one configuration takes.</summary>
public sealed record EstimateQuery
{
    /// <summary>The variant (with a quantization after a colon, if any), a GGUF file, or an address.</summary>
    public required string Model { get; init; }

    /// <summary>The quantization; null for the one in <see cref="Model"/>, else Q4_K_M.</summary>
    public string? Quantization { get; init; }

    /// <summary>How it is run.</summary>
    public RuntimeRequest Runtime { get; init; } = new(new(), null, false);

    /// <summary>What it is for.</summary>
    public UseProfile Use { get; init; } = UseProfile.Chat;

    /// <summary>A machine file or a machine in words; null for this machine.</summary>
    public string? Machine { get; init; }

    /// <summary>Whether the engine lays the model out; only on this machine.</summary>
    public bool Simulate { get; init; }
}

/// <summary>A configuration, its model and its machine.</summary>
/// <param name="Model">The model.</param>
/// <param name="Configuration">The configuration with all its figures.</param>
/// <param name="Machine">The machine.</param>
public sealed record EstimateAnswer(PlannedModel Model, Configuration Configuration, MachineProfile Machine);

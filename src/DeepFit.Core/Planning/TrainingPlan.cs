using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>Training a model on a machine: what it takes on each device, whether that is there, and what would make it fit.</summary>
public sealed record TrainingPlan
{
    /// <summary>What training takes on each device.</summary>
    public required TrainingMemory Memory { get; init; }

    /// <summary>The devices that train: the GPUs, or the CPU alone.</summary>
    public required IReadOnlyList<TrainingDevice> Devices { get; init; }

    /// <summary>Whether it fits everywhere.</summary>
    public required bool Fits { get; init; }

    /// <summary>Whether it fits, in a sentence.</summary>
    public required BilingualText Reason { get; init; }

    /// <summary>Changes that make it fit, the mildest first; empty where it fits.</summary>
    public required IReadOnlyList<TrainingRemedy> Remedies { get; init; }

    /// <summary>What to know besides.</summary>
    public required IReadOnlyList<BilingualText> Notes { get; init; }

    /// <summary>The guide's rule: four bytes a parameter, said of running the model.</summary>
    public required RuleOfThumb Rule { get; init; }

    /// <summary>What running the model takes, one sequence of the same length.</summary>
    public required ByteSize Running { get; init; }

    /// <summary>The quantization of <see cref="Running"/>.</summary>
    public required string RunningQuantization { get; init; }
}

/// <summary>One device that trains.</summary>
/// <param name="Device">The engine's name, or <c>CPU</c>.</param>
/// <param name="Name">The product.</param>
/// <param name="Need">What training takes there.</param>
/// <param name="Usable">What a program may take there; null when unknown.</param>
/// <param name="Unified">Whether its memory is system memory.</param>
public sealed record TrainingDevice(string Device, string Name, ByteSize Need, ByteSize? Usable, bool Unified)
{
    /// <summary>Whether it fits; true when unknown.</summary>
    public bool Fits => Usable is not { } usable || Need <= usable;
}

/// <summary>A change that makes training fit.</summary>
/// <param name="Id">A stable word for programs.</param>
/// <param name="Text">What to change.</param>
/// <param name="Arguments">The options to add to the command, or null where something must be bought.</param>
/// <param name="Total">What each device then takes.</param>
public sealed record TrainingRemedy(string Id, BilingualText Text, string? Arguments, ByteSize Total);

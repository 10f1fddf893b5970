using System.Text.Json;
using System.Text.Json.Serialization;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Units;
using DeepFit.Engine.Hosting;

namespace DeepFit.Engine.Deployments;

/// <summary>What was promised of a deployment when it was started, to be held against what came.</summary>
public sealed record DeploymentPlan
{
    /// <summary>How it is run.</summary>
    public required RuntimeOptions Options { get; init; }

    /// <summary>Threads for generation; 0 for the physical cores.</summary>
    public int Threads { get; init; }

    /// <summary>Bytes of the model's files.</summary>
    public required long FileBytes { get; init; }

    /// <summary>The rung that the memory figures stand on.</summary>
    public required EstimateBasis MemoryBasis { get; init; }

    /// <summary>Memory, device by device; system memory is the first.</summary>
    public required IReadOnlyList<PlannedMemory> Memory { get; init; }

    /// <summary>Speed; null where it was not known.</summary>
    public PlannedSpeed? Speed { get; init; }

    /// <summary>The plan of a launch.</summary>
    public static DeploymentPlan Of(LaunchPlan launch)
    {
        ArgumentNullException.ThrowIfNull(launch);
        return Of(launch.Configuration) with { Threads = launch.Threads };
    }

    /// <summary>The plan of a configuration.</summary>
    public static DeploymentPlan Of(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new DeploymentPlan
        {
            Options = configuration.Options,
            FileBytes = configuration.FileBytes.Bytes,
            MemoryBasis = configuration.Memory.Basis,
            Memory =
            [
                .. configuration.Memory.Devices.Select(d => new PlannedMemory(
                    d.Device, d.Weights.Bytes, d.KvCache.Bytes, d.Compute.Bytes, d.Overhead.Bytes, d.Available?.Bytes)),
            ],
            Speed = configuration.Speed is { } speed ? PlannedSpeed.Of(speed) : null,
        };
    }

    /// <summary>The memory as an estimate.</summary>
    public MemoryEstimate ToMemory() => new(
        MemoryBasis,
        [
            .. Memory.Select(m => new DeviceMemory(
                m.Device, new ByteSize(m.Weights), new ByteSize(m.KvCache), new ByteSize(m.Compute), new ByteSize(m.Overhead), m.Available is { } a ? new ByteSize(a) : null)),
        ]);

    internal string ToJson() => JsonSerializer.Serialize(this, DeploymentJson.Default.DeploymentPlan);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where another version wrote something else.</summary>
    internal static DeploymentPlan? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, DeploymentJson.Default.DeploymentPlan);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Memory promised on one device, in bytes.</summary>
/// <param name="Device">The device's name as the engine says it.</param>
/// <param name="Weights">Weights.</param>
/// <param name="KvCache">Key/value cache.</param>
/// <param name="Compute">Compute buffers.</param>
/// <param name="Overhead">What the process or driver takes besides.</param>
/// <param name="Available">What the device had to give, or null when unknown.</param>
public sealed record PlannedMemory(string Device, long Weights, long KvCache, long Compute, long Overhead, long? Available);

/// <summary>Speed promised: tokens per second, with 80% intervals, and the lengths that were assumed.</summary>
public sealed record PlannedSpeed
{
    /// <summary>The rung that the figures stand on.</summary>
    public required EstimateBasis Basis { get; init; }

    /// <summary>Prompts.</summary>
    public required double PromptTps { get; init; }

    /// <summary>Low end.</summary>
    public required double PromptTpsLow { get; init; }

    /// <summary>High end.</summary>
    public required double PromptTpsHigh { get; init; }

    /// <summary>Generation, one sequence.</summary>
    public required double GenerationTps { get; init; }

    /// <summary>Low end.</summary>
    public required double GenerationTpsLow { get; init; }

    /// <summary>High end.</summary>
    public required double GenerationTpsHigh { get; init; }

    /// <summary>Tokens of the prompt that was assumed.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of reasoning and answer that were assumed.</summary>
    public required int GeneratedTokens { get; init; }

    internal static PlannedSpeed Of(SpeedEstimate speed) => new()
    {
        Basis = speed.Basis,
        PromptTps = speed.PromptTps,
        PromptTpsLow = speed.PromptTpsLow,
        PromptTpsHigh = speed.PromptTpsHigh,
        GenerationTps = speed.GenerationTps,
        GenerationTpsLow = speed.GenerationTpsLow,
        GenerationTpsHigh = speed.GenerationTpsHigh,
        PromptTokens = speed.PromptTokens,
        GeneratedTokens = speed.ReasoningTokens + speed.AnswerTokens,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(DeploymentPlan))]
[JsonSerializable(typeof(ServerStatusDocument))]
internal sealed partial class DeploymentJson : JsonSerializerContext;

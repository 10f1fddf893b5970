using System.Text.Json.Serialization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Engine.LlamaCpp.TestDriving;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>What the parent asks: one JSON line on the child's standard input, which then stays open as long as the parent lives.</summary>
internal sealed record EngineRequest
{
    /// <summary>An existing folder for temporary files, removed by the parent afterwards.</summary>
    public string? Folder { get; init; }

    /// <summary>The model to lay out or to run.</summary>
    public ModelLayout? Layout { get; init; }

    /// <summary>A GGUF file to take instead of a synthetic one, or null.</summary>
    public string? ModelPath { get; init; }

    /// <summary>How to run it.</summary>
    public RuntimeOptions? Options { get; init; }

    /// <summary>What bounds a test-drive.</summary>
    public TestDriveLimits? Limits { get; init; }
}

/// <summary>What the child answers: JSON after <see cref="EngineChild.Marker"/> on a line of standard output. Progress any number of times, then one result or one error.</summary>
internal sealed record EngineReply
{
    public IReadOnlyList<EngineDevice>? Devices { get; init; }

    public DryRunReply? DryRun { get; init; }

    public TestDriveEnd? TestDrive { get; init; }

    public EngineProgress? Progress { get; init; }

    public EngineError? Error { get; init; }

    /// <summary>Whether nothing follows.</summary>
    [JsonIgnore]
    public bool IsLast => Devices is not null || DryRun is not null || TestDrive is not null || Error is not null;
}

/// <summary>How far the child is.</summary>
internal sealed record EngineProgress(string Phase, double Fraction, string? Detail);

/// <summary>Why the child could not do it.</summary>
internal sealed record EngineError(EngineFailure Failure, bool Unavailable, string English, string Chinese, IReadOnlyList<string> Lines);

/// <summary>A simulated layout, in bytes; the CPU is the first row.</summary>
internal sealed record DryRunReply(IReadOnlyList<DryRunRow> Rows);

/// <summary>One device of a simulated layout.</summary>
internal sealed record DryRunRow(string Device, long Weights, long KvCache, long Compute);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(EngineRequest))]
[JsonSerializable(typeof(EngineReply))]
internal sealed partial class EngineJson : JsonSerializerContext;

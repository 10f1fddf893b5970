using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Detection;

namespace DeepFit.Cli.Hosting;

/// <summary>
/// What the commands need of the machine, the engine, the planner and the store. Nothing behind it is made before the first call; tests replace it.
/// </summary>
internal interface ICliServices : IDisposable
{
    /// <summary>The machine that this runs on.</summary>
    Task<MachineProfile> DetectAsync(DetectionDepth depth, CancellationToken cancellationToken);

    /// <summary>Everything that the probes read, raw, after <see cref="DetectAsync"/>.</summary>
    IReadOnlyList<ProbeRecord> Probes { get; }

    /// <summary>The engine's name and version, or why there is none.</summary>
    EngineState Engine { get; }

    /// <summary>Opens a machine file; null when there is no such file.</summary>
    Stream? OpenFile(string path);

    /// <summary>The model in a GGUF file or at an address, from the header alone.</summary>
    Task<ModelLayout> ReadGgufAsync(string pathOrAddress, CancellationToken cancellationToken);

    /// <summary>Memory as the engine lays it out on this machine.</summary>
    Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, string? modelPath, CancellationToken cancellationToken);

    /// <summary>What was measured on this machine before; empty for an imagined one.</summary>
    IReadOnlyList<SpeedMeasurement> Measurements(MachineProfile machine);

    /// <summary>Runs a test-drive; the last step carries the result.</summary>
    IAsyncEnumerable<TestDriveStep> TestDriveAsync(TestDriveOrder order, CancellationToken cancellationToken);

    /// <summary>Keeps a test-drive's result, so that it becomes the <c>measured</c> basis.</summary>
    void Keep(MachineProfile machine, TestDriveOutcome outcome);

    /// <summary>The planner.</summary>
    IPlanner Planner { get; }
}

/// <summary>How much of the machine is to be looked at.</summary>
internal enum DetectionDepth
{
    /// <summary>What a recommendation needs; the engine is asked for its devices only where there are GPUs.</summary>
    Plan = 0,

    /// <summary>Everything, the engine's devices and the disk's read rate included.</summary>
    Full = 1,
}

/// <summary>Whether there is an engine.</summary>
/// <param name="Name">Its name and version, such as <c>llama.cpp v0.4.0</c>.</param>
/// <param name="Missing">Why there is none, or null.</param>
internal sealed record EngineState(string Name, BilingualText? Missing);

/// <summary>The planner as the commands use it.</summary>
internal interface IPlanner
{
    /// <summary>The pick, alternatives and a row for every variant.</summary>
    Advice Recommend(MachineProfile machine, Wish wish, IReadOnlyList<SpeedMeasurement> measurements);

    /// <summary>Where a model runs on a machine.</summary>
    EstimationTarget Target(MachineProfile machine);

    /// <summary>The layers on GPUs (and experts on the CPU) that suit a model best.</summary>
    RuntimeOptions Offload(MachineProfile machine, ModelLayout layout, RuntimeOptions options);

    /// <summary>Speed and quality of a configuration whose memory is known, and whether it fits.</summary>
    Configuration Judge(MachineProfile machine, PlannedModel model, RuntimeOptions options, MemoryEstimate memory, IReadOnlyList<SpeedMeasurement> measurements);

    /// <summary>The published benchmark scores of a variant, by benchmark.</summary>
    IReadOnlyDictionary<string, double> Benchmarks(ModelVariant variant);
}

/// <summary>A model of the catalogue or of a file.</summary>
/// <param name="Name">Catalogue id, or the file's path.</param>
/// <param name="Layout">Its tensors.</param>
/// <param name="Variant">The catalogue's entry, or null for a file.</param>
/// <param name="Quantization">The catalogue's quantization, or null for a file.</param>
/// <param name="Path">The file, or null.</param>
internal sealed record PlannedModel(string Name, ModelLayout Layout, ModelVariant? Variant, Quantization? Quantization, string? Path)
{
    /// <summary>The name for people.</summary>
    public string DisplayName => Variant?.DisplayName ?? System.IO.Path.GetFileName(Name.TrimEnd('/'));
}

/// <summary>What is wanted.</summary>
/// <param name="Use"><c>chat reasoning coding long-context batch</c>.</param>
/// <param name="Context">Context in tokens, or null for what the use needs.</param>
/// <param name="MinTokensPerSecond">Slowest generation that is accepted, or null for the use's own.</param>
/// <param name="Users">People at a time. Default 1.</param>
internal sealed record Wish(string Use, int? Context, double? MinTokensPerSecond, int Users);

/// <summary>A recommendation.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Wish">What was wanted.</param>
/// <param name="Pick">What to run, or null when nothing fits.</param>
/// <param name="Reason">Why.</param>
/// <param name="Alternatives">Faster and smarter ones.</param>
/// <param name="Configurations">One row a variant.</param>
internal sealed record Advice(
    MachineProfile Machine,
    Wish Wish,
    Configuration? Pick,
    BilingualText Reason,
    IReadOnlyList<Alternative> Alternatives,
    IReadOnlyList<Configuration> Configurations);

/// <summary>What to test-drive.</summary>
internal sealed record TestDriveOrder(ModelVariant Variant, Quantization Quantization, int ContextDepth, int GpuLayers);

/// <summary>A step of a test-drive.</summary>
/// <param name="Fraction">How far it is, 0 to 1.</param>
/// <param name="What">What it does now.</param>
/// <param name="Outcome">The result, with the last step.</param>
internal sealed record TestDriveStep(double Fraction, BilingualText What, TestDriveOutcome? Outcome = null);

/// <summary>A test-drive's result; rates in tokens per second.</summary>
internal sealed record TestDriveOutcome
{
    public required string Variant { get; init; }

    public required string Quantization { get; init; }

    public required IReadOnlyList<int> Depths { get; init; }

    public required int ContextDepth { get; init; }

    public required int GpuLayers { get; init; }

    public required double PromptTps { get; init; }

    public required double GenerationTps { get; init; }

    /// <summary>Relative half-widths.</summary>
    public required double PromptSpread { get; init; }

    public required double GenerationSpread { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required long PeakRssBytes { get; init; }

    public required string Engine { get; init; }
}

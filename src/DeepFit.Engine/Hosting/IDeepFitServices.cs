using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Detection;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Calibration;
using DeepFit.Engine.LlamaCpp.Flavours;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Hosting;

/// <summary>
/// What the commands and the server need of the machine, the engine, the disk and the store. Nothing behind it is made before the first call; tests replace it.
/// </summary>
public interface IDeepFitServices : IDisposable
{
    /// <summary>Everything that the probes read, raw, after <see cref="DetectAsync"/>.</summary>
    IReadOnlyList<ProbeRecord> Probes { get; }

    /// <summary>The engine's name and version, or why there is none.</summary>
    EngineState Engine { get; }

    /// <summary>The flavours of the engine for this platform.</summary>
    IReadOnlyList<EngineFlavour> EngineFlavours { get; }

    /// <summary>Loads another flavour from now on; fetches it where it is not here.</summary>
    Task<(EngineFlavour Flavour, bool Fetched)> InstallEngineAsync(string id, CancellationToken cancellationToken);

    /// <summary>The machine that this runs on.</summary>
    Task<MachineProfile> DetectAsync(DetectionDepth depth, CancellationToken cancellationToken);

    /// <summary>The machine, detected before, with its memory and disk as they are now: cheaper than to detect it anew.</summary>
    /// <param name="known">This machine.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<MachineProfile> RefreshMemoryAsync(MachineProfile known, CancellationToken cancellationToken) => DetectAsync(DetectionDepth.Plan, cancellationToken);

    /// <summary>Opens a file to read; null when there is no such file.</summary>
    Stream? OpenFile(string path);

    /// <summary>The model in a GGUF file or at an address, from the header alone.</summary>
    Task<ModelLayout> ReadGgufAsync(string pathOrAddress, CancellationToken cancellationToken);

    /// <summary>Memory as the engine lays it out on this machine.</summary>
    Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, string? modelPath, CancellationToken cancellationToken);

    /// <summary>What was measured on this machine before.</summary>
    IReadOnlyList<SpeedMeasurement> Measurements(MachineProfile machine);

    /// <summary>What real runs took of memory on this machine, with this engine.</summary>
    IReadOnlyList<MemoryMeasurement> Memories(MachineProfile machine);

    /// <summary>Runs a test-drive; the last item carries the result.</summary>
    IAsyncEnumerable<TestDriveProgress> TestDriveAsync(TestDriveRequest request, CancellationToken cancellationToken);

    /// <summary>The models on this machine.</summary>
    /// <param name="folder">Where to pull to; null for the usual folder.</param>
    IModelStore Models(string? folder = null);

    /// <summary>What is served on this machine.</summary>
    DeploymentManager Deployments { get; }

    /// <summary>Asks what is served how it is.</summary>
    DeploymentClient Servers { get; }

    /// <summary>Keeps a test-drive's result, so that it becomes the <c>measured</c> basis.</summary>
    void Keep(MachineProfile machine, TestDriveResult result);

    /// <summary>Keeps what a real run showed, so that it becomes the <c>verified</c> basis.</summary>
    /// <param name="machine">This machine.</param>
    /// <param name="measurement">What was measured; the machine's id is filled in.</param>
    void Keep(MachineProfile machine, SpeedMeasurement measurement);

    /// <summary>Keeps what a real run took of memory, so that it becomes the <c>verified</c> basis.</summary>
    /// <param name="machine">This machine.</param>
    /// <param name="measurement">What it took; the machine's id is filled in.</param>
    void Keep(MachineProfile machine, MemoryMeasurement measurement);

    /// <summary>Measures single layers; items with a layer carry a result.</summary>
    IAsyncEnumerable<CalibrationProgress> CalibrateAsync(CalibrationRequest request, CancellationToken cancellationToken);

    /// <summary>Keeps the layers, so that they become the <c>calibrated</c> basis.</summary>
    void Keep(MachineProfile machine, IReadOnlyList<CalibratedLayer> layers, bool onGpu);
}

/// <summary>How much of the machine is to be looked at.</summary>
public enum DetectionDepth
{
    /// <summary>What a plan needs; the engine is asked for its devices only where there are GPUs.</summary>
    Plan = 0,

    /// <summary>Everything: the engine's devices and the disk's read rate too.</summary>
    Full = 1,
}

/// <summary>Whether there is an engine.</summary>
/// <param name="Name">Its name and version, such as <c>llama.cpp v0.4.0</c>.</param>
/// <param name="Missing">Why there is none, or null.</param>
public sealed record EngineState(string Name, BilingualText? Missing);

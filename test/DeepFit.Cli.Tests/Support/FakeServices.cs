using System.Runtime.CompilerServices;
using System.Text;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Calibration;
using DeepFit.Engine.LlamaCpp.Flavours;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Tests.Support;

/// <summary>A machine, an engine and a store of the tests' making; the planner and the estimator are the real ones.</summary>
internal sealed class FakeServices : IDeepFitServices
{
    public MachineProfile Machine { get; set; } = Machines.Laptop;

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Files of which only the layout exists.</summary>
    public Dictionary<string, ModelLayout> Layouts { get; } = [];

    public List<SpeedMeasurement> Kept { get; } = [];

    public List<MemoryMeasurement> KeptMemories { get; } = [];

    public List<TestDriveRequest> Driven { get; } = [];

    public Exception? DetectionFails { get; set; }

    public Exception? TestDriveFails { get; set; }

    /// <summary>What a test-drive waits for in the middle.</summary>
    public Task TestDriveGate { get; init; } = Task.CompletedTask;

    /// <summary>Cancels this in the middle of a test-drive.</summary>
    public CancellationTokenSource? Interrupt { get; set; }

    /// <summary>The share of its cores that a test-drive gets.</summary>
    public double? CpuShare { get; init; } = 0.99;

    /// <summary>Layers that a calibration has time for.</summary>
    public int CalibrationLayers { get; init; } = 5;

    public bool Disposed { get; private set; }

    public IReadOnlyList<ProbeRecord> Probes { get; set; } = [new ProbeRecord("/proc/cpuinfo", "model name : Test CPU\nflags : avx2", null), new ProbeRecord("nvidia-smi", null, "missing")];

    public EngineState Engine { get; set; } = new("llama.cpp v0.4.0", null);

    public IReadOnlyList<EngineFlavour> EngineFlavours { get; set; } =
    [
        new EngineFlavour("vulkan", "linux-x64-vulkan", "/opt/deepfit/native", ["cpu", "vulkan"], true, true),
        new EngineFlavour("cuda", "linux-x64-cuda", null, ["cpu", "cuda"], false, false),
    ];

    public Task<(EngineFlavour Flavour, bool Fetched)> InstallEngineAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult((EngineFlavours.Single(flavour => flavour.Id == id) with { Folder = "/home/x/engines", Chosen = true }, true));

    public Task<MachineProfile> DetectAsync(DetectionDepth depth, CancellationToken cancellationToken) =>
        DetectionFails is { } failure ? Task.FromException<MachineProfile>(failure) : Task.FromResult(Machine);

    public Stream? OpenFile(string path) => Files.TryGetValue(path, out byte[]? bytes) ? new MemoryStream(bytes) : null;

    public Task<ModelLayout> ReadGgufAsync(string pathOrAddress, CancellationToken cancellationToken) =>
        Layouts.TryGetValue(pathOrAddress, out ModelLayout? known) ? Task.FromResult(known) : Task.FromResult(GgufModelReader.ReadLayout(GgufSplit.Read(pathOrAddress, OpenFile, new GgufReaderOptions { HeaderOnly = true })));

    public Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, string? modelPath, CancellationToken cancellationToken) =>
        Task.FromResult(MemoryEstimator.Estimate(layout, options, EstimationTarget.CpuOnly) with { Basis = EstimateBasis.Simulated });

    public IReadOnlyList<SpeedMeasurement> Measurements(MachineProfile machine) => Kept;

    public IReadOnlyList<MemoryMeasurement> Memories(MachineProfile machine) => KeptMemories;

    public async IAsyncEnumerable<TestDriveProgress> TestDriveAsync(TestDriveRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Driven.Add(request);
        yield return new TestDriveProgress("loading", 0, "2 layers");
        await Task.Yield();
        if (TestDriveFails is { } failure)
        {
            throw failure;
        }

        if (Interrupt is { } interrupt)
        {
            await interrupt.CancelAsync();
        }

        await TestDriveGate.WaitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        yield return new TestDriveProgress("generation", 0.6);
        yield return new TestDriveProgress("done", 1, null, new TestDriveResult
        {
            Variant = request.Variant,
            Quantization = request.Layout.Quantization,
            Depths = [2, 6],
            PromptTps = 15.61,
            GenerationTps = 3.412,
            PromptSpread = 0.021,
            GenerationSpread = 0.013,
            PromptTokens = 64,
            Rounds = 5,
            ContextDepth = request.ContextDepth,
            Threads = 2,
            GpuLayers = request.Options.GpuLayers,
            ElapsedSeconds = 14.2,
            PeakRssBytes = 2_500_000_000,
            Devices = ["CPU"],
            Engine = "llama.cpp v0.4.0",
            CpuShare = CpuShare,
        });
    }

    public void Keep(MachineProfile machine, TestDriveResult result) => Kept.Add(new SpeedMeasurement(
        result.Variant, result.Quantization, result.ContextDepth, result.GpuLayers, result.PromptTps, result.GenerationTps,
        result.PromptSpread, result.GenerationSpread, EstimateBasis.Measured, "test", result.Engine, DateTimeOffset.UnixEpoch));

    public void Keep(MachineProfile machine, SpeedMeasurement measurement) => Kept.Add(measurement);

    public void Keep(MachineProfile machine, MemoryMeasurement measurement) => KeptMemories.Add(measurement);

    public async IAsyncEnumerable<CalibrationProgress> CalibrateAsync(CalibrationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (CalibrationProbe probe in request.Probes.Take(CalibrationLayers))
        {
            cancellationToken.ThrowIfCancellationRequested();
            double bytes = probe.Layout().TensorBytes.Bytes / (double)probe.Variant.Architecture.LayerCount;
            yield return new CalibrationProgress(0.5, probe, null);
            yield return new CalibrationProgress(0.6, probe, new CalibratedLayer(probe, bytes / 20e9, bytes / 100e9, 0.02, CpuShare, "llama.cpp v0.4.0"));
        }

        yield return new CalibrationProgress(1, null, null);
    }

    public void Keep(MachineProfile machine, IReadOnlyList<CalibratedLayer> layers, bool onGpu) =>
        Kept.AddRange(layers.Select(l => l.ToMeasurement(onGpu, "test", DateTimeOffset.UnixEpoch)));

    public FakeModelStore Store { get; } = new();

    public IModelStore Models(string? folder = null) => Store;

    public MemoryDeployments DeploymentStore { get; } = new();

    public DeploymentManager Deployments => field ??= new DeploymentManager(DeploymentStore, new DeploymentFiles(DeploymentFolder), TimeProvider.System, ServeCommand);

    /// <summary>Where servers log to.</summary>
    public string DeploymentFolder { get; init; } = Path.GetTempPath();

    /// <summary>What is started in place of <c>deepfit serve</c>; null for itself.</summary>
    public EngineCommand? ServeCommand { get; init; }

    public DeploymentClient Servers { get; set; } = new(new HttpClient(), TimeProvider.System);

    public void Dispose() => Disposed = true;

    /// <summary>Puts a text file among the files.</summary>
    public FakeServices With(string path, string text)
    {
        Files[path] = Encoding.UTF8.GetBytes(text);
        return this;
    }
}

/// <summary>Machines to plan for.</summary>
internal static class Machines
{
    public static MachineProfile Laptop { get; } = Create("""
        {
          "name": "laptop", "os": { "family": "linux", "description": "Debian GNU/Linux 13 (trixie)", "architecture": "x64", "container": "docker" },
          "cpu": { "model": "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", "physical_cores": 8, "logical_cores": 16, "quota_cores": 4 },
          "memory": { "total_bytes": "24 GiB", "available_bytes": "22.4 GiB", "cgroup_limit_bytes": "24 GiB", "bandwidth_bytes_per_second": 60000000000, "bandwidth_basis": "measured" },
          "disk": { "path": "/home/somebody/.local/share/deepfit/models", "free_bytes": "120 GB", "total_bytes": "500 GB", "kind": "nvme" }
        }
        """);

    public static MachineProfile Workstation { get; } = Create("""
        {
          "name": "a-workstation-with-a-rather-long-host-name.example.org", "cpu": { "model": "AMD Ryzen Threadripper PRO 7995WX 96-Cores Processor with a long name", "physical_cores": 96, "logical_cores": 192, "numa_nodes": 4 },
          "memory": { "total_bytes": "512 GiB", "bandwidth_bytes_per_second": 300000000000 },
          "disk": { "free_bytes": "4000 GB" },
          "gpus": [ { "name": "NVIDIA GeForce RTX 3090" }, { "name": "NVIDIA GeForce RTX 3090" } ]
        }
        """);

    public static MachineProfile Tiny { get; } = Create("""{ "name": "tiny", "memory": { "total_bytes": "2 GiB", "available_bytes": "1.5 GiB" } }""");

    public static MachineProfile Apple { get; } = Create("""
        { "name": "mac", "cpu": { "model": "Apple M2 Max", "physical_cores": 12 }, "memory": { "total_bytes": "32 GiB" }, "gpus": [ { "name": "Apple M2 Max" } ] }
        """);

    private static MachineProfile Create(string json) => MachineFile.Read(json, "test.json");
}

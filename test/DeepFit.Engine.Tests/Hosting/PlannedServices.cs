using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Calibration;
using DeepFit.Engine.LlamaCpp.Flavours;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Tests.Hosting;

/// <summary>A machine and the models on it, for planners; nothing else of the services is there.</summary>
internal sealed class PlannedServices(string machine) : IDeepFitServices, IModelStore
{
    /// <summary>A laptop with 24 GiB of which <paramref name="availableGiB"/> are available.</summary>
    public static PlannedServices Laptop(double availableGiB = 22, double diskGB = 200) => new($$"""
        {
          "name": "laptop", "cpu": { "physical_cores": 8 },
          "memory": { "total_bytes": "24 GiB", "available_bytes": "{{FormattableString.Invariant($"{availableGiB}")}} GiB", "bandwidth_bytes_per_second": "60 GB/s" },
          "disk": { "free_bytes": "{{FormattableString.Invariant($"{diskGB}")}} GB" }
        }
        """);

    public List<LocalModel> Here { get; } = [];

    public List<SpeedMeasurement> Measured { get; } = [];

    /// <summary>Headers of files by path.</summary>
    public Dictionary<string, ModelLayout> Files { get; } = [];

    public IReadOnlyList<ProbeRecord> Probes => [];

    public EngineState Engine => new("llama.cpp", null);

    public IReadOnlyList<EngineFlavour> EngineFlavours => [];

    public string Folder => "/models";

    public DeploymentManager Deployments => throw new NotSupportedException();

    public DeploymentClient Servers => throw new NotSupportedException();

    public PlannedServices With(string variant, string quantization, ModelOwner owner = ModelOwner.DeepFit)
    {
        string path = $"/models/{owner}/{variant}-{quantization}.gguf";
        Here.Add(new LocalModel
        {
            Path = path,
            Files = [path],
            Bytes = ModelCatalog.Default.Find(variant).Layout(Quantizations.Find(quantization)).FileBytes.Bytes,
            Owner = owner,
            Name = $"{variant}:{quantization}",
            Variant = variant,
            Quantization = quantization,
        });
        return this;
    }

    public Task<MachineProfile> DetectAsync(DetectionDepth depth, CancellationToken cancellationToken) => Task.FromResult(MachineFile.Read(machine, "test.json"));

    public Stream? OpenFile(string path) => null;

    public Task<ModelLayout> ReadGgufAsync(string pathOrAddress, CancellationToken cancellationToken) => Task.FromResult(Files[pathOrAddress]);

    public Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, string? modelPath, CancellationToken cancellationToken) =>
        Task.FromResult(MemoryEstimator.Estimate(layout, options, EstimationTarget.CpuOnly) with { Basis = EstimateBasis.Simulated });

    public IReadOnlyList<SpeedMeasurement> Measurements(MachineProfile machine) => Measured;

    public IReadOnlyList<MemoryMeasurement> Memories(MachineProfile machine) => [];

    public IModelStore Models(string? folder = null) => this;

    public IReadOnlyList<LocalModel> List() => Here;

    public LocalModel? FindLocal(ModelVariant variant, Quantization quantization) => Here.Find(m => m.Variant == variant.Id && m.Quantization == quantization.Name);

    public void Dispose()
    {
    }

    public IReadOnlyList<UnfinishedPull> Unfinished() => [];

    public Task<(EngineFlavour Flavour, bool Fetched)> InstallEngineAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Keep(MachineProfile machine, SpeedMeasurement measurement) => throw new NotSupportedException();

    public void Keep(MachineProfile machine, MemoryMeasurement measurement) => throw new NotSupportedException();

    public void Keep(MachineProfile machine, TestDriveResult result) => throw new NotSupportedException();

    public void Keep(MachineProfile machine, IReadOnlyList<CalibratedLayer> layers, bool onGpu) => throw new NotSupportedException();

    public IAsyncEnumerable<PullProgress> PullAsync(PullRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public long Remove(UnfinishedPull pull) => throw new NotSupportedException();

    public long Remove(LocalModel model) => throw new NotSupportedException();

    public IAsyncEnumerable<CalibrationProgress> CalibrateAsync(CalibrationRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<TestDriveProgress> TestDriveAsync(TestDriveRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

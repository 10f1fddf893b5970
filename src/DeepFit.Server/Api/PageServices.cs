using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Calibration;
using DeepFit.Engine.LlamaCpp.Flavours;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Server.Api;

/// <summary>
/// The services as a page sees them: the machine is detected once and its memory is read anew (at most twice a second, so that one change on the page is answered from one reading); no
/// file is opened by name.
/// </summary>
/// <param name="inner">The real services; not disposed here.</param>
/// <param name="time">The clock.</param>
internal sealed class PageServices(IDeepFitServices inner, TimeProvider time) : IDeepFitServices
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim turn = new(1, 1);
    private MachineProfile? machine;
    private long readAt;

    public IReadOnlyList<ProbeRecord> Probes => inner.Probes;

    public EngineState Engine => inner.Engine;

    public IReadOnlyList<EngineFlavour> EngineFlavours => inner.EngineFlavours;

    public Task<(EngineFlavour Flavour, bool Fetched)> InstallEngineAsync(string id, CancellationToken cancellationToken) => inner.InstallEngineAsync(id, cancellationToken);

    public async Task<MachineProfile> DetectAsync(DetectionDepth depth, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (machine is null)
            {
                machine = await inner.DetectAsync(DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
                readAt = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(readAt) > Fresh)
            {
                machine = await inner.RefreshMemoryAsync(machine, cancellationToken).ConfigureAwait(false);
                readAt = time.GetTimestamp();
            }

            return machine;
        }
        finally
        {
            turn.Release();
        }
    }

    public Stream? OpenFile(string path) => null;

    public Task<ModelLayout> ReadGgufAsync(string pathOrAddress, CancellationToken cancellationToken) =>
        Task.FromException<ModelLayout>(new UserErrorException(ApiTexts.CatalogueOnly(pathOrAddress)));

    public Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, string? modelPath, CancellationToken cancellationToken) =>
        inner.SimulateAsync(layout, options, modelPath, cancellationToken);

    public IReadOnlyList<SpeedMeasurement> Measurements(MachineProfile machine) => inner.Measurements(machine);

    public IReadOnlyList<MemoryMeasurement> Memories(MachineProfile machine) => inner.Memories(machine);

    public IAsyncEnumerable<TestDriveProgress> TestDriveAsync(TestDriveRequest request, CancellationToken cancellationToken) => inner.TestDriveAsync(request, cancellationToken);

    public IModelStore Models(string? folder = null) => inner.Models(folder);

    public DeploymentManager Deployments => inner.Deployments;

    public DeploymentClient Servers => inner.Servers;

    public void Keep(MachineProfile machine, TestDriveResult result) => inner.Keep(machine, result);

    public void Keep(MachineProfile machine, SpeedMeasurement measurement) => inner.Keep(machine, measurement);

    public void Keep(MachineProfile machine, MemoryMeasurement measurement) => inner.Keep(machine, measurement);

    public IAsyncEnumerable<CalibrationProgress> CalibrateAsync(CalibrationRequest request, CancellationToken cancellationToken) => inner.CalibrateAsync(request, cancellationToken);

    public void Keep(MachineProfile machine, IReadOnlyList<CalibratedLayer> layers, bool onGpu) => inner.Keep(machine, layers, onGpu);

    public void Dispose() => turn.Dispose();
}

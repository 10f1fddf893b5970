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

    /// <summary>How old a reading may be to plan with. The page shows live memory, so that there is a younger one as long as somebody looks at it.</summary>
    private static readonly TimeSpan Plannable = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private volatile Reading? reading;
    private Task<MachineProfile>? next;

    public IReadOnlyList<ProbeRecord> Probes => inner.Probes;

    public EngineState Engine => inner.Engine;

    public IReadOnlyList<EngineFlavour> EngineFlavours => inner.EngineFlavours;

    public Task<(EngineFlavour Flavour, bool Fetched)> InstallEngineAsync(string id, CancellationToken cancellationToken) => inner.InstallEngineAsync(id, cancellationToken);

    /// <summary>This machine for a plan: from a reading that is a moment old, while the next one is taken, so that no change on the page waits for a driver to answer.</summary>
    public async Task<MachineProfile> DetectAsync(DetectionDepth depth, CancellationToken cancellationToken)
    {
        Task<MachineProfile> now = NowAsync(cancellationToken);
        return !now.IsCompleted && reading is { } last && time.GetElapsedTime(last.At) <= Plannable ? last.Machine : await now.ConfigureAwait(false);
    }

    /// <summary>This machine with its memory as it is now.</summary>
    public Task<MachineProfile> NowAsync(CancellationToken cancellationToken)
    {
        if (reading is { } last && time.GetElapsedTime(last.At) <= Fresh)
        {
            return Task.FromResult(last.Machine);
        }

        lock (gate)
        {
            // whoever goes away does not take the reading with them: others wait for it
            if (next is null or { IsCompleted: true })
            {
                next = ReadAsync();
            }

            return next.WaitAsync(cancellationToken);
        }
    }

    private async Task<MachineProfile> ReadAsync()
    {
        MachineProfile machine = reading is { } last
            ? await inner.RefreshMemoryAsync(last.Machine, closing.Token).ConfigureAwait(false)
            : await inner.DetectAsync(DetectionDepth.Plan, closing.Token).ConfigureAwait(false);
        reading = new Reading(machine, time.GetTimestamp());
        return machine;
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

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private sealed record Reading(MachineProfile Machine, long At);
}

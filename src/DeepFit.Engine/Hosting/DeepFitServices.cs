using System.Diagnostics.CodeAnalysis;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Detection.Gpus;
using DeepFit.Engine.Downloads;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Calibration;
using DeepFit.Engine.LlamaCpp.Flavours;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Hosting;

/// <summary>The real services; the only place where the parts of the engine are put together. Every part is made at its first use.</summary>
public sealed class DeepFitServices(Action<BilingualText> warn) : IDeepFitServices
{
    private ProbeHost host = new();
    private MeasurementStore? store;
    private HttpClient? hubs;
    private DeploymentStore? deploymentStore;
    private DeploymentManager? deployments;
    private HttpClient? serversHttp;
    private DeploymentClient? servers;

    /// <inheritdoc/>
    public IReadOnlyList<ProbeRecord> Probes => host.Records;

    /// <inheritdoc/>
    public EngineState Engine
    {
        get
        {
            try
            {
                NativeEngine.Locate();
                return new EngineState(NativeEngine.Name, null);
            }
            catch (EngineUnavailableException e)
            {
                return new EngineState(NativeEngine.Name, e.Text);
            }
        }
    }

    private MeasurementStore Store => store ??= new MeasurementStore(StoreLocation.Folder(), TimeProvider.System, warn);

    /// <inheritdoc/>
    public IReadOnlyList<EngineFlavour> EngineFlavours => DeepFit.Engine.LlamaCpp.Flavours.EngineFlavours.All();

    /// <inheritdoc/>
    public Task<(EngineFlavour Flavour, bool Fetched)> InstallEngineAsync(string id, CancellationToken cancellationToken) =>
        new EngineInstaller().InstallAsync(id, cancellationToken);

    /// <inheritdoc/>
    public async Task<MachineProfile> DetectAsync(DetectionDepth depth, CancellationToken cancellationToken)
    {
        host = new ProbeHost(); // what was read before is forgotten: a server detects again and again
        bool full = depth == DetectionDepth.Full;
        var engine = new EngineDevices();
        var detector = new MachineDetector(host, new GpuDetector(), full ? engine : null, new RateMemory(() => Store));
        MachineProfile machine = await detector.DetectAsync(new DetectionOptions { MeasureDisk = full, ListEngineDevices = full }, cancellationToken).ConfigureAwait(false);
        if (full || !MayHaveGpu(machine) || !NativeEngine.IsPresent)
        {
            return machine;
        }

        try
        {
            return machine with { EngineDevices = await engine.ListAsync(cancellationToken).ConfigureAwait(false) };
        }
        catch (EngineFailedException e)
        {
            warn(e.Text); // a driver that crashes the engine's process: the CPU is planned with, and the person is told
            return machine with { Gpus = [] };
        }
    }

    /// <inheritdoc/>
    public async Task<MachineProfile> RefreshMemoryAsync(MachineProfile known, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(known);

        // probes of its own: they would pile up in a process that runs for days
        var detector = new MachineDetector(new ProbeHost(), new GpuDetector());
        var options = new DetectionOptions { MeasureBandwidth = false, MeasureDisk = false, ListEngineDevices = false, DetectGpus = known.Gpus.Count > 0 };
        return known.WithMemoryOf(await detector.DetectAsync(options, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Stream? OpenFile(string path) => File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete) : null;

    /// <inheritdoc/>
    public async Task<ModelLayout> ReadGgufAsync(string pathOrAddress, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(pathOrAddress, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            return Directory.Exists(pathOrAddress)
                ? throw new NotFoundException(ReferenceTexts.IsFolder(pathOrAddress))
                : !File.Exists(pathOrAddress)
                    ? throw new NotFoundException(ReferenceTexts.NoFile(pathOrAddress))
                    : GgufModelReader.ReadLayout(GgufSplit.Read(pathOrAddress, OpenFile));
        }

        using var client = NewHttpClient();
        try
        {
            // the header is read synchronously, on a thread of its own, so that Ctrl-C is answered at once
            return await Task.Run(
                () => GgufModelReader.ReadLayout(GgufSplit.Read(address.AbsoluteUri, part => HttpRangeStream.Open(client, new Uri(part)))),
                cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UserErrorException e) when (e.InnerException is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new OperationFailedException(e.Text, e); // the line is right, the network is not
        }
    }

    /// <inheritdoc/>
    public Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, string? modelPath, CancellationToken cancellationToken) =>
        new DryRun().SimulateAsync(layout, options, modelPath, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<SpeedMeasurement> Measurements(MachineProfile machine) => Store.Measurements(IdOf(machine));

    /// <inheritdoc/>
    public IReadOnlyList<MemoryMeasurement> Memories(MachineProfile machine) => Store.Memories(IdOf(machine), NativeEngine.Name);

    /// <inheritdoc/>
    public IAsyncEnumerable<TestDriveProgress> TestDriveAsync(TestDriveRequest request, CancellationToken cancellationToken) =>
        new TestDrive().RunAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Keep(MachineProfile machine, TestDriveResult result) =>
        Store.Add(result.ToMeasurement(IdOf(machine), TimeProvider.System.GetUtcNow()));

    /// <inheritdoc/>
    public void Keep(MachineProfile machine, SpeedMeasurement measurement) => Store.Add(measurement with { MachineId = IdOf(machine) });

    /// <inheritdoc/>
    public void Keep(MachineProfile machine, MemoryMeasurement measurement) => Store.Add(measurement with { MachineId = IdOf(machine) });

    /// <inheritdoc/>
    public IAsyncEnumerable<CalibrationProgress> CalibrateAsync(CalibrationRequest request, CancellationToken cancellationToken) =>
        new Calibrator().RunAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Keep(MachineProfile machine, IReadOnlyList<CalibratedLayer> layers, bool onGpu)
    {
        string id = IdOf(machine);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (CalibratedLayer layer in layers)
        {
            Store.Add(layer.ToMeasurement(onGpu, id, now));
        }
    }

    /// <inheritdoc/>
    public IModelStore Models(string? folder = null) => new ModelStore(ModelFolder.Path(folder), hubs ??= NewHttpClient());

    /// <inheritdoc/>
    public DeploymentManager Deployments => deployments ??= new DeploymentManager(
        deploymentStore = new DeploymentStore(StoreLocation.Folder(), TimeProvider.System, warn), DeploymentFiles.Default, TimeProvider.System);

    /// <inheritdoc/>
    public DeploymentClient Servers => servers ??= new DeploymentClient(serversHttp = NewDirectClient(), TimeProvider.System);

    /// <inheritdoc/>
    public void Dispose()
    {
        store?.Dispose();
        deploymentStore?.Dispose();
        serversHttp?.Dispose();
        hubs?.Dispose();
    }

    // the engine's process is started only where it may see a GPU: one was found, there are nodes to drive one, or the user names one
    private bool MayHaveGpu(MachineProfile machine) =>
        machine.Gpus.Count > 0
        || machine.Os.Family != "linux"
        || machine.Os.Wsl
        || host.ListFolder("/dev/dri").Count > 0
        || host.Environment("GGML_VK_VISIBLE_DEVICES") is not null;

    private string IdOf(MachineProfile machine) => MachineFingerprint.Of(host, machine).Id;

    /// <summary>
    /// A client for a server that answers questions: it may take as long as it needs to think, but must be there within 20 seconds. No proxy comes between this machine and itself.
    /// </summary>
    /// <param name="address">The server's address.</param>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the composition root.")]
    public static HttpClient NewServerClient(string address)
    {
        bool here = Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address, UriKind.Absolute, out Uri? uri) && uri.IsLoopback;
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20), UseProxy = !here }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the composition root.")]
    private static HttpClient NewHttpClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) });

    // a proxy knows nothing of this machine's own addresses; an answer may take as long as the model thinks
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the composition root.")]
    private static HttpClient NewDirectClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The store's rates, opened at the first need.</summary>
    private sealed class RateMemory(Func<MeasurementStore> store) : IBandwidthCache
    {
        public Core.Units.ByteRate? Get(string machineId) => store().Rates.Get(machineId);

        public void Put(string machineId, Core.Units.ByteRate rate) => store().Rates.Put(machineId, rate);
    }
}

using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Disks;
using DeepFit.Engine.Detection.Linux;
using DeepFit.Engine.Detection.MacOS;
using DeepFit.Engine.Detection.Windows;

namespace DeepFit.Engine.Detection;

/// <summary>Puts together everything that is known of this machine. Unknown things stay null or default; nothing that is found, or missing, makes it throw.</summary>
/// <param name="host">Where to look; keeps every raw probe.</param>
/// <param name="gpus">Finds GPUs; none when null.</param>
/// <param name="engineDevices">Asks the engine; not asked when null.</param>
/// <param name="cache">Remembers measured rates between runs; kept for this object's life when null.</param>
public sealed class MachineDetector(
    IProbeHost host, IGpuDetector? gpus = null, IEngineDeviceLister? engineDevices = null, IBandwidthCache? cache = null)
{
    private readonly IBandwidthCache _cache = cache ?? new MemoryBandwidthCache();

    /// <summary>The machine as it is now.</summary>
    /// <param name="options">What to detect.</param>
    /// <param name="cancellationToken">Stops probes and child processes; the only cause of an exception.</param>
    public async Task<MachineProfile> DetectAsync(DetectionOptions options, CancellationToken cancellationToken = default)
    {
        // The engine's child process takes longest: it starts first and runs beside everything else.
        Task<IReadOnlyList<EngineDevice>> engine = options.ListEngineDevices && engineDevices is not null
            ? Guard("engine devices", () => engineDevices.ListAsync(cancellationToken), cancellationToken)
            : Task.FromResult<IReadOnlyList<EngineDevice>>([]);

        IReadOnlyList<LinuxMount> mounts = OperatingSystem.IsLinux() ? LinuxMountsParser.Parse(host.ReadFile("/proc/self/mountinfo")) : [];
        MachineFacts facts = await ReadFactsAsync(mounts, cancellationToken).ConfigureAwait(false);
        Task<IReadOnlyList<GpuDevice>> devices = options.DetectGpus && gpus is not null
            ? Guard("GPUs", () => Task.Run(() => gpus.DetectAsync(host, facts.Os, facts.Memory, cancellationToken), cancellationToken), cancellationToken)
            : Task.FromResult<IReadOnlyList<GpuDevice>>([]);
        MachineFingerprint fingerprint = MachineFingerprint.Of(facts.Cpu, facts.Memory, InstallationId.Read(host));
        DiskInfo? disk = DetectDisk(options, fingerprint, mounts, cancellationToken);
        IReadOnlyList<GpuDevice> foundGpus = await devices.ConfigureAwait(false);
        IReadOnlyList<EngineDevice> foundDevices = await engine.ConfigureAwait(false);

        // Last and alone: anything else that runs would be measured with it.
        ByteRate? bandwidth = await BandwidthAsync(facts, fingerprint, options, cancellationToken).ConfigureAwait(false);
        return new MachineProfile
        {
            Name = Environment.MachineName,
            Os = facts.Os,
            Cpu = facts.Cpu,
            Memory = facts.Memory with { Bandwidth = bandwidth, BandwidthBasis = bandwidth is null ? null : "measured" },
            Disk = disk,
            Gpus = foundGpus,
            EngineDevices = foundDevices,
        };
    }

    private Task<MachineFacts> ReadFactsAsync(IReadOnlyList<LinuxMount> mounts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (OperatingSystem.IsWindows())
            return WindowsMachineDetector.DetectAsync(host, cancellationToken);
        return OperatingSystem.IsMacOS()
            ? MacMachineDetector.DetectAsync(host, cancellationToken)
            : Task.FromResult(LinuxMachineDetector.Detect(host, mounts));
    }

    private DiskInfo? DetectDisk(
        DetectionOptions options, MachineFingerprint fingerprint, IReadOnlyList<LinuxMount> mounts, CancellationToken cancellationToken)
    {
        string folder = options.ModelsFolder ?? ModelsFolders.Default(host.Environment);
        if (DiskDetector.Detect(host, folder, mounts) is not DiskInfo disk)
            return null;
        string key = DiskDetector.CacheKey(fingerprint, folder, mounts);
        ByteRate? rate = options.Refresh ? null : _cache.Get(key);
        if (rate is null && options.MeasureDisk)
        {
            rate = DiskReadProbe.Measure(host, DiskDetector.CandidateFolders(folder, mounts), cancellationToken);
            if (rate is ByteRate measured)
                _cache.Put(key, measured);
        }

        return disk with { ReadRate = rate };
    }

    private async Task<ByteRate?> BandwidthAsync(
        MachineFacts facts, MachineFingerprint fingerprint, DetectionOptions options, CancellationToken cancellationToken)
    {
        ByteRate? rate = options.Refresh ? null : _cache.Get(fingerprint.Id);
        if (rate is not null || !options.MeasureBandwidth)
            return rate;
        int threads = (int)Math.Ceiling(Math.Min(facts.Cpu.LogicalCores, facts.Cpu.QuotaCores ?? double.MaxValue));
        rate = await MemoryBandwidthProbe
            .MeasureAsync(threads, facts.Memory.Available, facts.LastLevelCache, cancellationToken).ConfigureAwait(false);
        host.Record("memory bandwidth", rate?.ToString(), rate is null ? "too little memory to measure" : null);
        if (rate is ByteRate measured)
            _cache.Put(fingerprint.Id, measured);
        return rate;
    }

    /// <summary>One part that fails leaves the others standing.</summary>
    private async Task<IReadOnlyList<T>> Guard<T>(string probe, Func<Task<IReadOnlyList<T>>> detect, CancellationToken cancellationToken)
    {
        try
        {
            return await detect().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The contract of detection: drivers and tools may fail in any way, the machine is described all the same.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            host.Record(probe, null, e.Message);
            return [];
        }
    }
}

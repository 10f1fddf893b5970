using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection;

namespace DeepFit.Engine.Tests.Detection;

public class MachineDetectorTests
{
    private static readonly DetectionOptions s_quick = new() { MeasureBandwidth = false, MeasureDisk = false };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task This_machine_is_described()
    {
        ProbeHost host = new();
        MachineProfile machine = await new MachineDetector(host).DetectAsync(s_quick, Token);
        machine.Cpu.LogicalCores.ShouldBe(Environment.ProcessorCount);
        machine.Memory.Total.Bytes.ShouldBeGreaterThan(0);
        machine.Memory.Available.Bytes.ShouldBeInRange(1, machine.Memory.Total.Bytes);
        machine.Memory.Bandwidth.ShouldBeNull();
        machine.Disk.ShouldNotBeNull().Free.Bytes.ShouldBeGreaterThanOrEqualTo(0);
        host.Records.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Linux_needs_no_tools()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only");
        RunCounter host = new();
        await new MachineDetector(host).DetectAsync(s_quick, Token);
        host.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task GPUs_and_engine_devices_come_from_their_own_detectors()
    {
        GpuDevice gpu = new() { Name = "Card", Vendor = "nvidia", Memory = ByteSize.FromGiB(8) };
        EngineDevice device = new("CPU", "cpu", "cpu", ByteSize.Zero, ByteSize.Zero);
        MachineDetector detector = new(new ProbeHost(), new Gpus(() => [gpu]), new Devices(() => [device]));
        MachineProfile machine = await detector.DetectAsync(s_quick, Token);
        machine.Gpus.ShouldBe([gpu]);
        machine.EngineDevices.ShouldBe([device]);
        MachineProfile without = await detector.DetectAsync(s_quick with { DetectGpus = false, ListEngineDevices = false }, Token);
        without.Gpus.ShouldBeEmpty();
        without.EngineDevices.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_detector_that_fails_leaves_the_rest_standing()
    {
        ProbeHost host = new();
        MachineDetector detector = new(host, new Gpus(() => throw new InvalidOperationException("driver broke")), new Devices(() => throw new IOException("child died")));
        MachineProfile machine = await detector.DetectAsync(s_quick, Token);
        machine.Gpus.ShouldBeEmpty();
        machine.Cpu.LogicalCores.ShouldBeGreaterThan(0);
        host.Records.ShouldContain(new ProbeRecord("GPUs", null, "driver broke"));
        host.Records.ShouldContain(new ProbeRecord("engine devices", null, "child died"));
    }

    [Fact]
    public async Task Measured_rates_are_kept_and_used_again()
    {
        Cache cache = new();
        ProbeHost host = new();
        MachineDetector detector = new(host, cache: cache);
        MachineProfile first = await detector.DetectAsync(new DetectionOptions { MeasureDisk = false }, Token);
        first.Memory.Bandwidth.ShouldNotBeNull();
        first.Memory.BandwidthBasis.ShouldBe("measured");
        cache.Rates.Count.ShouldBe(1);
        string key = cache.Rates.Keys.Single();
        key.ShouldBe(MachineFingerprint.Of(host, first).Id);
        cache.Rates[key] = new ByteRate(42);
        (await detector.DetectAsync(s_quick, Token)).Memory.Bandwidth.ShouldBe(new ByteRate(42));
    }

    [Fact]
    public async Task A_cached_disk_rate_is_used_and_a_fresh_one_replaces_it()
    {
        Cache cache = new() { Answer = new ByteRate(7) };
        MachineDetector detector = new(new ProbeHost(), cache: cache);
        (await detector.DetectAsync(s_quick, Token)).Disk!.ReadRate.ShouldBe(new ByteRate(7));
        (await detector.DetectAsync(s_quick with { Refresh = true }, Token)).Disk!.ReadRate.ShouldBeNull();
    }

    [Fact]
    public async Task A_models_folder_that_does_not_exist_is_judged_by_its_nearest_parent()
    {
        string folder = Path.Combine(Path.GetTempPath(), "deepfit-none-" + Guid.NewGuid().ToString("N"), "models");
        MachineProfile machine = await new MachineDetector(new ProbeHost()).DetectAsync(s_quick with { ModelsFolder = folder }, Token);
        machine.Disk!.Path.ShouldBe(folder);
        machine.Disk.Free.Bytes.ShouldBeGreaterThan(0);
        Directory.Exists(Path.GetDirectoryName(folder)).ShouldBeFalse();
        ModelsFolders.NearestExisting(folder).ShouldBe(Path.TrimEndingDirectorySeparator(Path.GetTempPath()));
        ModelsFolders.NearestExisting("a\0b").ShouldBeNull();
    }

    [Fact]
    public void DEEPFIT_MODELS_chooses_the_folder()
    {
        string chosen = Path.Combine(Path.GetTempPath(), "m");
        ModelsFolders.Default(name => name == "DEEPFIT_MODELS" ? chosen : null).ShouldBe(chosen);
        ModelsFolders.Default(name => name == "DEEPFIT_HOME" ? chosen : null).ShouldBe(Path.Combine(chosen, "models"), "the disk that is measured is the one that pulls fill");
        ModelsFolders.Default(_ => null).ToUpperInvariant().ShouldEndWith(Path.Combine("DEEPFIT", "MODELS"));
    }

    [Fact]
    public async Task Cancelling_ends_detection()
    {
        using CancellationTokenSource cancel = new();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => new MachineDetector(new ProbeHost()).DetectAsync(s_quick, cancel.Token));
    }

    [Fact]
    public void A_fingerprint_survives_a_reboot_and_changes_with_the_hardware()
    {
        CpuInfo cpu = new() { Model = "X", PhysicalCores = 8, LogicalCores = 16, MaxMhz = 3000 };
        MemoryInfo memory = new() { Total = ByteSize.FromGiB(31.2), Available = ByteSize.FromGiB(9) };
        string id = MachineFingerprint.Of(cpu, memory, "secret-id").Id;
        id.Length.ShouldBe(32);
        id.ShouldNotContain("secret");
        MachineFingerprint.Of(cpu with { MaxMhz = 3100 }, memory with { Total = ByteSize.FromGiB(31.1), Available = ByteSize.Zero }, "secret-id").Id.ShouldBe(id);
        MachineFingerprint.Of(cpu with { Model = "Y" }, memory, "secret-id").Id.ShouldNotBe(id);
        MachineFingerprint.Of(cpu with { PhysicalCores = 4 }, memory, "secret-id").Id.ShouldNotBe(id);
        MachineFingerprint.Of(cpu with { QuotaCores = 2 }, memory, "secret-id").Id.ShouldNotBe(id);
        MachineFingerprint.Of(cpu, memory with { Total = ByteSize.FromGiB(64) }, "secret-id").Id.ShouldNotBe(id);
        MachineFingerprint.Of(cpu, memory, null).Id.ShouldNotBe(id);
    }

    private sealed class Gpus(Func<IReadOnlyList<GpuDevice>> detect) : IGpuDetector
    {
        public Task<IReadOnlyList<GpuDevice>> DetectAsync(IProbeHost host, OperatingSystemInfo os, MemoryInfo memory, CancellationToken cancellationToken) =>
            Task.FromResult(detect());
    }

    private sealed class Devices(Func<IReadOnlyList<EngineDevice>> list) : IEngineDeviceLister
    {
        public Task<IReadOnlyList<EngineDevice>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(list());
    }

    private sealed class Cache : IBandwidthCache
    {
        public Dictionary<string, ByteRate> Rates { get; } = [];

        public ByteRate? Answer { get; init; }

        public ByteRate? Get(string machineId) => Answer ?? (Rates.TryGetValue(machineId, out ByteRate rate) ? rate : null);

        public void Put(string machineId, ByteRate rate) => Rates[machineId] = rate;
    }

    private sealed class RunCounter : IProbeHost
    {
        private readonly ProbeHost _real = new();

        public int Runs { get; private set; }

        public IReadOnlyList<ProbeRecord> Records => _real.Records;

        public string? ReadFile(string path) => _real.ReadFile(path);

        public IReadOnlyList<string> ListFolder(string path) => _real.ListFolder(path);

        public string? ReadLink(string path) => _real.ReadLink(path);

        public string? Environment(string name) => _real.Environment(name);

        public Task<ToolResult> RunAsync(string tool, IReadOnlyList<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            Runs++;
            return _real.RunAsync(tool, arguments, timeout, cancellationToken);
        }

        public void Record(string probe, string? output, string? error = null) => _real.Record(probe, output, error);
    }
}

using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Detection.Gpus;
using DeepFit.Engine.Detection.Gpus.Apple;
using DeepFit.Engine.Detection.Gpus.Nvidia;

namespace DeepFit.Engine.Tests.Detection.Gpus;

/// <summary>Machines for the detectors' tests.</summary>
internal static class Machines
{
    public static MemoryInfo Memory(double total = 32, double available = 24) =>
        new() { Total = ByteSize.FromGiB(total), Available = ByteSize.FromGiB(available) };

    public static OperatingSystemInfo Os(string family = "linux", string architecture = "x64", bool wsl = false, string? container = null) =>
        new() { Family = family, Architecture = architecture, Wsl = wsl, Container = container };

    public static GpuContext Context(FakeProbeHost host, OperatingSystemInfo? os = null, MemoryInfo? memory = null) =>
        new(host, os ?? Os(), memory ?? Memory(), PciScanner.Scan(host), host.ListFolder("/dev"));

    public static Task<IReadOnlyList<GpuDevice>> DetectAsync(
        IProbeHost host, OperatingSystemInfo? os = null, MemoryInfo? memory = null, INvml? nvml = null, ByteSize? metal = null) =>
        new GpuDetector(() => DeviceCatalog.Default, new FakeNvmlLoader(nvml), new FakeMetal(metal))
            .DetectAsync(host, os ?? Os(), memory ?? Memory(), TestContext.Current.CancellationToken);

    private sealed class FakeNvmlLoader(INvml? nvml) : INvmlLoader
    {
        public INvml? TryLoad() => nvml;
    }

    private sealed class FakeMetal(ByteSize? size) : IMetal
    {
        public ByteSize? RecommendedMaxWorkingSetSize() => size;
    }
}

using DeepFit.Core.Hardware;
using DeepFit.Engine.Detection.Gpus.Accelerators;
using DeepFit.Engine.Detection.Gpus.Amd;
using DeepFit.Engine.Detection.Gpus.Apple;
using DeepFit.Engine.Detection.Gpus.Intel;
using DeepFit.Engine.Detection.Gpus.Nvidia;
using DeepFit.Engine.Detection.Gpus.Windows;

namespace DeepFit.Engine.Detection.Gpus;

/// <summary>
/// Finds GPUs and accelerators of every maker, on Linux, Windows and macOS. A maker's tool runs only where a sign of its device is there;
/// a Linux machine without a GPU is done after reading the PCI bus. What the sources say of one device is merged, and bandwidth and FP16
/// throughput come from the <see cref="DeviceCatalog"/>.
/// </summary>
public sealed class GpuDetector : IGpuDetector
{
    private readonly Func<DeviceCatalog> _catalog;
    private readonly INvmlLoader _nvml;
    private readonly IMetal _metal;

    /// <summary>Creates a detector.</summary>
    /// <param name="catalog">Published figures; <see cref="DeviceCatalog.Default"/> when null, which is then loaded only when a device was found.</param>
    public GpuDetector(DeviceCatalog? catalog = null)
        : this(catalog is null ? () => DeviceCatalog.Default : () => catalog, new Nvml.Loader(), new Metal())
    {
    }

    internal GpuDetector(Func<DeviceCatalog> catalog, INvmlLoader nvml, IMetal metal)
    {
        _catalog = catalog;
        _nvml = nvml;
        _metal = metal;
    }

    /// <summary>Finds the devices.</summary>
    /// <param name="host">Files, folders and tools of the machine.</param>
    /// <param name="os">The operating system: decides which sources are asked.</param>
    /// <param name="memory">System memory: what GPUs without their own share.</param>
    /// <param name="cancellationToken">Ends the search, and the tool that runs.</param>
    /// <returns>The devices, discrete ones first, each maker's in the order of its driver; empty when there are none. Odd or missing output of a
    /// tool is never an exception.</returns>
    public async Task<IReadOnlyList<GpuDevice>> DetectAsync(IProbeHost host, OperatingSystemInfo os, MemoryInfo memory, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool linux = os.Family == "linux";
        GpuContext context = new(host, os, memory, linux ? PciScanner.Scan(host) : [], linux ? host.ListFolder("/dev") : []);
        IReadOnlyList<IReadOnlyList<GpuFinding>> sources = os.Family switch
        {
            "linux" => await DetectLinuxAsync(context, cancellationToken).ConfigureAwait(false),
            "windows" => await DetectWindowsAsync(context, cancellationToken).ConfigureAwait(false),
            "macos" => [await new AppleDetector(_metal).DetectAsync(context, cancellationToken).ConfigureAwait(false)],
            _ => [],
        };

        IReadOnlyList<GpuFinding> merged = GpuMerger.Merge(sources);
        return merged.Count == 0 ? [] : [.. merged.OrderBy(f => f.Device.Unified).Select(f => Specify(f, _catalog(), memory))];
    }

    /// <summary>
    /// Adds published figures. A MIG instance has a part of the card's, which nobody publishes per name. An integrated GPU outside the catalogue
    /// reads as fast as the system's memory.
    /// </summary>
    internal static GpuDevice Specify(GpuFinding finding, DeviceCatalog catalog, MemoryInfo memory)
    {
        GpuDevice device = finding.Device;
        DeviceSpecification? known = finding.PartOfDevice ? null : catalog.Match(device.Name, device.Unified ? null : device.Memory, finding.Cores);
        if (known is not null && known.Vendor != device.Vendor)
            known = null;

        return device with
        {
            Bandwidth = device.Bandwidth ?? known?.Bandwidth ?? (device.Unified ? memory.Bandwidth : null),
            Fp16Tflops = device.Fp16Tflops ?? known?.Fp16Tflops,
            Fp16VectorTflops = device.Fp16VectorTflops ?? known?.Fp16VectorTflops,
            Architecture = device.Architecture ?? known?.Architecture,
            PcieBytesPerSecond = device.PcieBytesPerSecond ?? (device.Unified ? null : known?.PcieRate),
        };
    }

    private async Task<IReadOnlyList<IReadOnlyList<GpuFinding>>> DetectLinuxAsync(GpuContext context, CancellationToken cancellationToken) =>
    [
        await new NvidiaDetector(_nvml).DetectAsync(context, cancellationToken).ConfigureAwait(false),
        await AmdDetector.DetectAsync(context, cancellationToken).ConfigureAwait(false),
        await new IntelDetector(_catalog).DetectAsync(context, cancellationToken).ConfigureAwait(false),
        await AcceleratorDetector.DetectAsync(context, cancellationToken).ConfigureAwait(false),
    ];

    private async Task<IReadOnlyList<IReadOnlyList<GpuFinding>>> DetectWindowsAsync(GpuContext context, CancellationToken cancellationToken) =>
    [
        await new NvidiaDetector(_nvml).DetectAsync(context, cancellationToken).ConfigureAwait(false),
        await WindowsGpuDetector.DetectAsync(context, cancellationToken).ConfigureAwait(false),
    ];
}

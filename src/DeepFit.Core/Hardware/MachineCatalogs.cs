namespace DeepFit.Core.Hardware;

/// <summary>The three catalogues of parts.</summary>
public sealed class MachineCatalogs
{
    private static readonly Lazy<MachineCatalogs> s_default = new(() => new MachineCatalogs(DeviceCatalog.Default, CpuCatalog.Default, SystemCatalog.Default));

    private readonly Lazy<MachineProducts> _products;

    /// <summary>Puts catalogues together.</summary>
    /// <param name="devices">GPUs, Apple chips and accelerators.</param>
    /// <param name="cpus">Processors.</param>
    /// <param name="systems">Whole computers.</param>
    public MachineCatalogs(DeviceCatalog devices, CpuCatalog cpus, SystemCatalog systems)
    {
        Devices = devices;
        Cpus = cpus;
        Systems = systems;
        _products = new Lazy<MachineProducts>(() => new MachineProducts(this));
    }

    /// <summary>The catalogues that ship with DeepFit; loaded at the first use.</summary>
    public static MachineCatalogs Default => s_default.Value;

    /// <summary>GPUs, Apple chips and accelerators.</summary>
    public DeviceCatalog Devices { get; }

    /// <summary>Processors.</summary>
    public CpuCatalog Cpus { get; }

    /// <summary>Whole computers and cloud instances.</summary>
    public SystemCatalog Systems { get; }

    /// <summary>The products by the words of their names; indexed at the first use.</summary>
    internal MachineProducts Products => _products.Value;
}

namespace DeepFit.Core.Hardware;

/// <summary>An entry of the catalogues: a device, a processor or a whole computer.</summary>
/// <param name="Kind"><c>gpu apple accelerator cpu system</c>.</param>
/// <param name="Name">The product's name, as a machine in words takes it.</param>
/// <param name="Device">Set for the first three kinds.</param>
/// <param name="Cpu">Set for a processor.</param>
/// <param name="System">Set for a whole computer.</param>
public sealed record MachineEntry(string Kind, string Name, DeviceSpecification? Device, CpuSpecification? Cpu, SystemSpecification? System)
{
    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases => Device?.Aliases ?? Cpu?.Aliases ?? System?.Aliases ?? [];

    /// <summary>Every figure's source: what, and where it is from.</summary>
    public IEnumerable<(string Fact, string Source)> Sources()
    {
        (string Fact, string? Source)[] all = Device is { } device
            ?
            [
                ("memory", device.MemorySource), ("bandwidth", device.BandwidthSource), ("fp16_tflops", device.Fp16Source),
                ("fp16_vector_tflops", device.Fp16VectorSource), ("msrp_usd", device.MsrpSource),
            ]
            : Cpu is { } cpu ? [("cores", cpu.Source), ("bandwidth", cpu.BandwidthSource), ("simd", cpu.SimdSource)]
            : [("parts", System!.Source), ("bandwidth", System.BandwidthSource)];
        return all.Where(s => s.Source is not null).Select(s => (s.Fact, s.Source!));
    }
}

/// <summary>Lists and searches the catalogues.</summary>
public static class MachineListing
{
    /// <summary>The kinds, in the order of the list.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["gpu", "apple", "accelerator", "cpu", "system"];

    /// <summary>The makers of devices and processors, each one lower-case word.</summary>
    public static IReadOnlyList<string> Vendors => [.. DeviceCatalog.Default.Devices.Select(d => d.Vendor).Concat(CpuCatalog.Default.Cpus.Select(c => c.Vendor)).Distinct()];

    /// <summary>The entries of a kind that have all words, in the catalogues' order; all of them without words.</summary>
    /// <param name="catalogs">The catalogues.</param>
    /// <param name="words">Words in any order and case; each must be in a name, or be the maker, the architecture or the kind.</param>
    /// <param name="kind">A kind, or null for all.</param>
    public static IReadOnlyList<MachineEntry> Search(MachineCatalogs catalogs, IReadOnlyList<string> words, string? kind = null)
    {
        string[] wanted = [.. words.SelectMany(w => w.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(Squash).Where(w => w.Length > 0)];
        return [.. All(catalogs).Where(e => (kind is null || e.Kind == kind) && wanted.All(w => Has(e, w))).OrderBy(e => Kinds.ToList().IndexOf(e.Kind))];
    }

    private static IEnumerable<MachineEntry> All(MachineCatalogs catalogs) =>
    [
        .. catalogs.Devices.Devices.Select(d => new MachineEntry(d.Vendor == "apple" ? "apple" : d.Form == "accelerator" ? "accelerator" : "gpu", d.Name, d, null, null)),
        .. catalogs.Cpus.Cpus.Select(c => new MachineEntry("cpu", c.Name, null, c, null)),
        .. catalogs.Systems.Systems.Select(s => new MachineEntry("system", s.Name, null, null, s)),
    ];

    private static bool Has(MachineEntry entry, string word) =>
        entry.Kind == word || IsMaker(Squash(entry.Device?.Vendor ?? entry.Cpu?.Vendor ?? ""), word) || Squash(entry.Device?.Architecture ?? "") == word
        || entry.Aliases.Prepend(entry.Name).Any(n => Squash(n).Contains(word, StringComparison.Ordinal));

    // as people call it: 华为 and 昇腾 are huawei
    private static bool IsMaker(string maker, string word) => maker == word || (maker.Length > 0 && word.Any(c => c > 0x2E80) && MachineProducts.VendorOf(word) == maker);

    private static string Squash(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

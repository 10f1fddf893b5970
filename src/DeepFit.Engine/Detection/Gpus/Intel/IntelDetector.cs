using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Intel;

/// <summary>
/// Intel GPUs on Linux. Neither i915 nor xe tells a card's memory to ordinary users everywhere, so it is looked for in sysfs, debugfs, xpu-smi
/// and the catalogue, in this order.
/// </summary>
internal sealed class IntelDetector(Func<DeviceCatalog> catalog)
{
    // On i915 and xe cards, BAR 2 is the window onto local memory.
    private const int LocalMemoryBar = 2;

    /// <summary>The GPUs; a card whose memory nobody tells is left out.</summary>
    public async Task<IReadOnlyList<GpuFinding>> DetectAsync(GpuContext context, CancellationToken cancellationToken)
    {
        List<GpuFinding> findings = [];
        foreach (PciFunction function in context.Pci)
        {
            if (function.Vendor != PciVendor.Intel || !function.IsDisplay || function.Driver is not ("i915" or "xe"))
                continue;

            string? name = await Lspci.NameAsync(context.Host, function.Address, cancellationToken).ConfigureAwait(false);
            ByteSize? local = LocalMemory(context.Host, function);
            bool discrete = local is not null || IntelNames.IsDiscrete(name) || !IsIntegratedSlot(function);
            if (discrete && local is null)
                (name, local) = await AskAsync(context.Host, function, name, cancellationToken).ConfigureAwait(false);

            if (discrete && local is null)
                context.Host.Record(function.Folder, null, "Intel GPU whose memory no source tells");
            else
                findings.Add(Map(function, name, local, context));
        }

        return findings;
    }

    /// <summary>The device; integrated when it has no local memory.</summary>
    internal static GpuFinding Map(PciFunction function, string? name, ByteSize? local, GpuContext context)
    {
        ByteSize shared = SharedMemory.Half(context.Memory);
        string product = name ?? string.Create(CultureInfo.InvariantCulture, $"GPU 0x{function.Device:x4}");
        return new GpuFinding(new GpuDevice
        {
            Name = product.StartsWith("Intel", StringComparison.Ordinal) ? product : "Intel " + product,
            Vendor = "intel",
            Memory = local ?? shared,
            MemoryFree = local is null ? ProbeText.AtMost(context.Memory.Available, shared) : null,
            Unified = local is null,
            Backends = context.Host.ListFolder("/dev/dri").Any(n => n.StartsWith("renderD", StringComparison.Ordinal)) ? ["vulkan", "sycl"] : [],
            Driver = function.Driver,
            Id = function.Address,
        });
    }

    /// <summary>Reads <c>/sys/kernel/debug/dri/*/vram0_mm</c>: the line <c>size: …</c>, in bytes; null when there is none.</summary>
    internal static ByteSize? ParseVramManager(string text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (ProbeText.KeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value) && key is "size")
                return ProbeText.Size(value, 1) is { Bytes: > 0 } size ? size : null;
        }

        return null;
    }

    /// <summary>The size of one base address register from sysfs' <c>resource</c>: first and last address and flags, a line each; null when unused.</summary>
    internal static ByteSize? ParseBar(string resource, int index)
    {
        string[] words = resource.Split('\n').ElementAtOrDefault(index)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length >= 2 && Hex(words[0]) is { } first && Hex(words[1]) is { } last && last > first && last - first < long.MaxValue
            ? new ByteSize((long)(last - first) + 1) : null;
    }

    /// <summary>
    /// A card's memory from the sizes its product is sold with and the window through which the processor sees it. A resized window is the memory
    /// rounded up to a power of two; one of 256 MiB tells nothing.
    /// </summary>
    internal static ByteSize? Choose(IReadOnlyList<double> sizes, ByteSize? bar)
    {
        if (sizes.Count == 0)
            return null;
        if (bar is not { } window || window.Bytes < ByteSize.GiB)
            return sizes is [var only] ? ByteSize.FromGiB(only) : null;

        // A product of one known size behind a smaller window is its smaller sibling (Arc A770 with 8 GB): all of it is visible.
        IReadOnlyList<double> visible = [.. sizes.Where(s => s <= window.InGiB)];
        return visible.Count > 0 ? ByteSize.FromGiB(visible.Max()) : window;
    }

    private static ulong? Hex(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    // Integrated GPUs have been 00:02.0 since 2006; a card passed through to a virtual machine may sit on bus 0 as well, and is told by its name.
    private static bool IsIntegratedSlot(PciFunction function) => function.Address == "0000:00:02.0";

    private static ByteSize? LocalMemory(IProbeHost host, PciFunction function)
    {
        foreach (string card in host.ListFolder(function.Folder + "/drm"))
        {
            // Intel's own i915 (the data centre releases) has lmem_total_bytes; debugfs is for administrators.
            if (card.StartsWith("card", StringComparison.Ordinal)
                && ProbeText.ReadLine(host, $"{function.Folder}/drm/{card}/lmem_total_bytes") is { } text && ProbeText.Size(text, 1) is { Bytes: > 0 } lmem)
            {
                return lmem;
            }
        }

        return function.Driver == "xe" && host.ReadFile($"/sys/kernel/debug/dri/{function.Address}/vram0_mm") is { } manager ? ParseVramManager(manager) : null;
    }

    private async Task<(string? Name, ByteSize? Memory)> AskAsync(IProbeHost host, PciFunction function, string? name, CancellationToken cancellationToken)
    {
        ToolResult result = await host.RunAsync("xpu-smi", ["discovery", "-d", function.Address, "-j"], cancellationToken: cancellationToken).ConfigureAwait(false);
        XpuSmiCard? card = XpuSmiParser.Parse(result.Output).FirstOrDefault(c => c.Address is null || c.Address == function.Address);
        if (card?.Memory is { } told)
            return (card.Name, told);

        string? known = card?.Name ?? name;
        if (known is null)
            return (null, null);

        ByteSize? bar = ProbeText.ReadLine(host, function.Folder + "/resource") is { } resource ? ParseBar(resource, LocalMemoryBar) : null;
        return (known, Choose(catalog().MemorySizes(known), bar));
    }
}

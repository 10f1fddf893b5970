using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Amd;

/// <summary>AMD GPUs on Linux by what amdgpu puts into sysfs; no process unless a card has no name.</summary>
internal static class AmdDetector
{
    /// <summary>The GPUs; those without the amdgpu driver have no memory figures and are left out.</summary>
    public static async Task<IReadOnlyList<GpuFinding>> DetectAsync(GpuContext context, CancellationToken cancellationToken)
    {
        List<GpuFinding> findings = [];
        foreach (PciFunction function in context.Pci)
        {
            if (function.Vendor != PciVendor.Amd || !(function.IsDisplay || function.IsAccelerator))
                continue;

            string folder = function.Folder;
            if (Read(context.Host, folder + "/mem_info_vram_total") is not { } vram)
            {
                context.Host.Record(folder, null, "AMD GPU without amdgpu's memory figures: driver " + (function.Driver ?? "none"));
                continue;
            }

            AmdMemory memory = new(
                vram,
                Read(context.Host, folder + "/mem_info_vram_used") ?? ByteSize.Zero,
                Read(context.Host, folder + "/mem_info_gtt_total") ?? ByteSize.Zero,
                Read(context.Host, folder + "/mem_info_gtt_used") ?? ByteSize.Zero);
            string? name = await NameAsync(context.Host, function, cancellationToken).ConfigureAwait(false);
            findings.Add(Map(function, name, memory, IsIntegrated(function, name, memory, context.Pci), context));
        }

        return findings;
    }

    /// <summary>The device of one set of readings.</summary>
    internal static GpuFinding Map(PciFunction function, string? name, AmdMemory memory, bool integrated, GpuContext context)
    {
        // An integrated GPU allocates from its carve-out and then from system memory through the GTT; Vulkan and ROCm offer both.
        ByteSize gttFree = ProbeText.AtMost(memory.Gtt - memory.GttUsed, context.Memory.Available);
        return new GpuFinding(new GpuDevice
        {
            Name = name ?? string.Create(CultureInfo.InvariantCulture, $"AMD GPU 0x{function.Device:x4}"),
            Vendor = "amd",
            Memory = integrated ? memory.Vram + memory.Gtt : memory.Vram,
            MemoryFree = ProbeText.AtMost(memory.Vram - memory.VramUsed, memory.Vram) + (integrated ? gttFree : ByteSize.Zero),
            Unified = integrated,
            CarveOut = integrated ? memory.Vram : null,
            Backends = Backends(context),
            Driver = ProbeText.ReadLine(context.Host, "/sys/module/amdgpu/version") ?? function.Driver,
            Id = function.Address,
        });
    }

    /// <summary>
    /// Whether the GPU is part of a processor. Ryzen's GPUs share their PCI slot with functions of AMD's processor division (the security
    /// processor, USB); cards never do. Older ones, and virtual machines, are told by a name or by a carve-out of at most 1 GiB below the GTT.
    /// </summary>
    internal static bool IsIntegrated(PciFunction function, string? name, AmdMemory memory, IReadOnlyList<PciFunction> bus) =>
        bus.Any(p => p.Vendor == PciVendor.AmdCpu && p.Slot == function.Slot)
        || AmdNames.IsIntegrated(name)
        || (memory.Vram.Bytes <= ByteSize.GiB && memory.Gtt > memory.Vram);

    private static string[] Backends(GpuContext context)
    {
        List<string> backends = [];
        if (context.Dev.Contains("kfd"))
            backends.Add("rocm");
        if (context.Host.ListFolder("/dev/dri").Any(n => n.StartsWith("renderD", StringComparison.Ordinal)))
            backends.Add("vulkan");
        return [.. backends];
    }

    private static ByteSize? Read(IProbeHost host, string path) => ProbeText.ReadLine(host, path) is { } text ? ProbeText.Size(text, 1) : null;

    private static async Task<string?> NameAsync(IProbeHost host, PciFunction function, CancellationToken cancellationToken)
    {
        if (ProbeText.ReadLine(host, function.Folder + "/product_name") is { } own)
            return own;

        if (ProbeText.ReadLine(host, function.Folder + "/revision") is { } text
            && byte.TryParse(text.AsSpan(text.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte revision))
        {
            foreach (string path in AmdGpuIdsParser.Paths)
            {
                if (host.ReadFile(path) is { } ids && AmdGpuIdsParser.Find(ids, function.Device, revision) is { } name)
                    return name;
            }
        }

        return await Lspci.NameAsync(host, function.Address, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>amdgpu's memory figures of one GPU.</summary>
/// <param name="Vram">Own memory, or the carve-out of an integrated GPU.</param>
/// <param name="VramUsed">What is used of it.</param>
/// <param name="Gtt">System memory that the GPU may map.</param>
/// <param name="GttUsed">What is used of it.</param>
internal readonly record struct AmdMemory(ByteSize Vram, ByteSize VramUsed, ByteSize Gtt, ByteSize GttUsed);

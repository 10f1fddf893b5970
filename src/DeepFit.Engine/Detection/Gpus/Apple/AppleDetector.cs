using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Apple;

/// <summary>GPUs of a Mac: the chip's own on Apple silicon, cards and integrated ones on Intel Macs.</summary>
internal sealed class AppleDetector(IMetal metal)
{
    /// <summary>The GPUs. One short tool always; the system profiler (slower) for the core count and on Intel Macs.</summary>
    public async Task<IReadOnlyList<GpuFinding>> DetectAsync(GpuContext context, CancellationToken cancellationToken)
    {
        IProbeHost host = context.Host;
        ToolResult sysctl = await host.RunAsync(
            "/usr/sbin/sysctl", ["machdep.cpu.brand_string", "hw.memsize", "iogpu.wired_limit_mb"], cancellationToken: cancellationToken).ConfigureAwait(false);
        ToolResult profiler = await host.RunAsync(
            "/usr/sbin/system_profiler", ["SPDisplaysDataType", "-json"], TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);

        IReadOnlyList<ProfiledGpu> gpus = SystemProfilerParser.Parse(profiler.Output);
        if (context.Os.Architecture != "arm64")
            return MapIntelMac(gpus, context);

        ByteSize? asked = metal.RecommendedMaxWorkingSetSize();
        if (asked is { } size)
            host.Record("metal recommendedMaxWorkingSetSize", size.ToString());
        return [MapAppleSilicon(SysctlParser.Parse(sysctl.Output), gpus, asked, context)];
    }

    /// <summary>The GPU of an Apple chip.</summary>
    internal static GpuFinding MapAppleSilicon(IReadOnlyDictionary<string, string> sysctl, IReadOnlyList<ProfiledGpu> gpus, ByteSize? metal, GpuContext context)
    {
        ByteSize total = sysctl.TryGetValue("hw.memsize", out string? memory) && ProbeText.Size(memory, 1) is { Bytes: > 0 } bytes ? bytes : context.Memory.Total;
        ByteSize? wired = sysctl.TryGetValue("iogpu.wired_limit_mb", out string? limit) ? ProbeText.Size(limit, ByteSize.MiB) : null;
        ByteSize workingSet = AppleMemory.WorkingSet(total, wired, metal);
        ProfiledGpu? gpu = gpus.FirstOrDefault(g => g.Vendor == "apple");
        string? brand = sysctl.GetValueOrDefault("machdep.cpu.brand_string");
        return new GpuFinding(
            new GpuDevice
            {
                // A virtual machine's processor has a name too, but not always one that says "Apple".
                Name = brand ?? gpu?.Name ?? "Apple GPU",
                Vendor = "apple",
                Memory = workingSet,
                MemoryFree = ProbeText.AtMost(context.Memory.Available, workingSet),
                Unified = true,
                Backends = ["metal"],
                Id = "metal0",
            },
            gpu?.Cores);
    }

    /// <summary>The GPUs of an Intel Mac: cards keep their own memory, integrated ones share the system's.</summary>
    internal static IReadOnlyList<GpuFinding> MapIntelMac(IReadOnlyList<ProfiledGpu> gpus, GpuContext context) =>
    [
        .. gpus.Where(g => g.Metal).Select(g => g.Vendor == "intel" || g.Vram is not { Bytes: > 0 } vram
            ? new GpuFinding(new GpuDevice
            {
                Name = g.Name,
                Vendor = g.Vendor ?? "intel",
                Memory = SharedMemory.Half(context.Memory),
                MemoryFree = ProbeText.AtMost(context.Memory.Available, SharedMemory.Half(context.Memory)),
                Unified = true,
                Backends = ["metal"],
            })
            : new GpuFinding(new GpuDevice { Name = g.Name, Vendor = g.Vendor ?? "amd", Memory = vram, Backends = ["metal"] })),
    ];
}

using System.Globalization;
using DeepFit.Core.Hardware;

namespace DeepFit.Engine.Detection.Gpus.Nvidia;

/// <summary>NVIDIA GPUs: by NVML, else by nvidia-smi, else (Jetson) by the device tree.</summary>
internal sealed class NvidiaDetector(INvmlLoader loader)
{
    // A driver that hangs must not hang DeepFit.
    private static readonly TimeSpan s_nvmlTimeout = TimeSpan.FromSeconds(5);

    private static readonly string[] s_tools = ["nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi"];

    /// <summary>The cards; asks nothing when no sign of one is there.</summary>
    public async Task<IReadOnlyList<GpuFinding>> DetectAsync(GpuContext context, CancellationToken cancellationToken)
    {
        bool jetson = IsTegra(context);
        if (!jetson && !MayBePresent(context))
            return [];

        IReadOnlyList<NvidiaCard>? cards = await ReadNvmlAsync(context.Host, cancellationToken).ConfigureAwait(false);
        cards ??= await RunSmiAsync(context, cancellationToken).ConfigureAwait(false);
        if (cards.Count == 0 && jetson && JetsonCard(context.Host) is { } module)
            cards = [module];

        return [.. cards.SelectMany(card => Map(card, context))];
    }

    /// <summary>The devices of one card: itself, or its MIG instances.</summary>
    internal static IEnumerable<GpuFinding> Map(NvidiaCard card, GpuContext context)
    {
        GpuDevice whole = new()
        {
            Name = card.Name,
            Vendor = "nvidia",
            Memory = card.Memory ?? context.Memory.Total,
            MemoryFree = card.Memory is null ? ProbeText.AtMost(context.Memory.Available, context.Memory.Total) : card.MemoryFree,
            Unified = card.Memory is null,
            Backends = Backends(context),
            Driver = card.Driver,
            ComputeCapability = card.ComputeCapability,
            Id = card.Address,
        };
        if (!card.MigEnabled)
            return [new GpuFinding(whole)];

        return card.Instances.Select((instance, index) => new GpuFinding(
            whole with
            {
                Name = instance.Name,
                Memory = instance.Memory,
                MemoryFree = instance.MemoryFree,
                Unified = false,
                Backends = ["cuda"],
                Id = instance.Uuid ?? string.Create(CultureInfo.InvariantCulture, $"{card.Address}/mig{index}"),
            },
            PartOfDevice: true));
    }

    private static string[] Backends(GpuContext context)
    {
        // WSL has NVIDIA's CUDA but not its Vulkan; a container has Vulkan only when its runtime was told to bring the graphics libraries.
        if (context.Os.Wsl)
            return ["cuda"];

        string? capabilities = context.Os.Container is null ? null : context.Host.Environment("NVIDIA_DRIVER_CAPABILITIES");
        bool graphics = capabilities is null || capabilities.Contains("all", StringComparison.Ordinal) || capabilities.Contains("graphics", StringComparison.Ordinal);
        return graphics ? ["cuda", "vulkan"] : ["cuda"];
    }

    private static bool MayBePresent(GpuContext context) =>
        context.Os.Family == "windows"
        || context.Pci.Any(p => p.Vendor == PciVendor.Nvidia && p.IsDisplay)
        || context.Dev.Contains("nvidiactl")
        || context.Dev.Contains("dxg")
        || context.HasNode("nvidia");

    private static bool IsTegra(GpuContext context) =>
        context.Os is { Family: "linux", Architecture: "arm64" }
        && context.Host.ReadFile("/proc/device-tree/compatible")?.Contains("nvidia,tegra", StringComparison.Ordinal) == true;

    private static NvidiaCard? JetsonCard(IProbeHost host) =>
        ProbeText.ReadLine(host, "/proc/device-tree/model") is { } model ? new NvidiaCard { Name = model, Driver = TegraRelease(host) } : null;

    // "# R36 (release), REVISION: 4.3, GCID: ..."
    private static string? TegraRelease(IProbeHost host)
    {
        string[] words = ProbeText.ReadLine(host, "/etc/nv_tegra_release")?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? [];
        int revision = Array.IndexOf(words, "REVISION:");
        return words.Length > 1 && words[1].StartsWith('R') ? words[1][1..] + (revision >= 0 && revision + 1 < words.Length ? "." + words[revision + 1] : "") : null;
    }

    private async Task<IReadOnlyList<NvidiaCard>?> ReadNvmlAsync(IProbeHost host, CancellationToken cancellationToken)
    {
        try
        {
            (IReadOnlyList<NvidiaCard>? cards, string? error) = await Task.Run(Read, cancellationToken).WaitAsync(s_nvmlTimeout, cancellationToken).ConfigureAwait(false);
            host.Record("nvml", cards is null ? null : string.Join('\n', cards), error);
            return cards;
        }
        catch (TimeoutException)
        {
            host.Record("nvml", null, "no answer in 5 s");
            return null;
        }
    }

    private (IReadOnlyList<NvidiaCard>? Cards, string? Error) Read()
    {
        using INvml? nvml = loader.TryLoad();
        if (nvml is null)
            return (null, "library not found");
        IReadOnlyList<NvidiaCard>? cards = NvmlReader.Read(nvml, out string? error);
        return (cards, error);
    }

    private static async Task<IReadOnlyList<NvidiaCard>> RunSmiAsync(GpuContext context, CancellationToken cancellationToken)
    {
        foreach (string tool in context.Os.Wsl ? s_tools : s_tools[..1])
        {
            ToolResult result = await QueryAsync(context.Host, tool, NvidiaSmiParser.Query, cancellationToken).ConfigureAwait(false);
            if (result.ExitCode is null)
                continue;
            if (!result.Succeeded && (result.Output + result.Error).Contains("not a valid field", StringComparison.Ordinal))
                result = await QueryAsync(context.Host, tool, NvidiaSmiParser.OldQuery, cancellationToken).ConfigureAwait(false);

            IReadOnlyList<NvidiaCard> cards = NvidiaSmiParser.Parse(result.Output);
            if (!cards.Any(c => c.MigEnabled))
                return cards;

            ToolResult list = await context.Host.RunAsync(tool, ["-L"], cancellationToken: cancellationToken).ConfigureAwait(false);
            IReadOnlyList<IReadOnlyList<MigInstance>> instances = NvidiaSmiParser.ParseList(list.Output);
            return [.. cards.Select((card, i) => card.MigEnabled && i < instances.Count ? card with { Instances = instances[i] } : card)];
        }

        return [];
    }

    private static Task<ToolResult> QueryAsync(IProbeHost host, string tool, string query, CancellationToken cancellationToken) =>
        host.RunAsync(tool, ["--query-gpu=" + query, "--format=csv,noheader,nounits"], cancellationToken: cancellationToken);
}

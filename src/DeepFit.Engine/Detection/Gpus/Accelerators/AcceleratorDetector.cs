namespace DeepFit.Engine.Detection.Gpus.Accelerators;

/// <summary>Accelerators on Linux that only their maker's tool knows: Huawei Ascend, Moore Threads, Hygon, Cambricon. A tool runs only where a
/// device on the PCI bus, or a node of its driver, says that there is something to ask.</summary>
internal static class AcceleratorDetector
{
    /// <summary>The devices of all makers.</summary>
    public static async Task<IReadOnlyList<GpuFinding>> DetectAsync(GpuContext context, CancellationToken cancellationToken)
    {
        List<GpuFinding> findings = [];
        if (context.Pci.Any(p => p.Vendor == PciVendor.Huawei && p.IsAccelerator) || context.HasNode("davinci"))
        {
            string output = await RunAsync(context, ["npu-smi", "/usr/local/sbin/npu-smi", "/usr/local/bin/npu-smi"], ["info"], cancellationToken).ConfigureAwait(false);
            findings.AddRange(NpuSmiParser.Parse(output).Select(c => c.ToFinding("huawei", "cann")));
        }

        if (context.Pci.Any(p => p.Vendor == PciVendor.MooreThreads && (p.IsDisplay || p.IsAccelerator)) || context.HasNode("mtgpu."))
        {
            string output = await RunAsync(context, ["mthreads-gmi"], [], cancellationToken).ConfigureAwait(false);
            findings.AddRange(MthreadsGmiParser.Parse(output).Select(c => c.ToFinding("moorethreads", "musa", "vulkan")));
        }

        if (context.Pci.Any(p => p.Vendor == PciVendor.Hygon && (p.IsDisplay || p.IsAccelerator)))
        {
            string[] tools = ["hy-smi", "/opt/hyhal/bin/hy-smi", "/opt/dtk/bin/hy-smi"];
            string cards = await RunAsync(context, tools, ["--showproductname", "--showmeminfo", "vram", "--showbus", "--json"], cancellationToken).ConfigureAwait(false);
            string driver = cards.Length == 0 ? "" : await RunAsync(context, tools, ["--showdriverversion"], cancellationToken).ConfigureAwait(false);
            findings.AddRange(HySmiParser.Parse(cards, HySmiParser.ParseDriver(driver)).Select(c => c.ToFinding("hygon", "rocm")));
        }

        if (context.Pci.Any(p => p.Vendor == PciVendor.Cambricon) || context.HasNode("cambricon_dev"))
        {
            // llama.cpp has no back end for it: it is shown, and nothing is planned on it.
            string output = await RunAsync(context, ["cnmon", "/usr/bin/cnmon"], ["info", "-m"], cancellationToken).ConfigureAwait(false);
            findings.AddRange(CnmonParser.Parse(output).Select(c => c.ToFinding("cambricon")));
        }

        return findings;
    }

    private static async Task<string> RunAsync(GpuContext context, string[] tools, string[] arguments, CancellationToken cancellationToken)
    {
        foreach (string tool in tools)
        {
            ToolResult result = await context.Host.RunAsync(tool, arguments, TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);
            if (result.ExitCode is not null)
                return result.Output;
        }

        return "";
    }
}

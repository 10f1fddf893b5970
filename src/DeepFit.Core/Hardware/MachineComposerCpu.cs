using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>The processors of an imagined machine.</summary>
internal static class MachineComposerCpu
{
    /// <summary>SIMD levels of an unnamed processor.</summary>
    public static IReadOnlyList<string> DefaultSimd(string architecture) => architecture switch
    {
        "x64" => ["sse42", "avx", "avx2", "fma", "f16c"],
        "arm64" => ["neon", "dotprod"],
        _ => [],
    };

    /// <summary>The processors together.</summary>
    public static CpuInfo Compose(MachineParts parts, DeviceSpecification? chip, string architecture, bool server, List<BilingualText> assumptions)
    {
        if (parts.Cpu is not { } known)
        {
            return Unnamed(parts, chip, architecture, server, assumptions);
        }

        int cores = parts.Cores ?? (known.Cores * parts.Sockets);
        int threads = parts.Threads ?? (parts.Cores is null ? known.Threads * parts.Sockets : cores * Math.Max(1, known.Threads / known.Cores));
        if (parts.Threads is { } limit && parts.Cores is null)
        {
            cores = Math.Min(cores, limit);
        }

        bool whole = cores == known.Cores * parts.Sockets;
        return new CpuInfo
        {
            Model = known.Name,
            PhysicalCores = cores,
            LogicalCores = Math.Max(threads, cores),
            PerformanceCores = whole ? known.PerformanceCores * parts.Sockets : null,
            EfficiencyCores = whole ? known.EfficiencyCores * parts.Sockets : null,
            Simd = known.Simd.Count > 0 ? known.Simd : DefaultSimd(architecture),
            NumaNodes = parts.Sockets,
            Sockets = parts.Sockets,
            MaxMhz = known.MaxMhz,
        };
    }

    private static CpuInfo Unnamed(MachineParts parts, DeviceSpecification? chip, string architecture, bool server, List<BilingualText> assumptions)
    {
        int cores = parts.Cores ?? parts.Threads ?? ((int)MachineAssumptions.Number(server ? "server_cores" : "host_cores") * parts.Sockets);
        if (parts.Cores is null && parts.Threads is null)
        {
            assumptions.Add(new BilingualText($"processor with {cores} cores", $"{cores} 核处理器"));
        }

        return new CpuInfo
        {
            Model = chip?.Name ?? "CPU",
            PhysicalCores = cores,
            LogicalCores = Math.Max(parts.Threads ?? cores, cores),
            Simd = DefaultSimd(architecture),
            NumaNodes = parts.Sockets,
            Sockets = parts.Sockets,
        };
    }
}

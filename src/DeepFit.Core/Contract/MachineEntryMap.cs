using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Contract;

/// <summary>From the catalogues of parts to the contract's documents.</summary>
public static class MachineEntryMap
{
    /// <summary>An entry.</summary>
    public static MachineEntryDocument ToDocument(this MachineEntry entry) => new()
    {
        Name = entry.Name,
        Kind = entry.Kind,
        Vendor = entry.Device?.Vendor ?? entry.Cpu?.Vendor,
        Aliases = entry.Aliases,
        Architecture = entry.Device?.Architecture,
        Form = entry.Device?.Form ?? entry.Cpu?.Kind ?? entry.System!.Kind,
        MemoryBytes = [.. (entry.Device?.MemorySizes ?? entry.System?.MemorySizes ?? []).Select(size => ByteSize.FromGiB(size).Bytes)],
        BandwidthBytesPerSecond = ContractNumbers.WholeBytes((entry.Device?.Bandwidth ?? entry.Cpu?.Bandwidth ?? entry.System?.Bandwidth)?.BytesPerSecond),
        Fp16Tflops = entry.Device?.Fp16Tflops,
        Fp16VectorTflops = entry.Device?.Fp16VectorTflops,
        GpuCores = entry.Device?.GpuCores,
        PcieBytesPerSecond = ContractNumbers.WholeBytes(entry.Device?.PcieRate?.BytesPerSecond),
        Cores = entry.Cpu?.Cores ?? entry.System?.CpuCores,
        Threads = entry.Cpu?.Threads ?? entry.System?.CpuThreads,
        MemoryChannels = entry.Cpu?.MemoryChannels,
        MemoryKinds = [.. (entry.Cpu?.Memory ?? []).Select(kind => kind.ToString())],
        Simd = entry.Cpu?.Simd ?? [],
        MaxSockets = entry.Cpu?.MaxSockets,
        Cpu = entry.System?.Cpu,
        Gpu = entry.System?.Gpu ?? entry.Cpu?.IntegratedGpu,
        GpuCount = entry.System?.Gpu is null ? null : entry.System.GpuCount,
        MsrpUsd = entry.Device?.MsrpUsd,
        Year = entry.Device?.Year,
        Sources = [.. entry.Sources().Select(s => new SourceDocument(s.Fact, s.Source))],
    };
}

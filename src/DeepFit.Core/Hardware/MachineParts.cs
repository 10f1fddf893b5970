using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>The parts of an imagined machine. What is null is assumed by <see cref="MachineComposer"/>, which says so.</summary>
public sealed record MachineParts
{
    /// <summary>What to call it; by default its parts.</summary>
    public string? Name { get; init; }

    /// <summary>The computer's product, when it is one that is sold as a whole: its name, and its memory sizes where <see cref="Memory"/> is null.</summary>
    public SystemSpecification? System { get; init; }

    /// <summary>The processor; null for an unnamed one.</summary>
    public CpuSpecification? Cpu { get; init; }

    /// <summary>How many processors. Default 1.</summary>
    public int Sockets { get; init; } = 1;

    /// <summary>Physical cores of the whole machine, where fewer than the processors have may be used; null for all.</summary>
    public int? Cores { get; init; }

    /// <summary>Logical processors of the whole machine; null for all.</summary>
    public int? Threads { get; init; }

    /// <summary>System memory; null when unknown. For unified memory, all of it.</summary>
    public ByteSize? Memory { get; init; }

    /// <summary>The kind of memory; null for the fastest that the processor takes.</summary>
    public MemoryKind? MemoryKind { get; init; }

    /// <summary>Memory channels of 64 bits of one processor; null for all that it has.</summary>
    public int? Channels { get; init; }

    /// <summary>Memory bandwidth of the whole machine, which replaces what kind and channels give; null when it is not known otherwise.</summary>
    public ByteRate? Bandwidth { get; init; }

    /// <summary>Where <see cref="Bandwidth"/> is from; <c>given</c> by default.</summary>
    public string? BandwidthBasis { get; init; }

    /// <summary>GPUs and accelerators; empty for none.</summary>
    public IReadOnlyList<GpuPart> Gpus { get; init; } = [];

    /// <summary>How many such machines are joined. Default 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>What joins them, such as <c>ethernet</c>; null when unknown.</summary>
    public string? Interconnect { get; init; }

    /// <summary>Where models go; null when unknown.</summary>
    public DiskInfo? Disk { get; init; }
}

/// <summary>Equal GPUs of an imagined machine.</summary>
/// <param name="Device">The product.</param>
/// <param name="Count">How many. Default 1.</param>
/// <param name="Memory">Memory of each, where the product has several sizes; null for the only or the smallest one. Unified memory is the machine's.</param>
/// <param name="CarveOut">What an integrated GPU has of the system's memory for itself; null for none.</param>
public sealed record GpuPart(DeviceSpecification Device, int Count = 1, ByteSize? Memory = null, ByteSize? CarveOut = null);

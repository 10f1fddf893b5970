using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Nvidia;

/// <summary>An NVIDIA GPU as NVML or nvidia-smi describes it.</summary>
internal sealed record NvidiaCard
{
    /// <summary>The product's name.</summary>
    public required string Name { get; init; }

    /// <summary>All memory, or null where the GPU has none of its own (GB10, Jetson): the driver says "not supported".</summary>
    public ByteSize? Memory { get; init; }

    /// <summary>Free memory, or null.</summary>
    public ByteSize? MemoryFree { get; init; }

    /// <summary>Driver version, or null.</summary>
    public string? Driver { get; init; }

    /// <summary>PCI address in the kernel's form, or null.</summary>
    public string? Address { get; init; }

    /// <summary>Compute capability, such as <c>8.9</c>, or null.</summary>
    public string? ComputeCapability { get; init; }

    /// <summary>Whether the card is split into instances (MIG).</summary>
    public bool MigEnabled { get; init; }

    /// <summary>The instances of a split card; a split card without one can run nothing.</summary>
    public IReadOnlyList<MigInstance> Instances { get; init; } = [];
}

/// <summary>A MIG instance.</summary>
/// <param name="Name">Its name, such as <c>NVIDIA A100-SXM4-40GB MIG 3g.20gb</c>.</param>
/// <param name="Uuid">Its identifier, <c>MIG-…</c>, or null.</param>
/// <param name="Memory">All of its memory.</param>
/// <param name="MemoryFree">Free memory, or null.</param>
internal sealed record MigInstance(string Name, string? Uuid, ByteSize Memory, ByteSize? MemoryFree);

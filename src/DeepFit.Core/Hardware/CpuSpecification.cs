using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>Published figures of a processor, of one socket. A figure without a source is null: it is not guessed.</summary>
public sealed record CpuSpecification
{
    /// <summary>The product's name, such as <c>EPYC 9374F</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The maker, one lower-case word.</summary>
    public required string Vendor { get; init; }

    /// <summary>Other names; empty when there are none.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Physical cores.</summary>
    public required int Cores { get; init; }

    /// <summary>Logical processors.</summary>
    public required int Threads { get; init; }

    /// <summary>Performance cores of a hybrid processor, or null.</summary>
    public int? PerformanceCores { get; init; }

    /// <summary>Efficiency cores of a hybrid processor, or null.</summary>
    public int? EfficiencyCores { get; init; }

    /// <summary>Highest clock in MHz, or null.</summary>
    public double? MaxMhz { get; init; }

    /// <summary>Memory channels of 64 bits (a board with 32 bits has half a one), or null.</summary>
    public double? MemoryChannels { get; init; }

    /// <summary>The memory that it takes, fastest first; empty when unknown.</summary>
    public IReadOnlyList<MemoryKind> Memory { get; init; } = [];

    /// <summary>Memory bandwidth with <see cref="UsualMemory"/> in all channels, or null.</summary>
    public ByteRate? Bandwidth { get; init; }

    /// <summary>The memory that <see cref="Bandwidth"/> is of, else the fastest; null when unknown.</summary>
    public MemoryKind? UsualMemory => Memory.FirstOrDefault(kind =>
            Bandwidth is { } rate && MemoryChannels is { } channels && Math.Abs((kind.Bandwidth(channels).BytesPerSecond / rate.BytesPerSecond) - 1) < 0.01)
        ?? (Memory.Count > 0 ? Memory[0] : null);

    /// <summary>Where <see cref="Bandwidth"/> comes from, or null.</summary>
    public string? BandwidthSource { get; init; }

    /// <summary>SIMD levels, by the names of <see cref="CpuInfo.Simd"/>.</summary>
    public IReadOnlyList<string> Simd { get; init; } = [];

    /// <summary>Where <see cref="Simd"/> comes from, or null.</summary>
    public string? SimdSource { get; init; }

    /// <summary>The integrated GPU's name in the device catalogue, or null.</summary>
    public string? IntegratedGpu { get; init; }

    /// <summary><c>desktop laptop server workstation sbc soc</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Most sockets of one machine. Default 1.</summary>
    public int MaxSockets { get; init; } = 1;

    /// <summary>Where the counts and the clock come from.</summary>
    public string? Source { get; init; }

    /// <summary><c>x64</c> or <c>arm64</c>, by the SIMD levels.</summary>
    public string Architecture => Simd.Contains("neon") ? "arm64" : "x64";
}

/// <summary>Published figures of a whole computer or a cloud instance.</summary>
public sealed record SystemSpecification
{
    /// <summary>The product's name, such as <c>Raspberry Pi 5</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names; empty when there are none.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The processor's name in the processor catalogue, or null.</summary>
    public string? Cpu { get; init; }

    /// <summary>Cores, where they are not all of the processor's; otherwise null.</summary>
    public int? CpuCores { get; init; }

    /// <summary>Logical processors, where they are not all of the processor's; otherwise null.</summary>
    public int? CpuThreads { get; init; }

    /// <summary>The GPU's name in the device catalogue, or null.</summary>
    public string? Gpu { get; init; }

    /// <summary>How many of <see cref="Gpu"/>. Default 1.</summary>
    public int GpuCount { get; init; } = 1;

    /// <summary>Memory sizes that it is sold with, in the maker's GB, smallest first; empty when unknown.</summary>
    public IReadOnlyList<double> MemorySizes { get; init; } = [];

    /// <summary>Memory bandwidth, or null where the processor's holds.</summary>
    public ByteRate? Bandwidth { get; init; }

    /// <summary>Where <see cref="Bandwidth"/> comes from, or null.</summary>
    public string? BandwidthSource { get; init; }

    /// <summary><c>desktop laptop server workstation sbc cloud</c> ...</summary>
    public required string Kind { get; init; }

    /// <summary>Where the row comes from.</summary>
    public string? Source { get; init; }
}

namespace DeepFit.Core.Contract;

/// <summary>An entry of the catalogues (<c>machines</c>); what does not apply to its kind is null or empty.</summary>
public sealed record MachineEntryDocument
{
    /// <summary>The name as <c>--machine</c> takes it.</summary>
    public required string Name { get; init; }

    /// <summary><c>gpu apple accelerator cpu system</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The maker, or null.</summary>
    public required string? Vendor { get; init; }

    /// <summary>Other names.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Generation of a GPU's cores, or null.</summary>
    public required string? Architecture { get; init; }

    /// <summary><c>discrete accelerator integrated soc</c> of a device; <c>desktop laptop server ...</c> of others.</summary>
    public required string Form { get; init; }

    /// <summary>Memory sizes that it is sold with, in bytes.</summary>
    public required IReadOnlyList<long> MemoryBytes { get; init; }

    /// <summary>Memory bandwidth, or null.</summary>
    public required long? BandwidthBytesPerSecond { get; init; }

    /// <summary>FP16 with matrix units, or null.</summary>
    public required double? Fp16Tflops { get; init; }

    /// <summary>FP16 without matrix units, or null.</summary>
    public required double? Fp16VectorTflops { get; init; }

    /// <summary>GPU cores, where they tell chips of one name apart.</summary>
    public required int? GpuCores { get; init; }

    /// <summary>What the bus carries one way, or null.</summary>
    public required long? PcieBytesPerSecond { get; init; }

    /// <summary>Physical cores, or null.</summary>
    public required int? Cores { get; init; }

    /// <summary>Logical processors, or null.</summary>
    public required int? Threads { get; init; }

    /// <summary>Memory channels of 64 bits, or null.</summary>
    public required double? MemoryChannels { get; init; }

    /// <summary>Kinds of memory, fastest first.</summary>
    public required IReadOnlyList<string> MemoryKinds { get; init; }

    /// <summary>SIMD levels.</summary>
    public required IReadOnlyList<string> Simd { get; init; }

    /// <summary>Most sockets of a machine, or null.</summary>
    public required int? MaxSockets { get; init; }

    /// <summary>A system's processor, or null.</summary>
    public required string? Cpu { get; init; }

    /// <summary>A system's or a processor's GPU, or null.</summary>
    public required string? Gpu { get; init; }

    /// <summary>How many GPUs a system has, or null.</summary>
    public required int? GpuCount { get; init; }

    /// <summary>The price at launch in US dollars, or null.</summary>
    public required double? MsrpUsd { get; init; }

    /// <summary>Year of launch, or null.</summary>
    public required int? Year { get; init; }

    /// <summary>Where each figure is from.</summary>
    public required IReadOnlyList<SourceDocument> Sources { get; init; }
}

using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>Published figures of a GPU, an Apple chip or an accelerator. A figure without a source is null: it is not guessed.</summary>
public sealed record DeviceSpecification
{
    /// <summary>The product's name without its maker, such as <c>RTX 3090</c> or <c>Apple M3 Max</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The maker: <c>nvidia amd intel apple huawei moorethreads</c>.</summary>
    public required string Vendor { get; init; }

    /// <summary>Other names that drivers give it; empty when there are none.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>GPU cores, where one chip's name covers several core counts and the figures hold for this one; otherwise null.</summary>
    public int? GpuCores { get; init; }

    /// <summary>Memory sizes that it is sold with, in the maker's GB, smallest first; empty when unknown.</summary>
    public IReadOnlyList<double> MemorySizes { get; init; } = [];

    /// <summary>Where <see cref="MemorySizes"/> comes from, or null.</summary>
    public string? MemorySource { get; init; }

    /// <summary>Memory bandwidth, or null.</summary>
    public ByteRate? Bandwidth { get; init; }

    /// <summary>Where <see cref="Bandwidth"/> comes from, or null.</summary>
    public string? BandwidthSource { get; init; }

    /// <summary>Dense FP16 matrix throughput with FP32 accumulation in TFLOPS, or null.</summary>
    public double? Fp16Tflops { get; init; }

    /// <summary>Where <see cref="Fp16Tflops"/> comes from, or null.</summary>
    public string? Fp16Source { get; init; }

    /// <summary>FP16 throughput without matrix units in TFLOPS, or null: a lower bound where <see cref="Fp16Tflops"/> is null.</summary>
    public double? Fp16VectorTflops { get; init; }

    /// <summary>Where <see cref="Fp16VectorTflops"/> comes from, or null.</summary>
    public string? Fp16VectorSource { get; init; }

    /// <summary>The generation of its cores: <c>pascal turing ampere ada hopper blackwell rdna3 cdna3 xe2 apple-m4</c> ... or null.</summary>
    public string? Architecture { get; init; }

    /// <summary><c>discrete</c> (a card), <c>accelerator</c> (a server's), <c>integrated</c> (beside a processor) or <c>soc</c> (one chip, one memory).</summary>
    public string Form { get; init; } = "discrete";

    /// <summary>Whether it uses the system's memory.</summary>
    public bool Unified => Form is "integrated" or "soc";

    /// <summary>Whether it is the chip of a whole computer, sold with its memory: naming it names the machine.</summary>
    public bool IsWholeChip => Unified && (Form == "soc" || MemorySizes.Count > 0);

    /// <summary>The bus as generation and lanes, such as <c>4x16</c>, or null.</summary>
    public string? Pcie { get; init; }

    /// <summary>What the bus of <see cref="Pcie"/> carries one way, or null.</summary>
    public ByteRate? PcieRate => PcieBus.Rate(Pcie);

    /// <summary>The maker's price at launch in US dollars, or null.</summary>
    public double? MsrpUsd { get; init; }

    /// <summary>Where <see cref="MsrpUsd"/> comes from, or null.</summary>
    public string? MsrpSource { get; init; }

    /// <summary>Year of launch, or null.</summary>
    public int? Year { get; init; }
}

namespace DeepFit.Engine.Detection.Linux;

/// <summary>What <c>/proc/cpuinfo</c> says, as far as it says it.</summary>
internal sealed record LinuxCpuInfo
{
    /// <summary>The processors, in file order.</summary>
    internal IReadOnlyList<LinuxProcessor> Processors { get; init; } = [];

    /// <summary>The board or machine that some architectures name (Raspberry Pi: <c>Model</c>), or null.</summary>
    internal string? Board { get; init; }
}

/// <summary>One logical processor of <c>/proc/cpuinfo</c>.</summary>
internal sealed record LinuxProcessor
{
    /// <summary>The kernel's number.</summary>
    internal required int Number { get; init; }

    /// <summary>The processor's name (<c>model name</c>), or null: 64-bit ARM gives none.</summary>
    internal string? Name { get; init; }

    /// <summary>The socket (<c>physical id</c>), or null.</summary>
    internal int? Package { get; init; }

    /// <summary>The core within the socket (<c>core id</c>), or null.</summary>
    internal int? Core { get; init; }

    /// <summary>ARM's implementer code, such as 0x41, or null.</summary>
    internal int? Implementer { get; init; }

    /// <summary>ARM's part number, such as 0xd0b, or null.</summary>
    internal int? Part { get; init; }

    /// <summary>The clock at the moment of reading in MHz, or null.</summary>
    internal double? Mhz { get; init; }

    /// <summary>The features (<c>flags</c> or <c>Features</c>), in the kernel's words.</summary>
    internal IReadOnlyList<string> Flags { get; init; } = [];
}
